"""The results of rows as they are stored, read back chunk by chunk or as a list in file order."""

from functions.imports.chunk_files import ChunkId, Manifest, read_chunk, read_manifest
from functions.imports.files import Folder
from functions.imports.progress import Progress
from functions.imports.results import Outcome, RowResult
from shared.domain.errors import Gone
from shared.domain.imports import Counts, ImportJob
from shared.storage.store import Store

MOST_CHUNKS = 40
"""Chunks read for one page; a page that would need more is short and has a cursor."""


def results_name(job: ImportJob, chunk: ChunkId) -> str:
    """Where the results of a chunk lie."""
    return f"results/{job.run}/{chunk.name}.ndjson"


def read_results(folder: Folder, job: ImportJob, chunk: ChunkId) -> list[RowResult]:
    """The results of a chunk; rows of a chunk that a stop prevented are skipped."""
    try:
        text = folder.get(results_name(job, chunk))
    except Gone:
        if job.finished_at is None:
            return []
        lines = [stored.row.line for stored in read_chunk(folder, chunk)]
        return [RowResult(line=line, outcome="skipped", reason="stopped") for line in lines]
    return [RowResult.model_validate_json(line) for line in text.splitlines()]


class Listing:
    """Results in file order, merged from the lanes; chunks without the outcome are not read."""

    def __init__(self, store: Store, folder: Folder, job: ImportJob) -> None:
        self._folder, self._job = folder, job
        self._manifest: Manifest = read_manifest(folder)
        self._counts: dict[str, Counts] = Progress(store, job).by_chunk()

    def page(
        self, outcome: Outcome | None, after: int, limit: int
    ) -> tuple[list[RowResult], int | None]:
        """Results of lines behind `after`, and the last line looked at if there may be more."""
        read: list[RowResult] = []
        for number, (first, chunk) in enumerate(self._candidates(outcome, after)):
            # No chunk from here on holds a line before `first`: what lies before it is complete.
            ready = [result for result in read if result.line < first]
            if len(ready) >= limit or number == MOST_CHUNKS:
                return _cut(ready, limit, first - 1)
            read += [
                result
                for result in read_results(self._folder, self._job, chunk)
                if result.line > after and outcome in (None, result.outcome)
            ]
        return _cut(read, limit, None)

    def _candidates(self, outcome: Outcome | None, after: int) -> list[tuple[int, ChunkId]]:
        """Chunks that may hold such a line, by their first line."""
        found = [
            (chunks[number].first, ChunkId(lane, number))
            for lane, chunks in enumerate(self._manifest.lanes)
            for number in range(self._manifest.from_line(lane, after), len(chunks))
        ]
        return sorted(each for each in found if self._may_hold(each[1], outcome))

    def _may_hold(self, chunk: ChunkId, outcome: Outcome | None) -> bool:
        counts = self._counts.get(chunk.name)
        if counts is None:  # not done yet, or never because of a stop
            return self._job.finished_at is not None and outcome in (None, "skipped")
        return outcome is None or getattr(counts, outcome) > 0


def _cut(
    results: list[RowResult], limit: int, looked_at: int | None
) -> tuple[list[RowResult], int | None]:
    page = sorted(results, key=lambda result: result.line)
    return (page[:limit], page[limit - 1].line) if len(page) > limit else (page, looked_at)
