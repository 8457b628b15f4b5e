"""What an undo has done so far: a mark per row written with its effect, a checkpoint per chunk."""

import json
from typing import Literal

from functions.imports.progress import KEPT, all_rows
from shared.domain.context import Context
from shared.domain.entity import Value
from shared.domain.errors import AlreadyHandled
from shared.domain.imports import ImportJob, UndoCounts
from shared.storage import keys
from shared.storage.store import Store
from shared.storage.unit_of_work import UnitOfWork

UndoOutcome = Literal["deleted", "restored", "partly", "conflict", "absent"]


class UndoneRow(Value):
    """What became of a row that had written something. `fields` were edited since and stay."""

    line: int
    id: str
    outcome: UndoOutcome
    fields: tuple[str, ...] = ()


class RowUndone(AlreadyHandled):
    """The effect of this row was taken back before."""

    code = "row_undone"


class UndoMarks:
    """The marks and checkpoints of one job's undo. Positions count chunks from the end."""

    def __init__(self, store: Store, job: ImportJob) -> None:
        self._store = store
        self._name = f"import#{job.id}#undo"

    def add(self, context: Context, unit: UnitOfWork, position: int, row: UndoneRow) -> None:
        """Make the unit commit only if this row was not undone before."""
        key = keys.note(self._store.tenant, f"{self._name}#{position}", f"{row.line:09d}")
        attributes = {"row": {"S": row.model_dump_json()}}
        unit.claim(key, attributes, lambda _: RowUndone(), expires=context.now + KEPT)

    def of(self, position: int) -> dict[int, UndoneRow]:
        """The rows of a chunk that are undone, by line."""
        partition, _ = keys.note(self._store.tenant, f"{self._name}#{position}")
        rows = (
            UndoneRow.model_validate_json(r["row"]["S"]) for r in all_rows(self._store, partition)
        )
        return {row.line: row for row in rows}

    def add_own(self, context: Context, unit: UnitOfWork, record: str, version: int) -> None:
        """Note that this version of a record that the import created is the import's own."""
        key = keys.note(self._store.tenant, f"{self._name}#own#{record}", f"{version:010d}")
        unit.claim(key, {}, lambda _: RowUndone(), expires=context.now + KEPT)

    def own(self, record: str) -> set[int]:
        """The versions of a record, besides the first, that the import wrote."""
        partition, _ = keys.note(self._store.tenant, f"{self._name}#own#{record}")
        return {int(row["sk"]["S"]) for row in all_rows(self._store, partition)}

    def record(self, context: Context, position: int, counts: UndoCounts) -> None:
        """Account for a chunk; the first account stands."""
        before = self.counts(position - 1) if position else UndoCounts()
        unit = self._store.begin(context)
        key = keys.note(self._store.tenant, self._name, f"{position:06d}")
        attributes = {"total": {"S": (before + counts).model_dump_json()}}
        unit.claim(key, attributes, lambda _: AlreadyHandled(), expires=context.now + KEPT)
        try:
            unit.commit()
        except AlreadyHandled:
            return

    def counts(self, position: int) -> UndoCounts:
        """The totals up to this position."""
        found = self._store.table.get(keys.note(self._store.tenant, self._name, f"{position:06d}"))
        if found is None:
            raise ValueError(f"position {position} was not accounted for before the next")
        return UndoCounts.model_validate(json.loads(found["total"]["S"]))
