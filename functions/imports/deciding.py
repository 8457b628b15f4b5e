"""What becomes of one row: a decision from the row, the record that holds its key, and the policy.

Deciding reads nothing and writes nothing; `Step.put` adds the decision's effect to a unit of work.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from functions.imports.adapters import RecordKind, Source
from functions.imports.mapping import Mapping
from functions.imports.marks import Mark, Marks
from functions.imports.results import RowResult, failed
from shared.domain.access import Grant
from shared.domain.context import Context
from shared.domain.entity import Entity
from shared.domain.errors import AlreadyExists, FieldError, InvalidInput, InvalidState
from shared.domain.ids import derived_id
from shared.domain.imports import ImportJob
from shared.storage.driver import Item
from shared.storage.unit_of_work import UnitOfWork


class OwnRecord(AlreadyExists):
    """The record that this row creates is there: the row was carried out before."""

    code = "row_created_before"


@dataclass(frozen=True, slots=True)
class Buried:
    """A record in the bin that still holds the key."""

    id: str


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row that could be read: its key ("" without one) and the kind's input model."""

    line: int
    key: str
    given: Any
    repeats: int | None


@dataclass(frozen=True, slots=True)
class Step:
    """A decision: the result if all goes well, and what to store for it."""

    result: RowResult
    touches: str | None = None
    put: Callable[[UnitOfWork], Entity] | None = None


@dataclass(frozen=True, slots=True)
class Decider:
    """The policy of one run and the rights it has."""

    job: ImportJob
    kind: RecordKind
    mapping: Mapping
    context: Context
    source: Source
    marks: Marks
    may_update: Grant | None
    column_of: Callable[[str], str]
    first_line: int

    def id_of(self, line: int) -> str:
        """The id that a record created by this line has, in this run and if it is repeated."""
        return derived_id(self.kind.entity.prefix, self.source.at, self.job.id, str(line))

    def decide(self, row: ReadRow, holder: Entity | Buried | None) -> Step:
        """The step for a row; what the kind refuses becomes a failed result."""
        try:
            return self._without_holder(row) if holder is None else self._with(row, holder)
        except InvalidInput as refusal:
            errors = [FieldError(self.column_of(e.path), e.code, e.message) for e in refusal.errors]
            return Step(failed(row.line, errors))
        except InvalidState as refusal:
            return self._refuse(row, refusal.code, refusal.message)

    def _without_holder(self, row: ReadRow) -> Step:
        if self.context.dry_run and row.repeats is not None and row.repeats < self.first_line:
            return self._would_repeat(row, row.repeats)
        if self.mapping.mode == "update":
            return Step(RowResult(line=row.line, outcome="skipped", reason="no_record"))
        entity_id = self.id_of(row.line)
        record = self.kind.create(
            self.context, row.given, entity_id, self.source, assign=self.job.assign
        )
        result = RowResult(line=row.line, outcome="created", id=entity_id)
        return Step(result, entity_id, lambda unit: unit.put(record, refusal=_created_before))

    def _with(self, row: ReadRow, holder: Entity | Buried) -> Step:
        if holder.id == self.id_of(row.line):
            return Step(RowResult(line=row.line, outcome="created", id=holder.id))
        if isinstance(holder, Buried):
            return self._refuse(
                row, "record_in_bin", "The record with this key is in the bin; restore it first."
            )
        if self.may_update is None or not self.may_update.covers(_owned(holder)):
            return self._refuse(row, "record_out_of_reach", "You may not change this record.")
        if row.repeats is not None or self.mapping.mode == "create":
            return self._repeated(row, holder)
        return self._update(row, holder)

    def _repeated(self, row: ReadRow, holder: Entity) -> Step:
        what = holder.id if row.repeats is None else f"line:{row.repeats}"
        match self.mapping.on_duplicate:
            case "update":
                return self._update(row, holder)
            case "skip":
                return Step(
                    RowResult(line=row.line, outcome="duplicate", id=holder.id, duplicate_of=what)
                )
            case _:
                return self._refuse(row, "duplicate", f"The row repeats {what}.")

    def _would_repeat(self, row: ReadRow, first: int) -> Step:
        """A rehearsal stored nothing for the first of two rows that stand in different chunks."""
        match self.mapping.on_duplicate:
            case "update":
                return Step(RowResult(line=row.line, outcome="updated"))
            case "skip":
                told = RowResult(line=row.line, outcome="duplicate", duplicate_of=f"line:{first}")
                return Step(told)
            case _:
                return self._refuse(row, "duplicate", f"The row repeats line:{first}.")

    def _update(self, row: ReadRow, holder: Entity) -> Step:
        after = self.kind.update(self.context, holder, row.given)
        if after is holder:
            return Step(RowResult(line=row.line, outcome="unchanged", id=holder.id))
        mark = Mark(row.line, holder.id, holder.version + 1, self.kind.images(holder, after))

        def put(unit: UnitOfWork) -> Entity:
            self.marks.add(self.context, unit, mark)
            return unit.put(after)

        return Step(RowResult(line=row.line, outcome="updated", id=holder.id), holder.id, put)

    def _refuse(self, row: ReadRow, code: str, message: str) -> Step:
        column = self.column_of(self.kind.key) if row.key else ""
        return Step(failed(row.line, [FieldError(column, code, message)]))


def _created_before(_: Item | None) -> OwnRecord:
    return OwnRecord("This row created its record before.")


def _owned(record: Entity) -> Any:
    return record
