"""Working calendars: adding and measuring working time by interval arithmetic.

Hours are wall time of a zone; durations are absolute time, so the day on which clocks change is as
long as it really is. Results are UTC. A month is laid out when it is first asked about; from then
on the cost is a search in each month in between.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Annotated, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from shared.domain.calendars.hours import Day, Hours, Week, instant, week_of
from shared.domain.calendars.timetable import MICROSECOND, Interval, Timetable, micros, moment
from shared.domain.errors import InvalidInput

FARTHEST = timedelta(days=20_000)
"""How far (some 54 years) a calculation may run before it is refused."""

MOST_MONTHS = 1000
EARLIEST_YEAR, LATEST_YEAR = 1900, 9900


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise ValueError(f"{name!r} is no time zone of the IANA database") from unknown
    return name


Zone = Annotated[str, Field(max_length=64, examples=["Asia/Shanghai"]), AfterValidator(_known_zone)]
"""The name of a time zone of the IANA database."""


class WorkingCalendar(BaseModel):
    """When a team, or one person's shift, works.

    `holidays` are free whatever the weekday; `makeup_days` are worked whatever the weekday, with
    their own hours or, when None, with those of the week's first working day.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    zone: Zone
    week: Week
    holidays: Annotated[dict[date, str], Field(max_length=1000)] = {}
    makeup_days: Annotated[dict[date, Day | None], Field(max_length=500)] = {}

    @model_validator(mode="after")
    def _works_at_all(self) -> Self:
        if not any(self.week.values()):
            raise ValueError("a calendar needs working hours on at least one day of the week")
        if any(hours is not None and not hours for hours in self.makeup_days.values()):
            raise ValueError("a make-up day needs hours; name a free day as a holiday instead")
        both = sorted(self.holidays.keys() & self.makeup_days.keys())
        if both:
            raise ValueError(f"{both[0]} cannot be both a holiday and a make-up day")
        return self

    @classmethod
    def weekdays(cls, zone: str, *ranges: tuple[str, str]) -> Self:
        """Monday to Friday with these hours, by default 09:00 to 18:00."""
        return cls(zone=zone, week=week_of(range(1, 6), *(ranges or (("09:00", "18:00"),))))

    def with_days(
        self, holidays: Mapping[date, str], makeup_days: Mapping[date, Day | None]
    ) -> Self:
        """This calendar with more days; a later word on the same date replaces the earlier."""
        free = {d: name for d, name in self.holidays.items() if d not in makeup_days}
        worked = {d: hours for d, hours in self.makeup_days.items() if d not in holidays}
        return self._changed(holidays=free | dict(holidays), makeup_days=worked | dict(makeup_days))

    def for_shift(self, week: Week, zone: str | None = None) -> Self:
        """One person's hours under the same holidays; make-up days take that person's hours."""
        days: dict[date, Day | None] = dict.fromkeys(self.makeup_days)
        return self._changed(week=week, zone=zone or self.zone, makeup_days=days)

    def hours_on(self, day: date) -> Day:
        """The working hours of this date; none when it is free."""
        if day in self.makeup_days:
            return self.makeup_days[day] or self._usual_day()
        return () if day in self.holidays else self.week.get(day.isoweekday(), ())

    def is_working(self, at: datetime) -> bool:
        """Whether `at` falls into working hours; their end no longer does."""
        return self.next_opening(at) == at

    def next_opening(self, at: datetime) -> datetime:
        """`at` itself when it falls into working hours, else when they next begin (UTC)."""
        table, start = self._covering(at), micros(at)
        while (opening := table.opening(start)) is None:
            _grow(table, 1)
        return moment(opening)

    def add_working_time(self, start: datetime, duration: timedelta) -> datetime:
        """The instant (UTC) at which `duration` of working time has passed since `start`.

        What ends with a working day is due at its end, not at the next opening. Raises InvalidInput
        for a negative duration or one that takes longer than about 54 years.
        """
        if duration < timedelta(0):
            raise InvalidInput.of("duration", "duration_negative", "Working time cannot run back.")
        if not duration:
            return start.astimezone(UTC)
        table = self._covering(start)
        begin, work = micros(start), duration // MICROSECOND
        months = 1
        while table.until(begin) + work > table.total:
            _grow(table, months)
            months *= 2
        end = moment(table.after(table.until(begin) + work))
        if end - start > FARTHEST:
            raise _too_long()
        return end

    def working_time_between(self, first: datetime, last: datetime) -> timedelta:
        """The working time from `first` to `last`; negative when `last` is the earlier.

        Raises InvalidInput when they lie more than about 54 years apart.
        """
        if abs(last - first) > FARTHEST:
            raise _too_long()
        table = self._covering(first, last)
        return timedelta(microseconds=table.until(micros(last)) - table.until(micros(first)))

    def intervals_on(self, day: date) -> list[Interval]:
        """The working hours of this date as pairs of UTC instants, in order."""
        zone = ZoneInfo(self.zone)
        midnight = datetime.combine(day, time())
        pairs = [
            (
                instant(midnight + timedelta(minutes=hours.from_minute), zone),
                instant(midnight + timedelta(minutes=hours.to_minute), zone),
            )
            for hours in self.hours_on(day)
        ]
        return [(opening, closing) for opening, closing in pairs if opening < closing]

    @cached_property
    def _timetable(self) -> Timetable:
        return Timetable(self.intervals_on, self.zone)

    def _covering(self, *times: datetime) -> Timetable:
        """A timetable that reaches over these times: a new one when they lie decades from what is
        laid out, so that it never spans centuries."""
        table = self._timetable
        if all(table.covers(at) for at in times):
            return table
        for at in times:
            if not EARLIEST_YEAR <= at.year <= LATEST_YEAR:
                raise InvalidInput.of("at", "time_out_of_range", "No calendar reaches this time.")
        if table.far_from(*times):
            table = Timetable(self.intervals_on, self.zone)
        for at in times:
            table.reach(at)
        return table

    def _usual_day(self) -> tuple[Hours, ...]:
        return next(hours for _, hours in sorted(self.week.items()) if hours)

    def _changed(self, **changes: object) -> Self:
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_validate(fields | changes)


def _grow(table: Timetable, months: int) -> None:
    if table.months >= MOST_MONTHS:
        raise _too_long()
    table.grow(months)


def _too_long() -> InvalidInput:
    return InvalidInput.of(
        "duration", "duration_too_long", "This reaches more than 54 years ahead."
    )
