"""National days agree with what governments published."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from shared.domain.calendars import WorkingCalendar
from shared.domain.calendars.national import preloaded
from shared.domain.errors import InvalidInput


def days(text: str, year: int) -> set[date]:
    """`"01-28..02-04 10-11"` as the dates of that year."""
    found: set[date] = set()
    for part in text.split():
        first, _, last = part.partition("..")
        day, end = (date.fromisoformat(f"{year}-{d}") for d in (first, last or first))
        found |= {day + timedelta(days=n) for n in range((end - day).days + 1)}
    return found


@pytest.mark.parametrize(
    ("year", "free", "worked"),
    [
        (
            2025,
            "01-01 01-28..02-04 04-04..04-06 05-01..05-05 05-31..06-02 10-01..10-08",
            "01-26 02-08 04-27 09-28 10-11",
        ),
        (
            2026,
            "01-01..01-03 02-15..02-23 04-04..04-06 05-01..05-05 06-19..06-21 09-25..09-27 "
            "10-01..10-07",
            "01-04 02-14 02-28 05-09 09-20 10-10",
        ),
    ],
)
def test_china_follows_the_notices_of_the_state_council(year: int, free: str, worked: str) -> None:
    china = preloaded("CN", [year])
    assert set(china.holidays) == days(free, year)
    assert set(china.makeup_days) == days(worked, year)
    assert china.provisional == ()
    assert china.holidays[date(year, 10, 1)] == "国庆节"


def test_a_year_not_yet_announced_is_marked_and_has_its_statutory_days() -> None:
    china = preloaded("CN", [2026, 2040])
    assert china.provisional == (2040,)
    assert {date(2040, 1, 1), date(2040, 5, 1), date(2040, 10, 1)} <= set(china.holidays)
    assert date(2026, 2, 17) in china.holidays


def test_germany_has_its_holidays_under_their_own_names() -> None:
    germany = preloaded("DE", [2026])
    assert germany.holidays[date(2026, 10, 3)] == "Tag der Deutschen Einheit"
    assert date(2026, 1, 6) not in germany.holidays
    assert date(2026, 1, 6) in preloaded("DE", [2026], "BY").holidays
    assert germany.makeup_days == {}


def test_america_and_britain_are_known() -> None:
    assert preloaded("US", [2026]).holidays[date(2026, 7, 3)]  # the fourth is a Saturday
    assert date(2026, 12, 28) in preloaded("GB", [2026], "ENG").holidays  # for Saturday the 26th


def test_spring_festival_moves_a_due_time_over_the_make_up_saturday() -> None:
    office = preloaded("CN", [2026]).on(WorkingCalendar.weekdays("Asia/Shanghai"))
    friday = datetime(2026, 2, 13, 17, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert office.add_working_time(friday, timedelta(hours=10)) == datetime(
        2026, 2, 14, 18, tzinfo=ZoneInfo("Asia/Shanghai")
    )
    assert office.add_working_time(friday, timedelta(hours=11)) == datetime(
        2026, 2, 24, 10, tzinfo=ZoneInfo("Asia/Shanghai")
    )


@pytest.mark.parametrize(
    ("country", "years", "subdivision", "code"),
    [
        ("XX", [2026], None, "country_unknown"),
        ("DE", [2026], "ZZ", "country_unknown"),
        ("CN", [], None, "years_out_of_range"),
        ("CN", [1900], None, "years_out_of_range"),
        ("CN", list(range(2010, 2030)), None, "years_out_of_range"),
    ],
)
def test_what_is_not_known_is_refused(
    country: str, years: list[int], subdivision: str | None, code: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        preloaded(country, years, subdivision)
    assert refusal.value.errors[0].code == code
