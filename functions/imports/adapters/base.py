"""The interface between imports and the kinds of records they bring in, take back and send out."""

from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from functions.imports.mapping import Mapping
from functions.imports.proposals import Target
from functions.imports.row_mapper import RowInput
from shared.domain.context import Context
from shared.domain.entity import Entity
from shared.domain.errors import FieldError
from shared.storage.list_query import ListQuery
from shared.storage.store import Store

Images = dict[str, tuple[Any, Any]]
"""Field -> its value before and after an import's change, as JSON."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a record comes from: evidence for consents, and its time of creation."""

    file_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Making:
    """How a new record comes to be. `assign`: let the tenant's rules choose the owner. With
    `created_by` the authorship of imported history is kept."""

    id: str
    at: datetime
    created_by: str | None = None
    assign: bool = False
    owner: str | None = None
    team: str | None = None


class Filters(Protocol):
    """The filters of a kind's list."""

    def to_list_query(self, caller: str) -> ListQuery: ...


class RecordKind(Protocol):
    """How one kind of record is imported.

    `keys` are the fields by which rows can recognise a record: each finds it without a search.
    `relation` names the field through which the record belongs to an account.
    """

    @property
    def name(self) -> str: ...
    @property
    def entity(self) -> type[Entity]: ...
    @property
    def keys(self) -> frozenset[str]: ...
    @property
    def relation(self) -> str | None: ...
    @property
    def targets(self) -> tuple[Target, ...]: ...
    @property
    def export_fields(self) -> tuple[str, ...]: ...
    @property
    def filters(self) -> type[Any]: ...

    def target(self, name: str) -> Target | None:
        """The field of this dotted name, None when the kind has none; custom fields included."""
        ...

    def problems(self, mapping: Mapping) -> list[FieldError]:
        """What the kind has against a mapping; paths are those of the mapping."""
        ...

    def readable(self, name: str) -> bool:
        """Whether an export may have a column of this dotted name."""
        ...

    def shown(self, document: dict[str, Any]) -> dict[str, Any]:
        """The record as export columns see it: lists by the names of their parts."""
        ...

    def read(self, row: RowInput, source: Source, mapping: Mapping, region: str | None) -> Any:
        """The row as the kind's own input. Raises InvalidInput; paths are field names."""
        ...

    def create(self, context: Context, given: Any, making: Making) -> Entity:
        """A new record from what `read` gave. Raises InvalidInput."""
        ...

    def update(self, context: Context, record: Entity, given: Any) -> Entity:
        """The changed record; the same one when nothing changes. Raises InvalidInput."""
        ...

    def related(self, context: Context, record: Entity, account: str) -> Entity:
        """The record, belonging to this account; the same one when it does already."""
        ...

    def owned_by(self, context: Context, record: Entity, owner: str, team: str | None) -> Entity:
        """The record with this owner; the same one when it has them already."""
        ...

    def revive(self, context: Context, record: Entity) -> Entity:
        """The record back from the archive."""
        ...

    def images(self, before: Entity, after: Entity) -> Images:
        """The importable fields that differ."""
        ...

    def restore(self, context: Context, record: Entity, values: ReadOnly[str, Any]) -> Entity:
        """The record with the old values (JSON) of these fields."""
        ...

    def current(self, record: Entity, names: list[str]) -> dict[str, Any]:
        """The present values of fields, as JSON."""
        ...

    def gone(self, context: Context, record: Entity) -> Entity:
        """The record in the bin; its natural keys are free."""
        ...

    def worked_on(self, store: Store, record: Entity) -> bool:
        """Whether people left something beside the record that its deletion would bury."""
        ...


class RecordFields:
    """What is the same for all kinds whose changes are told as `<kind>.changed`."""

    name: str
    entity: type[Entity]
    importable: frozenset[str]

    def images(self, before: Entity, after: Entity) -> Images:
        """The importable fields that differ, and whether it came back from the archive."""
        names = {n for n in self.importable if getattr(before, n) != getattr(after, n)}
        old = before.model_dump(mode="json", include=names)
        new = after.model_dump(mode="json", include=names)
        return {name: (old[name], new[name]) for name in sorted(names)}

    def current(self, record: Entity, names: list[str]) -> dict[str, Any]:
        """The present values of fields."""
        return record.model_dump(mode="json", include=set(names))

    def former(self, record: Entity, values: ReadOnly[str, Any]) -> dict[str, Any]:
        """The old values (JSON) of these fields as the entity holds them."""
        old = self.entity.model_validate({**record.model_dump(mode="json"), **values})
        return {name: getattr(old, name) for name in values}


class Named(Protocol):
    """What the check of names needs to know of a kind."""

    @property
    def name(self) -> str: ...
    @property
    def keys(self) -> frozenset[str]: ...
    def target(self, name: str) -> Target | None: ...


def unknown_names(kind: Named, mapping: Mapping) -> list[FieldError]:
    """Fields that the kind does not have, and keys by which nothing can be found."""
    message = f"Records of kind {kind.name} have no field "
    found = [
        FieldError(f"fields.{n}.field", "unknown_field", f"{message}{each.field}.")
        for n, each in enumerate(mapping.fields)
        if kind.target(each.field) is None
    ]
    found += [
        FieldError(f"defaults.{name}", "unknown_field", f"{message}{name}.")
        for name in mapping.defaults
        if kind.target(name) is None
    ]
    known = ", ".join(sorted(kind.keys))
    found += [
        FieldError("keys", "key_not_supported", f"Records are recognised by: {known}.")
        for name in mapping.keys
        if name.partition(".")[0] not in kind.keys
    ]
    return found
