"""How far a run is: a row for each page that was cut into chunks and for each chunk that is done.

Each row is written once, together with the sums, so repeated deliveries are counted once.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from functions.segments.messages import Chunk
from shared.domain.context import Context
from shared.domain.entity import Value
from shared.domain.errors import AlreadyHandled, ConcurrentChange
from shared.storage import keys
from shared.storage.actions import CounterChange, counter_value
from shared.storage.driver import Item
from shared.storage.store import Store

KEPT = timedelta(days=35)


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page was cut: each chunk ends at one of `bounds`; `more`: another page follows."""

    bounds: tuple[str, ...]
    more: bool


class Sums(Value):
    """The sums of a run: lanes read to their end, chunks cut and done, records seen and changed."""

    ended: int = 0
    cut: int = 0
    done: int = 0
    found: int = 0
    seen: int = 0
    changed: int = 0

    @property
    def steps(self) -> int:
        """What grows as long as the run gets on."""
        return self.ended + self.cut + self.done


class PageCutBefore(AlreadyHandled):
    """The page was cut before; `row` says how."""

    code = "page_cut_before"

    def __init__(self, found: Item | None) -> None:
        super().__init__()
        self.row = found


class Progress:
    """The checkpoints of one run of a segment or tag."""

    def __init__(self, store: Store, context: Context, target: str, run: int) -> None:
        self._store = store
        self._context = context
        self._name = f"run#{target}#{run}"

    def cut(self, lane: int, number: int, page: Page, found: int) -> Page:
        """Remember how a page was cut; gives how it was cut the first time."""
        text = json.dumps({"bounds": page.bounds, "more": page.more})
        unit = self._store.begin(self._context)
        expires = self._context.now + KEPT
        unit.claim(
            self._page_key(lane, number), {"page": {"S": text}}, PageCutBefore, expires=expires
        )
        sums = {"cut": len(page.bounds), "found": found, "ended": 0 if page.more else 1}
        unit.count(self._add(sums), lambda _: ConcurrentChange())
        try:
            unit.commit()
        except PageCutBefore as before:
            return _page(before.row) or page
        return page

    def page(self, lane: int, number: int) -> Page | None:
        """How a page was cut, None if it was not yet."""
        return _page(self._store.table.get(self._page_key(lane, number)))

    def is_done(self, chunk: Chunk) -> bool:
        """Whether the chunk was accounted for."""
        return self._store.table.get(self._done_key(chunk.name)) is not None

    def record(self, chunk: Chunk, seen: int, changed: int) -> None:
        """Account for the chunk, once."""
        unit = self._store.begin(self._context)
        expires = self._context.now + KEPT
        unit.claim(self._done_key(chunk.name), {}, lambda _: AlreadyHandled(), expires=expires)
        sums = {"done": 1, "seen": seen, "changed": changed}
        unit.count(self._add(sums), lambda _: ConcurrentChange())
        try:
            unit.commit()
        except AlreadyHandled:
            return

    def sums(self) -> Sums:
        """How far the run is. One request."""
        row = self._store.table.get(keys.counter(self._store.tenant, self._name))
        found = {name: counter_value(row, name) or 0 for name in Sums.model_fields}
        return Sums.model_validate(found)

    def undone(self, chunks: Sequence[Chunk]) -> list[Chunk]:
        """Those of some chunks that are not accounted for."""
        wanted = {self._done_key(chunk.name): chunk for chunk in chunks}
        done = self._store.table.get_many(wanted, consistent=True)
        return [chunk for key, chunk in wanted.items() if key not in done]

    def _add(self, sums: dict[str, int]) -> CounterChange:
        key = keys.counter(self._store.tenant, self._name)
        added = {name: number for name, number in sums.items() if number}
        return CounterChange(key, add=added or {"seen": 0}, expires=self._context.now + KEPT)

    def _page_key(self, lane: int, number: int) -> keys.Key:
        return keys.note(self._store.tenant, self._name, f"page#{lane:02d}#{number:06d}")

    def _done_key(self, name: str) -> keys.Key:
        return keys.note(self._store.tenant, self._name, f"done#{name}")


def _page(row: Item | None) -> Page | None:
    if row is None:
        return None
    told = json.loads(row["page"]["S"])
    return Page(tuple(told["bounds"]), bool(told["more"]))
