"""Counts of what a job in steps has done: one row a step, of which the first one stands.

Whoever removes things counts them before, so a step that breaks off and comes again counts once.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping

from shared.domain.context import Context
from shared.domain.errors import AlreadyHandled
from shared.storage import keys
from shared.storage.driver import Item
from shared.storage.partitions import every
from shared.storage.store import Store


class Tally:
    """The counts of one job, as rows of the store's tenant."""

    def __init__(self, store: Store, context: Context, name: str) -> None:
        self._store = store
        self._context = context
        self._name = name

    def note(self, step: str, counts: Mapping[str, int]) -> None:
        """Count what a step is about to do, unless it was counted before."""
        unit = self._store.begin(self._context)
        key = keys.note(self._store.tenant, self._name, step)
        row: Item = {"counts": {"S": json.dumps(dict(counts))}}
        unit.claim(key, row, lambda _: AlreadyHandled())
        try:
            unit.commit()
        except AlreadyHandled:
            return

    def total(self) -> dict[str, int]:
        """The sums over all steps, without what was never met."""
        total: Counter[str] = Counter()
        for row in self._rows():
            total.update(json.loads(row["counts"]["S"]))
        return {name: count for name, count in sorted(total.items()) if count}

    def forget(self) -> None:
        """Remove the rows, once the sums stand elsewhere."""
        self._store.table.write_many(
            deletes=[(row["pk"]["S"], row["sk"]["S"]) for row in self._rows()]
        )

    def _rows(self) -> Iterator[Item]:
        partition, _ = keys.note(self._store.tenant, self._name)
        yield from every(self._store.table, partition)
