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
from shared.storage.store import Store
from shared.storage.unit_of_work import UnitOfWork

Images = dict[str, tuple[Any, Any]]
"""Field -> its value before and after an import's change, as JSON."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a record comes from: evidence for consents, and its time of creation."""

    file_name: str
    at: datetime


class RecordKind(Protocol):
    """How one kind of record is imported. `key` is the natural key by which rows are recognised:
    it is unique among the kind's records, so an exact look-up needs no search."""

    @property
    def name(self) -> str: ...
    @property
    def entity(self) -> type[Entity]: ...
    @property
    def key(self) -> str: ...
    @property
    def targets(self) -> tuple[Target, ...]: ...
    @property
    def export_fields(self) -> tuple[str, ...]: ...

    def target(self, name: str) -> Target | None:
        """The field of this dotted name, None when the kind has none; custom fields included."""
        ...

    def problems(self, mapping: Mapping) -> list[FieldError]:
        """What the kind has against a mapping; paths are those of the mapping."""
        ...

    def readable(self, name: str) -> bool:
        """Whether an export may have a column of this dotted name."""
        ...

    def read(self, row: RowInput, source: Source, mapping: Mapping) -> Any:
        """The row as the kind's own input model. Raises InvalidInput; paths are field names."""
        ...

    def create(
        self, context: Context, given: Any, entity_id: str, source: Source, *, assign: bool
    ) -> Entity:
        """A new record from what `read` gave. Raises InvalidInput."""
        ...

    def update(self, context: Context, record: Entity, given: Any) -> Entity:
        """The changed record; the same one when nothing changes. Raises InvalidInput."""
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

    def remove(self, context: Context, unit: UnitOfWork, record: Entity) -> None:
        """Put the record into the bin as part of the unit; its natural key becomes free."""
        ...

    def worked_on(self, store: Store, record: Entity) -> bool:
        """Whether people left something beside the record that its deletion would bury."""
        ...
