"""Carrying out the rows of a chunk: many in one transaction, each alone where that is refused.

Whatever is delivered twice ends the same: a record's id comes from its line, a change has its mark.
"""

from collections.abc import Iterable, Sequence

from functions.imports.deciding import Buried, Decider, OwnRecord, ReadRow, Step
from functions.imports.marks import RowCarriedOut
from functions.imports.results import RowResult, failed
from shared.domain.entity import Entity
from shared.domain.errors import (
    AlreadyExists,
    ConcurrentChange,
    FieldError,
    RapportError,
    StaleVersion,
    Unavailable,
)
from shared.storage.store import Store

TOGETHER = 90
"""Actions of one transaction at most, with room for one more record (DynamoDB takes 100)."""
ATTEMPTS = 5


class RowWriter:
    """Writes rows in their order; `known` is what holds each key, kept up to date as it goes."""

    def __init__(self, store: Store, decider: Decider) -> None:
        self._store = store
        self._decider = decider
        self._known: dict[str, Entity | Buried] = {}
        self._results: list[RowResult] = []
        self._pending: list[tuple[ReadRow, Step]] = []
        self._unit = store.begin(decider.context)
        self._touched: set[str] = set()

    def write(self, rows: Sequence[ReadRow]) -> list[RowResult]:
        """A result for every row, once all of them are stored."""
        self._learn(row.key for row in rows if row.key)
        for row in rows:
            self._add(row)
        self._flush()
        return self._results

    def _learn(self, wanted: Iterable[str]) -> None:
        """Who holds these keys now."""
        kind = self._decider.kind
        values = list(dict.fromkeys(wanted))
        holders = self._store.holders(kind.entity, kind.key, values)
        records = self._store.load_many(kind.entity, set(holders.values()))
        if not self._decider.context.dry_run:  # a rehearsal keeps what it would have created
            for value in values:
                self._known.pop(value, None)
        for value, entity_id in holders.items():
            self._known[value] = records.get(entity_id) or Buried(entity_id)

    def _add(self, row: ReadRow) -> None:
        step = self._step(row)
        if step.touches in self._touched or len(self._unit) >= TOGETHER:
            self._flush()
            step = self._step(row)
        self._pending.append((row, step))
        if step.put is not None and step.touches is not None:
            self._touched.add(step.touches)
            self._remember(row, step.put(self._unit))

    def _step(self, row: ReadRow) -> Step:
        return self._decider.decide(row, self._known.get(row.key) if row.key else None)

    def _remember(self, row: ReadRow, stored: Entity) -> None:
        if row.key:
            self._known[row.key] = stored

    def _flush(self) -> None:
        """Store what is pending. A refusal of the whole tells little: then each row goes alone."""
        pending, self._pending = self._pending, []
        unit, self._unit = self._unit, self._store.begin(self._decider.context)
        self._touched.clear()
        try:
            unit.commit()
        except Unavailable:
            raise
        except RapportError:
            self._results += [self._alone(row) for row, _ in pending]
        else:
            self._results += [step.result for _, step in pending]

    def _alone(self, row: ReadRow) -> RowResult:
        for _ in range(ATTEMPTS):
            result = self._attempt(row)
            if result is not None:
                return result
        raise Unavailable("A record of this row is changed all the time.")

    def _attempt(self, row: ReadRow) -> RowResult | None:
        """The row's result, or None when it must be decided anew: somebody else was faster."""
        if row.key:
            self._learn([row.key])
        step = self._step(row)
        if step.put is None:
            return step.result
        unit = self._store.begin(self._decider.context)
        stored = step.put(unit)
        try:
            unit.commit()
        except (OwnRecord, RowCarriedOut):
            return step.result
        except AlreadyExists as refusal:
            return None if row.key else failed(row.line, [_whole_row(refusal)])
        except (StaleVersion, ConcurrentChange):
            return None
        self._remember(row, stored)
        return step.result


def _whole_row(refusal: RapportError) -> FieldError:
    return FieldError("", refusal.code, refusal.message)
