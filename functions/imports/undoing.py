"""Undo: chunk by chunk from the end, each record back to what it was, unless edited since.

A record that the import created goes to the bin if nobody touched it; what background rules wrote
(scores, owners) does not count. A changed record gets old values back, field by field, where the
imported value still stands.
"""

from functions.imports.adapters import RecordKind, record_kind
from functions.imports.chunk_files import ChunkId, Manifest, read_manifest
from functions.imports.entering import Door
from functions.imports.files import Folder, import_folder
from functions.imports.marks import Mark, Marks
from functions.imports.messages import UNDO, UndoChunk
from functions.imports.outcomes import read_results
from functions.imports.touching import take_accounts_away, touched
from functions.imports.undo_marks import RowUndone, UndoMarks, UndoneRow
from shared.domain.context import Context
from shared.domain.entity import Entity
from shared.domain.errors import (
    AlreadyExists,
    ConcurrentChange,
    Forbidden,
    InvalidInput,
    InvalidState,
    StaleVersion,
    Unavailable,
)
from shared.domain.imports import ImportJob, UndoCounts
from shared.runtime.consumers import Delivery, Job
from shared.runtime.runtime import runtime
from shared.storage.store import Store
from shared.storage.unit_of_work import UnitOfWork

ATTEMPTS = 5


def begin(delivery: Delivery) -> None:
    """An undo was ordered: start with the last chunk."""
    _send(delivery.context, delivery.envelope.subject.id, 0)


def take_back(order: Job[UndoChunk]) -> None:
    """Undo one chunk, account for it and send the one before it; behind the first, finish."""
    store, context, position = order.store, order.context, order.message.position
    job = store.find(ImportJob, order.message.job)
    if job is None or job.status != "undoing":
        return
    folder = import_folder(runtime(), store.tenant, job.id)
    chunks = backwards(read_manifest(folder))
    marks = UndoMarks(store, job)
    if position < len(chunks):
        rows = ChunkUndo(store, context, folder, job, chunks[position], position).rows()
        folder.put(undone_name(position), _lines(rows))
        marks.record(context, position, _counted(rows))
        _send(context, job.id, position + 1)
    else:
        counts = marks.counts(position - 1) if position else UndoCounts()
        _finish(context, store, job, counts + take_accounts_away(context, store, job))


def backwards(manifest: Manifest) -> list[ChunkId]:
    """All chunks, the last of each lane first."""
    return [
        ChunkId(lane, number)
        for lane, chunks in enumerate(manifest.lanes)
        for number in reversed(range(len(chunks)))
    ]


def undone_name(position: int) -> str:
    """Where the undone rows of a chunk lie."""
    return f"undone/{position:06d}.ndjson"


class ChunkUndo:
    """One chunk, its rows taken back from the last to the first."""

    def __init__(
        self,
        store: Store,
        context: Context,
        folder: Folder,
        job: ImportJob,
        chunk: ChunkId,
        position: int,
    ) -> None:
        self._store, self._context, self._job = store, context, job
        self._position = position
        self._kind: RecordKind = record_kind(job.record_kind)
        self._door = Door(store, context)
        self._changes = Marks(store.tenant, job, chunk).read(store)
        self._created = {
            result.line: result.id
            for result in read_results(folder, job, chunk)
            if result.outcome == "created" and result.id
        }
        self._marks = UndoMarks(store, job)
        self._done = self._marks.of(position)

    def rows(self) -> list[UndoneRow]:
        """What became of every row that had written something, in file order."""
        lines = sorted(self._changes.keys() | self._created.keys(), reverse=True)
        return [self._done.get(line) or self._undo(line) for line in lines][::-1]

    def _undo(self, line: int) -> UndoneRow:
        for _ in range(ATTEMPTS):
            unit = self._store.begin(self._context)
            try:
                row = self._decide(unit, line)
                if not len(unit):
                    return row
                self._marks.add(self._context, unit, self._position, row)
                unit.commit()
            except RowUndone:  # what was noted first is what happened
                return self._marks.of(self._position)[line]
            except (StaleVersion, ConcurrentChange):
                continue
            except (AlreadyExists, Forbidden, InvalidInput, InvalidState):
                # Its old key is another record's by now, or it became what imports may not touch.
                return UndoneRow(line=line, id=self._record_of(line), outcome="conflict")
            return row
        raise Unavailable("A record of this row is changed all the time.")

    def _decide(self, unit: UnitOfWork, line: int) -> UndoneRow:
        mark = self._changes.get(line)
        record_id = self._record_of(line)
        revived = mark is not None and "deleted_at" in mark.images
        record = self._store.find(self._kind.entity, record_id, deleted=revived)
        if record is None:
            return UndoneRow(line=line, id=record_id, outcome="absent")
        if getattr(record, "restricted", False):  # kept as it is until that is lifted
            return UndoneRow(line=line, id=record_id, outcome="conflict")
        if mark is not None:
            return self._restore(unit, record, mark)
        if self._touched(record):
            return UndoneRow(line=line, id=record_id, outcome="conflict")
        self._door.change(unit, record, self._kind.gone(self._context, record))
        return UndoneRow(line=line, id=record_id, outcome="deleted")

    def _record_of(self, line: int) -> str:
        mark = self._changes.get(line)
        return mark.record if mark else self._created[line]

    def _restore(self, unit: UnitOfWork, record: Entity, mark: Mark) -> UndoneRow:
        present = self._kind.current(record, list(mark.images))
        edited = tuple(n for n, (_, after) in mark.images.items() if present[n] != after)
        back = {n: before for n, (before, _) in mark.images.items() if n not in edited}
        if not back:
            return UndoneRow(line=mark.line, id=record.id, outcome="conflict", fields=edited)
        self._door.change(unit, record, self._kind.restore(self._context, record, back))
        if mark.own:
            self._marks.add_own(self._context, unit, record.id, mark.version)
        outcome = "partly" if edited else "restored"
        return UndoneRow(line=mark.line, id=record.id, outcome=outcome, fields=edited)

    def _touched(self, record: Entity) -> bool:
        own = {1} if record.version == 1 else {1} | self._marks.own(record.id)
        return touched(self._store, self._kind, record, own)


def _counted(rows: list[UndoneRow]) -> UndoCounts:
    counts = dict.fromkeys(UndoCounts.model_fields, 0)
    for row in rows:
        counts[row.outcome] += 1
    return UndoCounts(**counts)


def _lines(rows: list[UndoneRow]) -> bytes:
    return "\n".join(row.model_dump_json(exclude_defaults=True) for row in rows).encode()


def _send(context: Context, job: str, position: int) -> None:
    message = UndoChunk(
        tenant=context.tenant, correlation_id=context.correlation_id, job=job, position=position
    )
    runtime().send(UNDO, [message])


def _finish(context: Context, store: Store, job: ImportJob, counts: UndoCounts) -> None:
    unit = store.begin(context)
    unit.put(job.undone(context, counts))
    try:
        unit.commit()
    except StaleVersion as lost:
        if store.load(ImportJob, job.id).status == "undoing":
            raise lost
