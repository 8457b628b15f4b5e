"""One record's memberships as they are and as they should be, and the writes between the two."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.domain.context import Context
from shared.domain.entity import Entity
from shared.domain.errors import ConcurrentChange, RapportError
from shared.domain.events.base import Event
from shared.domain.events.segments import Cause, SegmentEntered, SegmentLeft
from shared.domain.segments.judgement import Verdict
from shared.domain.segments.kinds import tags_of, with_tags
from shared.domain.segments.membership import Membership
from shared.domain.text import fold
from shared.storage.driver import Item
from shared.storage.segments import STRUCK, Moves
from shared.storage.unit_of_work import UnitOfWork

MOST_MOVES = 20
"""Targets entered or left in one transaction: with their counters and fifty tags still below 100
actions. What is more follows in the next."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What has to be written for one record; nothing when `idle`.

    `numbers`: of definitions, by target; `rules`: the rule tag (id) behind each folded name.
    """

    record: Entity | None
    before: Membership
    verdict: Verdict
    placed: frozenset[str]
    numbers: Mapping[str, int]
    rules: Mapping[str, str]

    @property
    def entered(self) -> list[str]:
        """Targets to enter in this write."""
        return sorted(self.verdict.targets.difference(self.before.targets))[:MOST_MOVES]

    @property
    def left(self) -> list[str]:
        """Targets to leave in this write."""
        room = MOST_MOVES - len(self.entered)
        return sorted(set(self.before.targets) - self.verdict.targets)[:room]

    @property
    def ended(self) -> bool:
        """Whether the record is, or is about to be, no more: its membership ends with it."""
        return self.record is None or getattr(self.record, "purged_at", None) is not None

    @property
    def partial(self) -> bool:
        """Whether another write has to follow."""
        if self.ended and self.before.targets:
            return True
        moves = self.verdict.targets.symmetric_difference(self.before.targets)
        return len(moves) > len(self.entered) + len(self.left)

    @property
    def retagged(self) -> bool:
        """Whether the record itself has to change."""
        return self.record is not None and self.verdict.tags != tags_of(self.record)

    def after(self, context: Context, cause: Cause) -> Membership:
        """The membership as it shall be stored; `before` when it stays."""
        targets = frozenset(self.before.targets).union(self.entered).difference(self.left)
        events = self._events(cause)
        return self.before.moved(context, targets, self.placed, self.verdict.flip, events)

    @property
    def idle(self) -> bool:
        """Whether everything is as it should be."""
        if self.ended:
            return self.before.version == 0
        wanted = (self.verdict.targets, self.placed, self.verdict.flip)
        return not self.retagged and self.before.stands(*wanted)

    @property
    def size(self) -> int:
        """The most actions that it needs."""
        return 2 + 2 * (len(self.entered) + len(self.left)) + len(self._tags_touched())

    def write(self, unit: UnitOfWork, moves: Moves, context: Context, cause: Cause) -> None:
        """Add the writes: they hold only while record and definitions are as they were read."""
        if self.ended and not self.before.targets:
            unit.purge(self.before)
            return
        after = self.after(context, cause)
        if after is not self.before:
            unit.put(after, refusal=_raced)
        if self.record is not None:
            if self.retagged:
                unit.put(with_tags(context, self.record, self.verdict.tags), refusal=_raced)
            else:
                unit.expect(self.record)
        for target in self.entered:
            moves.enter(target, self.numbers[target], self.before.record, context.now)
        for target in self.left:
            number = self.numbers.get(target, STRUCK)
            moves.leave(target, number, self.before.record)
        for tag in self._tags_touched():
            moves.rely_on(tag, self.numbers[tag], self.before.record)

    def _tags_touched(self) -> list[str]:
        """The rule tags whose names the record gets or loses."""
        if self.record is None or not self.retagged:
            return []
        changed = set(tags_of(self.record)).symmetric_difference(self.verdict.tags)
        return sorted({self.rules[f] for f in map(fold, changed) if f in self.rules})

    def _events(self, cause: Cause) -> tuple[Event, ...]:
        """Only of segments: that a record got a tag is told by the record."""
        return (
            *(self._told(SegmentEntered, t, cause) for t in self.entered if _segment(t)),
            *(self._told(SegmentLeft, t, cause) for t in self.left if _segment(t)),
        )

    def _told(self, event: type[Event], target: str, cause: Cause) -> Event:
        record = {"record": self.before.record, "record_kind": self.before.record_kind}
        return event.model_validate({"segment": target, "cause": cause, **record})


def _segment(target: str) -> bool:
    return target.startswith("seg_")


def _raced(_: Item | None) -> RapportError:
    return ConcurrentChange()
