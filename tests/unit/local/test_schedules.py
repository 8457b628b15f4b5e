"""Schedules: which minutes they fire in."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.plan import Schedule
from infra.local.schedules import Clock, due, event_of
from infra.local.template import TemplateError

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@given(st.integers(1, 24 * 60), st.integers(26_000_000, 36_000_000))
def test_a_rate_fires_once_in_every_such_span(minutes: int, start: int) -> None:
    is_due = due(f"rate({minutes} minutes)")
    first = datetime.fromtimestamp(start * 60, UTC)
    fired = [n for n in range(minutes) if is_due(first + timedelta(minutes=n))]
    assert len(fired) == 1


@pytest.mark.parametrize(
    ("expression", "fires", "rests"),
    [
        ("rate(1 hour)", MONDAY, MONDAY.replace(minute=1)),
        ("rate(1 day)", MONDAY.replace(hour=0), MONDAY),
        ("cron(0 8 ? * MON-FRI *)", MONDAY, MONDAY + timedelta(days=6)),
        ("cron(0/15 * * * ? *)", MONDAY.replace(minute=45), MONDAY.replace(minute=46)),
        ("cron(0 8,20 1,23 NOV ? 2026)", MONDAY, MONDAY.replace(year=2027)),
        ("cron(0 8 ? * 1 *)", MONDAY - timedelta(days=1), MONDAY),
    ],
)
def test_an_expression_says_when(expression: str, fires: datetime, rests: datetime) -> None:
    assert due(expression)(fires)
    assert not due(expression)(rests)


@pytest.mark.parametrize("expression", ["at(2026-01-01T00:00:00)", "cron(0 8 L * ? *)", "rate(x)"])
def test_what_cannot_be_served_is_refused(expression: str) -> None:
    with pytest.raises(TemplateError):
        due(expression)


def test_only_what_is_due_fires_and_gets_a_scheduled_event() -> None:
    hourly = Schedule("F", "FHourly", "rate(1 hour)", None)
    often = Schedule("F", "FOften", "rate(1 minute)", None)
    clock = Clock([hourly, often], lambda schedule, event: None)
    assert clock.due_at(MONDAY) == [hourly, often]
    assert clock.due_at(MONDAY.replace(minute=5)) == [often]
    event = event_of(often, MONDAY)
    assert event["detail-type"] == "Scheduled Event"
    assert event["time"] == "2026-11-23T08:00:00Z"
    assert event["resources"][0].endswith(":rule/FOften")
