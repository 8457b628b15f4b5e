"""The end of a run: the totals, the file of rows to correct, exactly one event."""

import heapq
import tempfile
from collections.abc import Iterator

from functions.imports.chunk_files import ChunkId, Manifest, read_chunk, read_manifest
from functions.imports.error_file import BadRow, error_file, resubmission_layout
from functions.imports.files import ERRORS, Folder
from functions.imports.formats import CONTENT_TYPES
from functions.imports.layout import Layout
from functions.imports.outcomes import read_results
from functions.imports.progress import Progress
from shared.domain.context import Context
from shared.domain.errors import StaleVersion
from shared.domain.imports import WORKING, Counts, ImportJob
from shared.storage.store import Store


def finish(context: Context, store: Store, folder: Folder, job: ImportJob) -> None:
    """Finish the run if every chunk is accounted for; whoever comes second finds it done."""
    progress = Progress(store, job)
    if not progress.complete():
        return
    counts = progress.counts()
    if not counts.accounts_for(job.rows or 0):
        raise ValueError(f"{counts.rows} results for {job.rows} rows")
    to_correct = counts.failed + counts.duplicate > 0
    if to_correct:
        _write_error_file(folder, job)
    _store(context, store, job, counts, has_error_file=to_correct)


def _store(
    context: Context, store: Store, job: ImportJob, counts: Counts, *, has_error_file: bool
) -> None:
    while job.status in WORKING:
        unit = store.begin(context)
        unit.put(job.finish(context, counts, has_error_file=has_error_file))
        try:
            unit.commit()
        except StaleVersion:
            run, job = job.run, store.load(ImportJob, job.id)
            if job.run != run:
                return
        else:
            return


def error_object(job: ImportJob) -> str:
    """Where the rows to correct of the present run lie."""
    return f"{ERRORS}/{job.run}"


def _write_error_file(folder: Folder, job: ImportJob) -> None:
    layout = resubmission_layout(Layout.model_validate(job.layout))
    manifest = read_manifest(folder)
    with tempfile.TemporaryFile() as file:
        for part in error_file(manifest.header, _bad_rows(folder, job, manifest), layout):
            file.write(part)
        media = CONTENT_TYPES["csv" if layout.kind == "csv" else "xlsx"]
        folder.put_file(error_object(job), file, media)


def _bad_rows(folder: Folder, job: ImportJob, manifest: Manifest) -> Iterator[BadRow]:
    """Every row to correct, in file order."""
    lanes = [_bad_of_lane(folder, job, n, len(c)) for n, c in enumerate(manifest.lanes)]
    return heapq.merge(*lanes, key=lambda bad: bad.result.line)


def _bad_of_lane(folder: Folder, job: ImportJob, lane: int, chunks: int) -> Iterator[BadRow]:
    for chunk in (ChunkId(lane, number) for number in range(chunks)):
        bad = {each.line: each for each in read_results(folder, job, chunk) if each.resubmit}
        for row, _ in read_chunk(folder, chunk) if bad else ():
            if row.line in bad:
                yield BadRow(row.cells, bad[row.line])
