"""Who works now, and under which name one signs in."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from shared.domain.access import Principal, Role
from shared.domain.calendars import WorkingCalendar
from shared.domain.context import Context
from shared.domain.tenancy import Leave, User, sign_in_name

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CALENDAR = WorkingCalendar.weekdays("UTC", ("09:00", "18:00"))
CONTEXT = Context(Principal("ten_A", "usr_A", Role.ADMIN), MONDAY, lambda: bytes(10))


def _user(**more: Any) -> User:
    base: dict[str, Any] = {
        "email": "li@example.com",
        "name": "Li",
        "role": Role.SALES,
        "status": "active",
    }
    return User.model_validate({**User.stamp(CONTEXT), **base, **more})


@pytest.mark.parametrize(
    ("more", "after", "works"),
    [
        ({}, timedelta(0), True),
        ({}, timedelta(hours=9), False),
        ({}, -timedelta(days=1), False),
        ({"status": "invited"}, timedelta(0), False),
        ({"status": "deactivated"}, timedelta(0), False),
    ],
)
def test_works_now_when_active_and_the_calendar_is_open(
    more: dict[str, Any], after: timedelta, works: bool
) -> None:
    assert _user(**more).available(MONDAY + after, CALENDAR) is works


def test_leave_covers_its_start_but_not_its_end() -> None:
    leave = Leave(start=MONDAY, end=MONDAY + timedelta(hours=4))
    user = _user(leave=(leave,))
    assert not user.available(leave.start, CALENDAR)
    assert not user.available(leave.end - timedelta(seconds=1), CALENDAR)
    assert user.available(leave.end, CALENDAR)


def test_leave_runs_forward() -> None:
    with pytest.raises(ValidationError, match="ends after"):
        Leave(start=MONDAY, end=MONDAY)


def test_sign_in_name_ignores_case_and_composition() -> None:
    assert sign_in_name(" Jose\u0301@Example.COM ") == sign_in_name("jos\u00e9@example.com")
