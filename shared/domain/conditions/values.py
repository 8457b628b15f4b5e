"""How a record's value and a condition's value are compared: numbers, times, then folded text.

Values of different natures are not comparable, and a comparison that cannot be made is false.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any

from shared.domain.text import fold

_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,12})?")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}.{0,24})?")

Pair = tuple[Any, Any]

wanted_fold = lru_cache(maxsize=2048)(fold)
"""`fold` for the texts of conditions, which come again with every record."""


def comparable(
    found: object, wanted: object, zone: tzinfo | None, *, ordering: bool
) -> Pair | None:
    """Both values in one comparable form, or None.

    Where one side is a plain date, both are compared as dates (in `zone`, by default UTC). Two
    texts are read as numbers only for `ordering`: `007` and `7` are different codes.
    """
    if isinstance(found, bool) or isinstance(wanted, bool):
        return (found, wanted) if type(found) is type(wanted) else None
    if _is_number(found) or _is_number(wanted):
        return _both(number_of(found), number_of(wanted))
    if isinstance(found, str) and isinstance(wanted, str) and not ordering:
        return _as_times(time_of(found), time_of(wanted), zone) or (
            fold(found),
            wanted_fold(wanted),
        )
    times = _as_times(time_of(found), time_of(wanted), zone)
    if times is not None or not (isinstance(found, str) and isinstance(wanted, str)):
        return times
    return _both(number_of(found), number_of(wanted)) or (fold(found), wanted_fold(wanted))


def number_of(value: object) -> Decimal | None:
    """`value` as an exact number: an int, float, Decimal or plain decimal text; else None."""
    if isinstance(value, str):
        return Decimal(value) if _NUMBER.fullmatch(value) else None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    number = Decimal(str(value))
    return number if number.is_finite() else None


def time_of(value: object) -> datetime | date | None:
    """`value` as a date or an aware time, ISO texts included; None when it is neither."""
    if isinstance(value, str):
        value = _parsed(value) if _TIME.fullmatch(value) else None
    if isinstance(value, datetime):
        return value if value.tzinfo is not None else None
    return value if isinstance(value, date) else None


def on_day(value: datetime | date, zone: tzinfo | None) -> date:
    """The date of a time in `zone`; a date is itself."""
    return value.astimezone(zone or UTC).date() if isinstance(value, datetime) else value


def starts_at(value: datetime | date, zone: tzinfo | None, days: int = 0) -> datetime:
    """A time `days` later; for a date, the midnight in `zone` at which that day begins."""
    if isinstance(value, datetime):
        return value + timedelta(days=days)
    return datetime.combine(value + timedelta(days=days), time(), zone or UTC)


def is_empty(value: object) -> bool:
    """Whether a field counts as missing: absent, null, an empty text or collection."""
    return value is None or (isinstance(value, str | list | tuple | dict | set) and not value)


def _as_times(
    found: datetime | date | None, wanted: datetime | date | None, zone: tzinfo | None
) -> Pair | None:
    if found is None or wanted is None:
        return None
    if isinstance(found, datetime) and isinstance(wanted, datetime):
        return found, wanted
    return on_day(found, zone), on_day(wanted, zone)


def _both(found: Any, wanted: Any) -> Pair | None:
    return None if found is None or wanted is None else (found, wanted)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal)


def _parsed(text: str) -> datetime | date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        return None
