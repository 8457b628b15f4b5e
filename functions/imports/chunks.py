"""A run's work: one chunk after the other in each lane, until every row is accounted for."""

from collections.abc import Sequence

from functions.imports.adapters import RecordKind, Source, record_kind
from functions.imports.adapters.extras import Extras
from functions.imports.alike import Alike
from functions.imports.belonging import Homes
from functions.imports.chunk_files import ChunkId, Manifest, StoredRow, read_chunk, read_manifest
from functions.imports.deciding import Decider
from functions.imports.entering import Door
from functions.imports.files import Folder, import_folder
from functions.imports.finishing import finish
from functions.imports.mapping import Mapping
from functions.imports.marks import Marks
from functions.imports.messages import CHUNKS, ImportChunk
from functions.imports.newcomers import Newcomers
from functions.imports.outcomes import results_name
from functions.imports.owners import People
from functions.imports.progress import Progress
from functions.imports.results import RowResult, counts_of, failed, refused_row
from functions.imports.row_keys import keys_of, tokens_of
from functions.imports.row_mapper import RowErrors, RowMapper
from functions.imports.rows import ReadRow
from functions.imports.writing import RowWriter
from shared.domain.access import Grant, grant
from shared.domain.context import Context
from shared.domain.errors import FieldError, Forbidden, InvalidInput
from shared.domain.imports import WORKING, ImportJob
from shared.runtime.consumers import Job
from shared.runtime.runtime import runtime
from shared.storage.store import Store
from shared.storage.tags import TagGate


def work_off(order: Job[ImportChunk]) -> None:
    """Carry out the chunk, account for it, and send the lane's next one; the last one finishes.

    A pause or a newer run makes the order void: resuming sends it again.
    """
    message, store = order.message, order.store
    job = store.find(ImportJob, message.job)
    if job is None or job.chunks is None or job.run != message.run or job.status not in WORKING:
        return
    chunk = ChunkId(message.lane, message.number)
    if chunk.number >= job.chunks[chunk.lane]:
        return
    folder = import_folder(runtime(), store.tenant, job.id)
    progress = Progress(store, job)
    if progress.is_done(chunk):
        if progress.next_in(chunk.lane) != chunk.number + 1:
            return
    elif not _account_for(order.context, store, folder, job, chunk):
        return
    _go_on(order.context, store, folder, job, chunk)


def _account_for(
    context: Context, store: Store, folder: Folder, job: ImportJob, chunk: ChunkId
) -> bool:
    """Carry the chunk out, or skip it and the rest; False when somebody else was faster."""
    manifest, progress = read_manifest(folder), Progress(store, job)
    wish = "skipped" if job.status == "stopping" else "begun"
    if progress.begin(context, chunk, wish) == "skipped":
        progress.skip_rest(context, chunk, manifest.rows_from(chunk))
        return True
    results = ChunkRun(store, folder, job, chunk, manifest).results()
    folder.put(results_name(job, chunk), _lines(results))
    return progress.record(context, chunk, counts_of(results))


def _go_on(context: Context, store: Store, folder: Folder, job: ImportJob, chunk: ChunkId) -> None:
    now = store.load(ImportJob, job.id)
    if now.run != job.run or now.status not in WORKING:
        return
    following = Progress(store, now).next_in(chunk.lane)
    if following < (now.chunks or ())[chunk.lane]:
        send_chunk(context, now, ChunkId(chunk.lane, following))
    else:
        finish(context, store, folder, now)


def send_chunk(context: Context, job: ImportJob, chunk: ChunkId) -> None:
    """Put a chunk on the queue."""
    message = ImportChunk(
        tenant=context.tenant,
        correlation_id=context.correlation_id,
        job=job.id,
        run=job.run,
        lane=chunk.lane,
        number=chunk.number,
    )
    runtime().send(CHUNKS, [message])


def _lines(results: Sequence[RowResult]) -> bytes:
    return "\n".join(each.model_dump_json(exclude_defaults=True) for each in results).encode()


