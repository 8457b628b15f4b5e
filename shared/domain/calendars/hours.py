"""Hours of a day, days of a week, and the instants at which a zone's clocks show a wall time."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

MOST_RANGES = 12


class Hours(BaseModel):
    """A span of one day's wall time, from `start` up to but without `end` (at most `24:00`).

    A shift over midnight is two spans: until `24:00`, and from `00:00` of the next day.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["09:00"])]
    end: Annotated[
        str, Field(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", examples=["12:00", "24:00"])
    ]

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.end <= self.start:
            raise ValueError("hours end after they start; split a shift over midnight in two")
        return self

    @property
    def from_minute(self) -> int:
        """Minutes from midnight to the start."""
        return _minutes(self.start)

    @property
    def to_minute(self) -> int:
        """Minutes from midnight to the end, up to 1440."""
        return _minutes(self.end)


def _in_order(ranges: tuple[Hours, ...]) -> tuple[Hours, ...]:
    ordered = tuple(sorted(ranges, key=lambda hours: hours.start))
    for earlier, later in pairwise(ordered):
        if later.start < earlier.end:
            raise ValueError(f"the hours from {earlier.start} and from {later.start} overlap")
    return ordered


Day = Annotated[tuple[Hours, ...], Field(max_length=MOST_RANGES), AfterValidator(_in_order)]
"""The working hours of one day, in order and without overlap."""

Week = dict[Annotated[int, Field(ge=1, le=7)], Day]
"""ISO weekday (1 Monday to 7 Sunday) -> its hours; a day that is not named is free."""


def week_of(days: Iterable[int], *ranges: tuple[str, str]) -> Week:
    """The same hours on each of `days`: `week_of(range(1, 6), ("09:00", "12:00"))`."""
    hours = tuple(Hours(start=start, end=end) for start, end in ranges)
    return dict.fromkeys(days, hours)


def instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first instant (UTC) at which the clocks of `zone` show `wall` or, where they skip it
    when summer time begins, the instant of the skip."""
    first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == wall:
        return first
    return _skip(wall.replace(tzinfo=zone, fold=1).astimezone(UTC), first, zone)


def _skip(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The one change of the zone's offset in (before, after], to the second."""
    old = before.astimezone(zone).utcoffset()
    seconds = int((after - before).total_seconds())
    low, high = 0, seconds
    while high - low > 1:
        middle = (low + high) // 2
        if (before + timedelta(seconds=middle)).astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return before + timedelta(seconds=high)


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])
