"""What a record belongs to: one small item beside each record that ever was in something.

It is the lock of all changes of the record's memberships: rows and counts change only together
with it, in one transaction on its version.
"""

from datetime import UTC, datetime
from typing import Annotated, ClassVar, Self

from pydantic import Field

from shared.domain.context import Context
from shared.domain.entity import Entity, Moment
from shared.domain.events.base import Event
from shared.domain.ids import derived_id

FLIP = "flip"
"""The timer at which passing time alone changes what the record belongs to."""

_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


class Membership(Entity):
    """The segments and rule tags (`targets`) that a record is in.

    `placed`: the static segments somebody put it into, which count as long as it may be a member.
    """

    kind: ClassVar[str] = "membership"
    prefix: ClassVar[str] = "mbr"
    listed: ClassVar[bool] = False
    history: ClassVar[bool] = False

    record: str
    record_kind: str
    targets: Annotated[tuple[str, ...], Field(max_length=400)] = ()
    placed: Annotated[tuple[str, ...], Field(max_length=400)] = ()

    @classmethod
    def of(cls, context: Context, record_id: str, record_kind: str) -> Self:
        """That of a record which belongs to nothing yet."""
        stamp = cls.stamp(context, membership_id(record_id))
        return cls(**stamp, record=record_id, record_kind=record_kind)

    def stands(self, targets: frozenset[str], placed: frozenset[str], flip: Moment | None) -> bool:
        """Whether it says just that already."""
        found = (frozenset(self.targets), frozenset(self.placed), self.timers.get(FLIP))
        return found == (targets, placed, flip)

    def moved(
        self,
        context: Context,
        targets: frozenset[str],
        placed: frozenset[str],
        flip: Moment | None,
        events: tuple[Event, ...],
    ) -> "Membership":
        """With other targets; the same membership when nothing differs."""
        if self.stands(targets, placed, flip):
            return self
        return self.evolve(
            context,
            *events,
            targets=tuple(sorted(targets)),
            placed=tuple(sorted(placed)),
            timers={FLIP: flip} if flip is not None else {},
        )


def membership_id(record_id: str) -> str:
    """The id of a record's membership, which follows from the record's own."""
    return derived_id(Membership.prefix, _BEFORE_ALL, record_id)
