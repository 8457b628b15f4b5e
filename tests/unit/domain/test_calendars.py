"""Working time follows the calendar's wall clock and is measured in absolute time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.domain.calendars import Hours, WorkingCalendar
from shared.domain.calendars.hours import week_of
from shared.domain.calendars.timetable import Timetable, micros
from shared.domain.errors import InvalidInput

HOUR = timedelta(hours=1)
LUNCH = (("09:00", "12:00"), ("13:00", "18:00"))

OFFICE = WorkingCalendar.weekdays("Asia/Shanghai", *LUNCH).with_days(
    {date(2026, 1, 1): "元旦", date(2026, 1, 2): "元旦"}, {date(2026, 1, 4): None}
)
CALENDARS = [
    OFFICE,
    WorkingCalendar.weekdays("Europe/Berlin"),
    WorkingCalendar(zone="America/New_York", week=week_of(range(1, 8), ("00:00", "24:00"))),
    WorkingCalendar(
        zone="Europe/Berlin", week=week_of([6, 7], ("01:30", "02:30"), ("02:30", "05:15"))
    ),
    WorkingCalendar(zone="America/Santiago", week=week_of([6, 7], ("00:00", "02:00"))),
    WorkingCalendar(
        zone="Australia/Lord_Howe", week=week_of([7], ("01:45", "02:15"), ("22:00", "24:00"))
    ),
]

calendars = st.sampled_from(CALENDARS)


def seconds_between(first: datetime, last: datetime) -> st.SearchStrategy[datetime]:
    span = int((last - first).total_seconds())
    return st.integers(0, span).map(lambda seconds: first + timedelta(seconds=seconds))


CHANGES_OF_CLOCKS = [(2026, 3, 8), (2026, 3, 29), (2026, 4, 5), (2026, 9, 6), (2026, 10, 25)]
moments = st.one_of(
    seconds_between(datetime(2025, 1, 1, tzinfo=UTC), datetime(2027, 12, 31, tzinfo=UTC)),
    *(
        seconds_between(day - timedelta(days=2), day + timedelta(days=2))
        for day in (datetime(*change, tzinfo=UTC) for change in CHANGES_OF_CLOCKS)
    ),
)
durations = st.timedeltas(timedelta(0), timedelta(hours=300))
MARCH = datetime(2026, 3, 29, tzinfo=UTC)


def shanghai(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo("Asia/Shanghai"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        (shanghai(2026, 1, 5, 9, 0), 2, shanghai(2026, 1, 5, 11, 0)),
        (shanghai(2026, 1, 5, 11, 30), 1, shanghai(2026, 1, 5, 13, 30)),
        (shanghai(2026, 1, 5, 12, 30), 1, shanghai(2026, 1, 5, 14, 0)),
        (shanghai(2026, 1, 5, 17, 0), 1, shanghai(2026, 1, 5, 18, 0)),
        (shanghai(2026, 1, 5, 17, 0), 2, shanghai(2026, 1, 6, 10, 0)),
        (shanghai(2026, 1, 9, 20, 0), 1, shanghai(2026, 1, 12, 10, 0)),
        (shanghai(2025, 12, 31, 17, 0), 2, shanghai(2026, 1, 4, 10, 0)),
        (shanghai(2026, 1, 4, 9, 0), 9, shanghai(2026, 1, 5, 10, 0)),
        (shanghai(2026, 1, 5, 3, 0), 0, shanghai(2026, 1, 5, 3, 0)),
    ],
    ids=[
        *("morning", "lunch", "in-lunch", "until-closing", "overnight", "weekend"),
        *("holiday-then-make-up-sunday", "make-up-day-has-usual-hours", "nothing"),
    ],
)
def test_due_times_skip_lunch_nights_weekends_and_holidays(
    start: datetime, hours: int, due: datetime
) -> None:
    assert OFFICE.add_working_time(start, hours * HOUR) == due


def test_a_night_in_which_clocks_skip_an_hour_is_an_hour_shorter() -> None:
    night = WorkingCalendar(zone="Europe/Berlin", week=week_of([7], ("00:00", "06:00")))
    spring, autumn = (
        datetime(2026, month, day, tzinfo=ZoneInfo("Europe/Berlin"))
        for month, day in ((3, 29), (10, 25))
    )
    assert night.working_time_between(spring, spring + timedelta(days=1)) == 5 * HOUR
    assert night.working_time_between(autumn, autumn + timedelta(days=1)) == 7 * HOUR
    assert night.add_working_time(spring, 3 * HOUR).astimezone(ZoneInfo("Europe/Berlin")) == (
        datetime(2026, 3, 29, 4, tzinfo=ZoneInfo("Europe/Berlin"))
    )


def test_hours_that_begin_in_the_skipped_hour_begin_at_the_skip() -> None:
    calendar = WorkingCalendar(zone="Europe/Berlin", week=week_of([7], ("02:30", "04:00")))
    assert calendar.next_opening(MARCH) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert calendar.working_time_between(MARCH, MARCH + timedelta(days=1)) == HOUR


def test_hours_wholly_in_the_skipped_hour_do_not_exist_that_day() -> None:
    calendar = WorkingCalendar(zone="Europe/Berlin", week=week_of([7], ("02:00", "03:00")))
    assert calendar.intervals_on(date(2026, 3, 29)) == []
    assert calendar.next_opening(MARCH).date() == date(2026, 4, 5)


def test_the_end_of_working_hours_is_no_longer_working() -> None:
    assert OFFICE.is_working(shanghai(2026, 1, 5, 9, 0))
    assert OFFICE.is_working(shanghai(2026, 1, 5, 11, 59, 59))
    assert not OFFICE.is_working(shanghai(2026, 1, 5, 12, 0))
    assert not OFFICE.is_working(shanghai(2026, 1, 2, 10, 0))
    assert OFFICE.is_working(shanghai(2026, 1, 4, 10, 0))


def test_the_next_opening_is_now_while_working() -> None:
    during = shanghai(2026, 1, 5, 10, 0)
    assert OFFICE.next_opening(during) == during
    assert OFFICE.next_opening(shanghai(2026, 1, 9, 18, 0)) == shanghai(2026, 1, 12, 9, 0)


def test_a_shift_keeps_the_holidays_and_brings_its_own_hours() -> None:
    shift = OFFICE.for_shift(week_of([1, 2, 3], ("14:00", "24:00")))
    assert shift.hours_on(date(2026, 1, 1)) == ()
    assert shift.hours_on(date(2026, 1, 4)) == (Hours(start="14:00", end="24:00"),)
    assert not shift.hours_on(date(2026, 1, 9))
    assert shift.zone == "Asia/Shanghai"


def test_a_later_word_on_a_date_replaces_the_earlier() -> None:
    worked = OFFICE.with_days({}, {date(2026, 1, 2): None})
    assert worked.hours_on(date(2026, 1, 2))
    assert not worked.with_days({date(2026, 1, 2): "休息"}, {}).hours_on(date(2026, 1, 2))


def test_a_calendar_is_stored_and_read_back_as_json() -> None:
    for calendar in CALENDARS:
        assert WorkingCalendar.model_validate_json(calendar.model_dump_json()) == calendar


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"zone": "Mars/Base", "week": {1: [{"start": "09:00", "end": "10:00"}]}}, "time zone"),
        ({"zone": "../etc", "week": {1: [{"start": "09:00", "end": "10:00"}]}}, "time zone"),
        ({"zone": "America", "week": {1: [{"start": "09:00", "end": "10:00"}]}}, "time zone"),
        ({"zone": "UTC", "week": {}}, "needs working hours"),
        ({"zone": "UTC", "week": {1: []}}, "needs working hours"),
        ({"zone": "UTC", "week": {8: [{"start": "09:00", "end": "10:00"}]}}, "less than or equal"),
        ({"zone": "UTC", "week": {1: [{"start": "10:00", "end": "09:00"}]}}, "end after"),
        ({"zone": "UTC", "week": {1: [{"start": "10:00", "end": "25:00"}]}}, "pattern"),
        (
            {
                "zone": "UTC",
                "week": {
                    1: [{"start": "09:00", "end": "11:00"}, {"start": "10:59", "end": "12:00"}]
                },
            },
            "overlap",
        ),
        (
            {
                "zone": "UTC",
                "week": {1: [{"start": "09:00", "end": "11:00"}]},
                "holidays": {"2026-01-01": "x"},
                "makeup_days": {"2026-01-01": None},
            },
            "both a holiday",
        ),
        (
            {
                "zone": "UTC",
                "week": {1: [{"start": "09:00", "end": "11:00"}]},
                "makeup_days": {"2026-01-01": []},
            },
            "needs hours",
        ),
    ],
)
def test_calendars_that_make_no_sense_are_refused(fields: object, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        WorkingCalendar.model_validate(fields)


def test_calculations_are_bounded_and_run_forward_only() -> None:
    short = WorkingCalendar(zone="UTC", week=week_of([1], ("09:00", "09:01")))
    for duration, code in ((-HOUR, "duration_negative"), (48 * HOUR, "duration_too_long")):
        with pytest.raises(InvalidInput) as refusal:
            short.add_working_time(MARCH, duration)
        assert refusal.value.errors[0].code == code
    with pytest.raises(InvalidInput):
        short.working_time_between(MARCH, MARCH + timedelta(days=25_000))
    for edge in (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)):
        with pytest.raises(InvalidInput) as refusal:
            OFFICE.next_opening(edge)
        assert refusal.value.errors[0].code == "time_out_of_range"


@given(calendars, moments, durations)
@example(CALENDARS[3], datetime(2026, 3, 28, 23, tzinfo=UTC), timedelta(minutes=90))
def test_what_was_added_is_what_is_measured(
    calendar: WorkingCalendar, start: datetime, duration: timedelta
) -> None:
    due = calendar.add_working_time(start, duration)
    assert calendar.working_time_between(start, due) == duration
    assert due >= start + duration


@given(calendars, moments, durations, durations)
def test_adding_in_two_steps_is_adding_at_once(
    calendar: WorkingCalendar, start: datetime, first: timedelta, second: timedelta
) -> None:
    halfway = calendar.add_working_time(start, first)
    assert calendar.add_working_time(halfway, second) == calendar.add_working_time(
        start, first + second
    )


@given(calendars, moments, moments, durations)
def test_who_starts_later_is_due_no_earlier(
    calendar: WorkingCalendar, one: datetime, other: datetime, duration: timedelta
) -> None:
    early, late = sorted([one, other])
    assert calendar.add_working_time(early, duration) <= calendar.add_working_time(late, duration)


@given(calendars, moments, moments, moments)
def test_measured_parts_add_up(
    calendar: WorkingCalendar, a: datetime, b: datetime, c: datetime
) -> None:
    between = calendar.working_time_between
    assert between(a, b) + between(b, c) == between(a, c)
    assert between(a, b) == -between(b, a)
    assert abs(between(a, b)) <= abs(b - a)


@given(calendars, moments)
def test_an_opening_works_and_nothing_before_it_does(
    calendar: WorkingCalendar, at: datetime
) -> None:
    opening = calendar.next_opening(at)
    assert opening >= at
    assert calendar.is_working(opening)
    assert calendar.working_time_between(at, opening) == timedelta(0)


@given(moments)
def test_a_calendar_that_never_closes_measures_plain_time(at: datetime) -> None:
    always = CALENDARS[2]
    assert always.working_time_between(at, at + 500 * HOUR) == 500 * HOUR
    assert always.is_working(at)


def test_ten_thousand_questions_about_a_year_lay_each_day_out_once() -> None:
    asked: list[date] = []
    table = Timetable(lambda day: asked.append(day) or OFFICE.intervals_on(day), OFFICE.zone)
    for n in range(10_000):
        at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n * 52)
        table.reach(at)
        assert table.until(micros(at)) >= 0
    assert len(asked) == len(set(asked)) <= 396
