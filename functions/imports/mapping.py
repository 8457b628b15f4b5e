"""How the columns of a file become the fields of records: a stored, versioned description."""

from typing import Annotated, Literal

from pydantic import Field, JsonValue, StringConstraints, model_validator

from functions.imports.transforms import Transform
from shared.domain.entity import Value
from shared.domain.text import Line

FieldName = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[\w-]{1,64}){0,3}$", max_length=128)
]
"""A field of the record: `email`, `budget.amount`, `custom.行业代码`."""
ColumnName = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Mode = Literal["create", "update", "upsert"]
OnDuplicate = Literal["skip", "update", "fail", "create"]


class FieldMapping(Value):
    """One field and the column it comes from; several columns are joined, blank ones left out."""

    field: FieldName
    columns: tuple[ColumnName, ...] = Field(min_length=1, max_length=5)
    joiner: str = Field(default=" ", max_length=10)
    transforms: tuple[Transform, ...] = Field(default=(), max_length=10)
    required: bool = False


class Options(Value):
    """What else happens to an imported record.

    `owner`: chosen by the tenant's `rule`s, the importer (`me`), `none`, or named by a `column`
    (field `owner`: a user's id or e-mail address). `review`: as the tenant's policy says, or `skip`
    it, for those who may review. `accounts`: what becomes of a row whose account is not there:
    it is refused (`require`), comes in without (`link`), or the account is made (`create`).
    `archived`: a row whose record is in the archive is refused, or restores it.
    `allow_duplicates` is the reason for letting in what looks like a record that is there.
    """

    automation: bool = True
    notify: bool = False
    owner: Literal["rule", "me", "none", "column"] = "rule"
    review: Literal["policy", "skip"] = "policy"
    accounts: Literal["require", "link", "create"] = "require"
    archived: Literal["refuse", "restore"] = "refuse"
    allow_duplicates: Annotated[Line, Field(min_length=1, max_length=500)] | None = None


class Mapping(Value):
    """The whole description for one `kind` of record.

    `keys` are the fields that recognise an existing record (`update` and `upsert`): in their order
    the first one that finds a record (`match` any), or all of them together. `on_duplicate` says
    what becomes of a row whose record exists already, or that another row of the file repeats.
    `blanks`: an empty cell leaves a field as it is, or clears it on update. `defaults` fill fields
    that a row leaves empty. `placeholders` count as empty everywhere.
    """

    schema_version: Literal[1] = 1
    kind: str = Field(default="lead", pattern=r"^[a-z][a-z_]{1,30}$")
    fields: tuple[FieldMapping, ...] = Field(min_length=1, max_length=300)
    defaults: dict[FieldName, JsonValue] = Field(default_factory=dict, max_length=100)
    placeholders: tuple[str, ...] = Field(default=(), max_length=100)
    mode: Mode = "create"
    keys: tuple[FieldName, ...] = Field(default=(), max_length=5)
    match: Literal["any", "all"] = "any"
    on_duplicate: OnDuplicate = "skip"
    blanks: Literal["keep", "clear"] = "keep"
    options: Options = Options()

    @model_validator(mode="after")
    def _consistent(self) -> "Mapping":
        names = [each.field for each in self.fields]
        _refuse_repeats(names)
        _refuse_nesting({*names, *self.defaults})
        if self.mode != "create" and not self.keys:
            raise ValueError("update and upsert need the fields that recognise a record ('keys')")
        given = {*names, *self.defaults}
        if missing := [key for key in self.keys if not any(_gives(n, key) for n in given)]:
            raise ValueError(f"no column gives the key {missing[0]}")
        return self


def _gives(name: str, key: str) -> bool:
    """Whether the field is the key, or one of those that it is made of (`emails`)."""
    return name == key or name.startswith(key + ".")


def _refuse_repeats(names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"two columns give {name}; join them in one entry instead")


def _refuse_nesting(names: set[str]) -> None:
    for name in names:
        for other in names:
            if other.startswith(name + "."):
                raise ValueError(f"{name} cannot have a value of its own beside {other}")
