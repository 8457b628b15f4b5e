"""The working intervals of a span of months, laid out so that any question is a binary search.

Times are whole microseconds since 1970 (UTC). The span grows, month by month, as questions reach
beyond it.
"""

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
FAR = 240
"""Months. A timetable serves questions about some years; one about another age gets its own."""

Interval = tuple[datetime, datetime]


def micros(at: datetime) -> int:
    """Microseconds since 1970."""
    return (at - EPOCH) // MICROSECOND


def moment(at: int) -> datetime:
    """The UTC time so many microseconds after 1970."""
    return EPOCH + timedelta(microseconds=at)


class Timetable:
    """What a calendar works, from one month to another. `intervals_on` gives those of a date.

    Every answer about a time presupposes `reach` to its month.
    """

    def __init__(self, intervals_on: Callable[[date], Iterable[Interval]], zone: str) -> None:
        self._intervals_on = intervals_on
        self._zone = ZoneInfo(zone)
        self._first = self._last = 0
        """Months since the year 0 that are laid out: from the first up to, but without, the last"""
        self._begins = self._ends = 0
        self._openings: list[int] = []
        self._closings: list[int] = []
        self._before: list[int] = [0]
        """How much work lies before each interval, and at last before the end of the span."""

    @property
    def months(self) -> int:
        """How many months are laid out."""
        return self._last - self._first

    @property
    def total(self) -> int:
        """The working time of the whole span."""
        return self._before[-1]

    def covers(self, at: datetime) -> bool:
        """Whether the month of `at` is laid out."""
        return self._begins <= micros(at) < self._ends

    def reach(self, at: datetime) -> None:
        """Lay out the month of `at`, and all between it and the others."""
        if self.covers(at):
            return
        local = at.astimezone(self._zone)
        month = local.year * 12 + local.month - 1
        if self._first == self._last:
            self._lay_out(month, month + 1)
        else:
            self._lay_out(min(month, self._first), max(month + 1, self._last))

    def far_from(self, *times: datetime) -> bool:
        """Whether one of these times lies decades from what is laid out."""
        if self._first == self._last:
            return False
        months = (at.year * 12 + at.month - 1 for at in times)
        return any(abs(month - self._first) > FAR for month in months)

    def grow(self, months: int) -> None:
        """Lay out so many more months at the end."""
        self._lay_out(self._first, self._last + months)

    def until(self, at: int) -> int:
        """The span's working time before `at`."""
        n = bisect_right(self._openings, at) - 1
        if n < 0:
            return 0
        return self._before[n] + min(at, self._closings[n]) - self._openings[n]

    def after(self, work: int) -> int:
        """When `work` (more than 0, at most `total`) of the span's working time has passed."""
        n = bisect_left(self._before, work) - 1
        return self._openings[n] + work - self._before[n]

    def opening(self, at: int) -> int | None:
        """`at` when it lies in an interval, else where the next begins; None when none does."""
        n = bisect_right(self._closings, at)
        return max(at, self._openings[n]) if n < len(self._openings) else None

    def _lay_out(self, first: int, last: int) -> None:
        earlier = self._pairs(first, self._first) if self._first != self._last else []
        later = self._pairs(max(first, self._last), last)
        pairs = [*earlier, *zip(self._openings, self._closings, strict=True), *later]
        self._openings = [opening for opening, _ in pairs]
        self._closings = [closing for _, closing in pairs]
        self._before = [0, *accumulate(closing - opening for opening, closing in pairs)]
        self._first, self._last = first, last
        self._begins, self._ends = self._midnight(first), self._midnight(last)

    def _pairs(self, first: int, last: int) -> list[tuple[int, int]]:
        return [
            (micros(opening), micros(closing))
            for month in range(first, last)
            for day in _days(month)
            for opening, closing in self._intervals_on(day)
        ]

    def _midnight(self, month: int) -> int:
        return micros(datetime(month // 12, month % 12 + 1, 1, tzinfo=self._zone))


def _days(month: int) -> Iterable[date]:
    year, number = month // 12, month % 12 + 1
    return (date(year, number, day) for day in range(1, monthrange(year, number)[1] + 1))