class ChunkRun:
    """One chunk on its way through mapping, deciding and writing."""

    def __init__(
        self, store: Store, folder: Folder, job: ImportJob, chunk: ChunkId, manifest: Manifest
    ) -> None:
        self._store, self._job = store, job
        self._rows = list(read_chunk(folder, chunk))
        self._kind: RecordKind = record_kind(job.record_kind)
        self._mapping = Mapping.model_validate(job.mapping)
        self._mapper = RowMapper(self._mapping, manifest.header)
        self._source = source_of(job)
        self._marks = Marks(store.tenant, job, chunk)
        self._context = _context_of(store, job)
        self._keys = keys_of(self._mapping)

    def results(self) -> list[RowResult]:
        """The outcome of every row of the chunk, in file order, all of it stored."""
        refused: list[RowResult] = []
        readable: list[ReadRow] = []
        for stored in self._rows:
            read = self._read(stored)
            if isinstance(read, ReadRow):
                readable.append(read)
            else:
                refused.append(read)
        written = RowWriter(self._store, self._decider()).write(readable)
        return sorted(self._as_marked(written) + refused, key=lambda result: result.line)

    def _read(self, stored: StoredRow) -> ReadRow | RowResult:
        row = stored.row
        if row.problem is not None:
            return refused_row(row)
        mapped = self._mapper.apply(row.line, row.cells)
        if isinstance(mapped, RowErrors):
            return refused_row(mapped)
        region = self._context.principal.region
        keys = tokens_of(self._keys, mapped.values, region)
        try:
            extras = Extras.take(mapped.values, self._kind.relation, self._context.now)
            given = self._kind.read(mapped, self._source, self._mapping, region)
        except InvalidInput as refusal:
            column_of = self._mapper.column_of
            errors = [FieldError(column_of(e.path), e.code, e.message) for e in refusal.errors]
            return failed(row.line, errors)
        return ReadRow(row.line, keys, given, stored.repeats, extras)

    def _as_marked(self, results: list[RowResult]) -> list[RowResult]:
        """Rows that change nothing now may have done so before the chunk was delivered again."""
        if not any(result.outcome == "unchanged" for result in results):
            return results
        marks = self._marks.read(self._store)
        return [
            r.model_copy(update={"outcome": "updated"})
            if r.outcome == "unchanged" and r.line in marks
            else r
            for r in results
        ]

    def _decider(self) -> Decider:
        options, context, customers = self._mapping.options, self._context, self._kind.relation
        reviewed = options.review == "policy"
        return Decider(
            self._job,
            self._kind,
            self._mapping,
            context,
            self._marks,
            _right(context, self._kind.name, "update"),
            self._mapper.column_of,
            self._rows[0].row.line,
            self._keys,
            self._newcomers(),
            Door(self._store, context, reviewed=reviewed),
            Alike(self._store, context, self._kind.entity, options.allow_duplicates)
            if customers
            else None,
        )

    def _newcomers(self) -> Newcomers:
        store, context = self._store, self._context
        named = self._names_accounts()
        return Newcomers(
            self._job,
            self._kind,
            self._mapping,
            context,
            self._source,
            People(store, context.principal),
            TagGate(store),
            Homes(store, context, self._job, self._mapping.options) if named else None,
        )

    def _names_accounts(self) -> bool:
        """Only such rows need the right to read accounts."""
        given = {each.field for each in self._mapping.fields} | self._mapping.defaults.keys()
        return any(name.partition(".")[0] == self._kind.relation for name in given)


def source_of(job: ImportJob) -> Source:
    """What records say about the file they come from."""
    if job.started_at is None:
        raise ValueError("the run has not started")
    return Source(job.file_name, job.started_at)


def _context_of(store: Store, job: ImportJob) -> Context:
    """Rows are written in the name, and with the rights, of whoever started the run."""
    if job.runner is None:
        raise ValueError("the run has not started")
    principal = job.runner.principal(store.tenant)
    return runtime().context(principal, correlation_id=job.id, dry_run=job.dry_run)


def _right(context: Context, kind: str, action: str) -> Grant | None:
    try:
        return grant(context.principal, kind, action)
    except Forbidden:
        return None
