"""How the columns of a file become the fields of records: a stored, versioned description."""

from typing import Annotated, Literal

from pydantic import Field, JsonValue, StringConstraints, model_validator

from functions.imports.transforms import Transform
from shared.domain.entity import Value

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
    """What else happens to an imported record: automation, notices, assignment, review."""

    automation: bool = True
    notify: bool = False
    assign: Literal["rules", "importer", "nobody"] = "rules"
    review: bool = False


class Mapping(Value):
    """The whole description for one `kind` of record.

    `keys` are the fields that together recognise an existing record (`update` and `upsert`).
    `on_duplicate` says what becomes of a row whose record exists already, or that another row of
    the file repeats. `blanks`: an empty cell leaves a field as it is, or clears it on update.
    `defaults` fill fields that a row leaves empty. `placeholders` count as empty everywhere.
    """

    schema_version: Literal[1] = 1
    kind: str = Field(default="lead", pattern=r"^[a-z][a-z_]{1,30}$")
    fields: tuple[FieldMapping, ...] = Field(min_length=1, max_length=300)
    defaults: dict[FieldName, JsonValue] = Field(default_factory=dict, max_length=100)
    placeholders: tuple[str, ...] = Field(default=(), max_length=100)
    mode: Mode = "create"
    keys: tuple[FieldName, ...] = Field(default=(), max_length=5)
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
        if missing := [key for key in self.keys if key not in {*names, *self.defaults}]:
            raise ValueError(f"no column gives the key {missing[0]}")
        return self


def _refuse_repeats(names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"two columns give {name}; join them in one entry instead")


def _refuse_nesting(names: set[str]) -> None:
    for name in names:
        for other in names:
            if other.startswith(name + "."):
                raise ValueError(f"{name} cannot have a value of its own beside {other}")
