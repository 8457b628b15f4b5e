"""The results of rows as they are stored, read back chunk by chunk or as a list in file order."""

import heapq
from collections.abc import Iterator

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
        self._read = 0

    def page(
        self, outcome: Outcome | None, after: int, limit: int
    ) -> tuple[list[RowResult], int | None]:
        """Results of lines behind `after`, and the last line looked at if there may be more."""
        lanes = [self._lane(lane, outcome, after) for lane in range(len(self._manifest.lanes))]
        found: list[RowResult] = []
        last = after
        for result in heapq.merge(*lanes, key=lambda result: result.line):
            if len(found) == limit:
                return found, last
            if result.outcome == "skipped" and result.reason == _CUT:
                return found, result.line
            found.append(result)
            last = result.line
        return found, None

    def _lane(self, lane: int, outcome: Outcome | None, after: int) -> Iterator[RowResult]:
        for number in range(self._manifest.from_line(lane, after), len(self._manifest.lanes[lane])):
            chunk = ChunkId(lane, number)
            if not self._may_hold(chunk, outcome):
                continue
            self._read += 1
            if self._read > MOST_CHUNKS:
                line = max(self._manifest.lanes[lane][number].first - 1, after)
                yield RowResult(line=line, outcome="skipped", reason=_CUT)
                return
            for result in read_results(self._folder, self._job, chunk):
                if result.line > after and outcome in (None, result.outcome):
                    yield result

    def _may_hold(self, chunk: ChunkId, outcome: Outcome | None) -> bool:
        counts = self._counts.get(chunk.name)
        if counts is None or counts.skipped:  # of a skipped lane only the last chunk has a row
            return self._job.finished_at is not None or counts is not None
        return outcome is None or getattr(counts, outcome) > 0


_CUT = "page ends here"
