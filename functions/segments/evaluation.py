"""Brings the memberships of records in line with their state: the one way members come and go.

Every write is a condition on the membership, the record and the definitions as they were read, so
late, double and parallel evaluations are harmless: the last one always sees the newest state.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from functions.segments.decisions import Decision
from functions.segments.definitions import Definitions, load_definitions
from functions.segments.records import Records
from shared.domain.context import Context
from shared.domain.entity import Entity
from shared.domain.errors import ConcurrentChange, StaleVersion
from shared.domain.events.segments import Cause
from shared.domain.segments.judgement import Case, Verdict, judge
from shared.domain.segments.kinds import kind_of_id
from shared.domain.segments.membership import Membership
from shared.domain.text import fold
from shared.storage.segments import DefinitionChanged, Moves
from shared.storage.store import Store

ATTEMPTS = 8
ROOM = 90
"""Actions put into one transaction when many records are written together."""

_NOWHERE = Verdict(frozenset(), ())


@dataclass(frozen=True, slots=True)
class Hand:
    """Static segments into which somebody puts records, or takes them out."""

    put: frozenset[str] = frozenset()
    take: frozenset[str] = frozenset()


UNTOUCHED = Hand()


class Evaluator:
    """Evaluates records of one tenant; what it needs for all of them is read once."""

    def __init__(self, store: Store, context: Context) -> None:
        self._store = store
        self._context = context
        self._definitions: Definitions | None = None
        self._gone: set[str] = set()
        self.records = Records(store, context, lambda kind: self.definitions.use_figures(kind))
        self.settled: set[str] = set()

    @classmethod
    def shared(cls, memo: dict[str, Any], store: Store, context: Context) -> "Evaluator":
        """The evaluator of this tenant for the whole batch."""
        key = f"evaluator {store.tenant}"
        if key not in memo:
            memo[key] = cls(store, context)
        return memo[key]

    @property
    def definitions(self) -> Definitions:
        """What is in force."""
        if self._definitions is None:
            self._definitions = load_definitions(self._store, self._context)
        return self._definitions

    def settle(self, record_id: str, cause: Cause, hand: Hand = UNTOUCHED) -> int:
        """Bring one record's memberships up to date; gives how many targets it entered or left.

        Raises ConcurrentChange when others are faster again and again.
        """
        changed = 0
        for _ in range(ATTEMPTS):
            decision = self._decide(record_id, hand)
            if decision is None:
                return changed
            moved = 0 if decision.idle else self._try([decision], cause)
            if moved is not None:
                changed += moved
                if not decision.partial:
                    self.settled.add(record_id)
                    self._hand_on(decision, cause)
                    return changed
        raise ConcurrentChange(details={"record": record_id})

    def settle_many(self, ids: Iterable[str], cause: Cause, hand: Hand = UNTOUCHED) -> int:
        """The same for many, several in a transaction; gives the sum."""
        wanted = list(ids)
        self.records.prefetch(wanted)
        changed, size = 0, 0
        group: list[Decision] = []
        for decision in (self._decide(record_id, hand) for record_id in wanted):
            if decision is None or decision.idle:
                if decision is not None:
                    self._hand_on(decision, cause)
                continue
            if group and size + decision.size > ROOM:
                changed += self._settle_group(group, cause, hand)
                group, size = [], 0
            group.append(decision)
            size += decision.size
        return changed + (self._settle_group(group, cause, hand) if group else 0)

    def _settle_group(self, group: list[Decision], cause: Cause, hand: Hand) -> int:
        """All in one transaction; when somebody was faster at one of them, each alone."""
        moved = self._try(group, cause)
        left = [d for d in group if moved is None or d.partial]
        for decision in group:
            if decision not in left:
                self._hand_on(decision, cause)
        ids = [decision.before.record for decision in left]
        self.records.prefetch(ids)
        return (moved or 0) + sum(self.settle(record_id, cause, hand) for record_id in ids)

    def _try(self, decisions: list[Decision], cause: Cause) -> int | None:
        """Write them together; how many targets were entered or left, None if nothing was."""
        for decision in decisions:
            self.records.forget(decision.before.record)
        try:
            self._write(decisions, cause)
        except DefinitionChanged:
            self._definitions = None
            return None
        except (StaleVersion, ConcurrentChange):
            return None
        return sum(len(decision.entered) + len(decision.left) for decision in decisions)

    def _write(self, decisions: list[Decision], cause: Cause) -> None:
        unit = self._store.begin(self._context)
        moves = Moves(unit)
        for decision in decisions:
            decision.write(unit, moves, self._context, cause)
        moves.seal()
        unit.commit()

    def _decide(self, record_id: str, hand: Hand) -> Decision | None:
        """What is to be written for a record; None for an id that names no record."""
        kind = kind_of_id(record_id)
        if kind is None:
            return None
        record, before = (
            self.records.record(record_id, kind),
            self.records.membership(record_id, kind),
        )
        self._look_for_strangers(before, kind)
        found = self.definitions.of_kind(kind)
        placed = frozenset(before.placed).union(hand.put).difference(hand.take)
        placed = placed - self._gone if record else frozenset[str]()
        now = self._context.now.astimezone(self.definitions.zone)
        case = Case(record, now, placed, self.records.figures(record_id, kind)) if record else None
        return Decision(
            record,
            before,
            judge(found, case) if case else _NOWHERE,
            placed,
            {one.id: one.number for one in found},
            {fold(one.tag): one.id for one in found if one.tag is not None},
        )

    def case_of(self, record: Entity, *, alone: bool = False) -> Case:
        """A record as it is judged now; `alone`: whatever static segments it was put into."""
        placed = () if alone else self.records.membership(record.id, record.kind).placed
        now = self._context.now.astimezone(self.definitions.zone)
        return Case(record, now, placed, self.records.figures(record.id, record.kind))

    def _look_for_strangers(self, membership: Membership, kind: str) -> None:
        """A target that is not in force may be newer than what was read: look again, once."""
        known = {entry.id for entry in self.definitions.book.of_kind(kind)}
        strangers = set(membership.targets) - known - self._gone
        if strangers:
            self._definitions = None
            known = {entry.id for entry in self.definitions.book.of_kind(kind)}
            self._gone |= strangers - known

    def _hand_on(self, decision: Decision, cause: Cause) -> None:
        """The place of a merged record in static segments goes to the one that took it in."""
        winner: str | None = getattr(decision.record, "merged_into", None)
        placed = decision.placed
        if winner is None or not placed:
            return
        self.records.forget(winner)
        if not placed <= set(self.records.membership(winner, decision.before.record_kind).placed):
            self.settle(winner, cause, Hand(put=placed))
