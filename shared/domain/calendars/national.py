"""The days that law sets free or, as in mainland China, makes people work in return.

China's yearly schedule of the State Council (国务院, with 调休) comes from chinesecalendar for the
years it covers; all other days come from the holidays library.
"""

from collections.abc import Sequence
from datetime import date

import holidays
from chinese_calendar import constants  # pyright: ignore[reportMissingTypeStubs]
from pydantic import BaseModel, ConfigDict

from shared.domain.calendars.hours import Day
from shared.domain.calendars.working import WorkingCalendar
from shared.domain.errors import InvalidInput

MOST_YEARS = 10


class NationalDays(BaseModel):
    """Free days and make-up working days of a country in some years.

    `provisional` names the years whose schedule was not announced when the library was released:
    statutory days stand, days moved around them may still come.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    country: str
    years: tuple[int, ...]
    holidays: dict[date, str]
    makeup_days: dict[date, Day | None] = {}
    provisional: tuple[int, ...] = ()

    def on(self, calendar: WorkingCalendar) -> WorkingCalendar:
        """`calendar` with these days added."""
        return calendar.with_days(self.holidays, self.makeup_days)


def preloaded(country: str, years: Sequence[int], subdivision: str | None = None) -> NationalDays:
    """The days of `country` (ISO 3166: `CN`, `DE`), of one `subdivision` such as `BY` if given.

    Raises InvalidInput for a country or subdivision that is not known, and for more than ten years.
    """
    if not 0 < len(years) <= MOST_YEARS or min(years) < 2000 or max(years) > 2100:
        raise InvalidInput.of("years", "years_out_of_range", "Ask for 1 to 10 years from 2000 on.")
    wanted = tuple(sorted(set(years)))
    if country == "CN":
        return _china(wanted)
    found = _statutory(country, wanted, subdivision)
    return NationalDays(country=country, years=wanted, holidays=_named(found))


def _china(years: tuple[int, ...]) -> NationalDays:
    announced = {day.year for day in constants.holidays}
    provisional = tuple(year for year in years if year not in announced)
    free = _named(_statutory("CN", provisional, None)) if provisional else {}
    names = {name.value: str(name.chinese) for name in constants.Holiday}  # pyright: ignore
    free |= {day: names[n] for day, n in constants.holidays.items() if day.year in years}
    worked: dict[date, Day | None] = {day: None for day in constants.workdays if day.year in years}
    return NationalDays(
        country="CN",
        years=years,
        holidays=dict(sorted(free.items())),
        makeup_days=dict(sorted(worked.items())),
        provisional=provisional,
    )


def _statutory(
    country: str, years: tuple[int, ...], subdivision: str | None
) -> holidays.HolidayBase:
    try:
        # Named in the country's own language; without one the process's locale would decide.
        language = holidays.country_holidays(country, subdiv=subdivision).default_language
        return holidays.country_holidays(
            country, subdiv=subdivision, years=years, language=language
        )
    except NotImplementedError as unknown:
        raise InvalidInput.of(
            "country", "country_unknown", f"No holidays are known for {country} {subdivision or ''}"
        ) from unknown


def _named(found: holidays.HolidayBase) -> dict[date, str]:
    return {day: found[day] for day in sorted(found)}
