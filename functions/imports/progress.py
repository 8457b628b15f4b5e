"""How far a run is: one row per chunk that began and one per chunk that is done.

A done row carries the totals of its lane up to there, so progress costs one read per lane and no
counter is shared. Both rows are written once: the first writer decides, redeliveries find them.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

from functions.imports.chunk_files import ChunkId
from shared.domain.context import Context
from shared.domain.errors import AlreadyHandled
from shared.domain.imports import Counts, ImportJob
from shared.storage import keys
from shared.storage.driver import Item
from shared.storage.store import Store

KEPT = timedelta(days=35)
"""As long as the files of an import."""

Beginning = Literal["begun", "skipped"]


class _Begun(AlreadyHandled):
    """Somebody began or skipped this chunk before."""

    code = "chunk_begun"

    def __init__(self, found: Item | None) -> None:
        super().__init__()
        self.state: Beginning = "begun"
        if found is not None and found["state"]["S"] == "skipped":
            self.state = "skipped"


class Progress:
    """The checkpoints of one run."""

    def __init__(self, store: Store, job: ImportJob) -> None:
        self._store = store
        self._name = f"import#{job.id}#{job.run}"
        self._lanes = job.chunks or ()

    def begin(self, context: Context, chunk: ChunkId, wish: Beginning) -> Beginning:
        """Begin the chunk, or skip it; gives what was decided first."""
        unit = self._store.begin(context)
        key = keys.note(self._store.tenant, self._name, f"begun#{chunk.name}")
        unit.claim(key, {"state": {"S": wish}}, _Begun, expires=context.now + KEPT)
        try:
            unit.commit()
        except _Begun as before:
            return before.state
        return wish

    def is_done(self, chunk: ChunkId) -> bool:
        """Whether the chunk's rows are accounted for."""
        return self._store.table.get(self._done_key(chunk)) is not None

    def record(self, context: Context, chunk: ChunkId, own: Counts) -> bool:
        """Account for the chunk; False when that was done before."""
        before = self._done(ChunkId(chunk.lane, chunk.number - 1)) if chunk.number else Counts()
        total = before + own
        unit = self._store.begin(context)
        attributes = {"total": _text(total), "own": _text(own)}
        unit.claim(
            self._done_key(chunk),
            attributes,
            lambda _: AlreadyHandled(),
            expires=context.now + KEPT,
        )
        try:
            unit.commit()
        except AlreadyHandled:
            return False
        return True

    def skip_rest(self, context: Context, chunk: ChunkId, rows: int) -> None:
        """Account for this chunk and all behind it in its lane as skipped."""
        before = self._done(ChunkId(chunk.lane, chunk.number - 1)) if chunk.number else Counts()
        own = Counts(skipped=rows)
        unit = self._store.begin(context)
        last = ChunkId(chunk.lane, self._lanes[chunk.lane] - 1)
        attributes = {"total": _text(before + own), "own": _text(own)}
        key = self._done_key(last)
        unit.claim(key, attributes, lambda _: AlreadyHandled(), expires=context.now + KEPT)
        try:
            unit.commit()
        except AlreadyHandled:
            return

    def next_in(self, lane: int) -> int:
        """The number of the lane's first chunk that is not done."""
        newest = self._newest(lane)
        return 0 if newest is None else int(newest["sk"]["S"].rpartition("-")[2]) + 1

    def counts(self) -> Counts:
        """The totals so far. One request per lane."""
        found = [self._newest(lane) for lane in range(len(self._lanes))]
        return sum((_counts(row, "total") for row in found if row), Counts())

    def complete(self) -> bool:
        """Whether every chunk is accounted for."""
        return all(self.next_in(lane) >= count for lane, count in enumerate(self._lanes))

    def by_chunk(self) -> dict[str, Counts]:
        """The counts of each chunk that is done, by its name."""
        partition = keys.note(self._store.tenant, self._name)
        rows = all_rows(self._store, partition[0])
        done = (row for row in rows if "own" in row)
        return {row["sk"]["S"].partition("#")[2]: _counts(row, "own") for row in done}

    def _newest(self, lane: int) -> Item | None:
        partition = keys.note(self._store.tenant, self._name)
        rows = self._store.rows(partition, f"done#{lane}-", limit=1, newest=True)
        return rows[0] if rows else None

    def _done(self, chunk: ChunkId) -> Counts:
        found = self._store.table.get(self._done_key(chunk))
        if found is None:
            raise ValueError(f"chunk {chunk.name} was not accounted for before the next")
        return _counts(found, "total")

    def _done_key(self, chunk: ChunkId) -> keys.Key:
        return keys.note(self._store.tenant, self._name, f"done#{chunk.name}")


def all_rows(store: Store, partition: str) -> Iterator[Item]:
    """Every row of a partition of this tenant, page by page."""
    after: Item | None = None
    while True:
        page = store.table.query(partition, after=after, consistent=True)
        yield from page.items
        after = page.last_key
        if after is None:
            return


def _text(counts: Counts) -> Item:
    return {"S": counts.model_dump_json()}


def _counts(row: Item, name: str) -> Counts:
    return Counts.model_validate(json.loads(row[name]["S"]))
