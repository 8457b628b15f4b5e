"""Fires schedules by the wall clock, in UTC: `rate(5 minutes)` and `cron(0 8 ? * MON-FRI *)`.

A schedule is an asynchronous invocation: retried, and then left with the failure destination.
"""

from __future__ import annotations

import re
import threading
import traceback
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.local.plan import Schedule
from infra.local.template import TemplateError
from infra.local.wire import ACCOUNT, REGION

_UNITS = {"minute": 1, "hour": 60, "day": 24 * 60}
_MONTH_NAMES = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"
_DAY_NAMES = "SUN MON TUE WED THU FRI SAT"
_MONTHS = {name: n for n, name in enumerate(_MONTH_NAMES.split(), 1)}
_DAYS = {name: n for n, name in enumerate(_DAY_NAMES.split(), 1)}
_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (1, 7), (1970, 2199))
Due = Callable[[datetime], bool]


class Clock(threading.Thread):
    """Looks at all schedules at the start of each minute."""

    def __init__(
        self, schedules: list[Schedule], fire: Callable[[Schedule, dict[str, Any]], None]
    ) -> None:
        super().__init__(name="clock", daemon=True)
        self._schedules = [(schedule, due(schedule.expression)) for schedule in schedules]
        self._fire = fire
        self._stopped = threading.Event()

    def run(self) -> None:
        """Fire what is due, each on its own thread, so that a slow one delays nobody."""
        minute = datetime.now(UTC).replace(second=0, microsecond=0)
        while True:
            minute += timedelta(minutes=1)
            wait = (minute - datetime.now(UTC)).total_seconds()
            if self._stopped.wait(max(0.0, wait)):
                return
            if wait < -120:  # the laptop slept: start again from now instead of catching up
                minute = datetime.now(UTC).replace(second=0, microsecond=0)
            for schedule in self.due_at(minute):
                threading.Thread(target=self._run, args=(schedule, minute), daemon=True).start()

    def due_at(self, minute: datetime) -> list[Schedule]:
        """The schedules that fire in this minute."""
        return [schedule for schedule, is_due in self._schedules if is_due(minute)]

    def stop(self) -> None:
        """Fire nothing more."""
        self._stopped.set()

    def _run(self, schedule: Schedule, minute: datetime) -> None:
        try:
            self._fire(schedule, event_of(schedule, minute))
        except Exception:
            traceback.print_exc()


def event_of(schedule: Schedule, minute: datetime) -> dict[str, Any]:
    """The event that EventBridge sends to the function."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": minute.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{schedule.name}"],
        "detail": {},
    }


def due(expression: str) -> Due:
    """Whether a minute is one in which the expression fires. Raises TemplateError."""
    rate = re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", expression)
    if rate:
        every = int(rate[1]) * _UNITS[rate[2]]
        return lambda minute: int(minute.timestamp()) // 60 % every == 0
    cron = re.fullmatch(r"cron\((.+)\)", expression)
    if cron and len(cron[1].split()) == 6:
        return _cron(cron[1].upper().split())
    raise TemplateError(f"schedule {expression} is not served locally")


def _cron(fields: list[str]) -> Due:
    names: tuple[dict[str, int], ...] = ({}, {}, {}, _MONTHS, _DAYS, {})
    sets = [_values(*parts) for parts in zip(fields, names, _RANGES, strict=True)]

    def is_due(minute: datetime) -> bool:
        weekday = minute.isoweekday() % 7 + 1  # Sunday is 1
        now = (minute.minute, minute.hour, minute.day, minute.month, weekday, minute.year)
        return all(value in allowed for value, allowed in zip(now, sets, strict=True))

    return is_due


def _values(text: str, names: dict[str, int], bounds: tuple[int, int]) -> set[int]:
    values: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        first, last = bounds
        if span not in ("*", "?"):
            low, _, high = span.partition("-")
            first = _number(low, names)
            last = _number(high, names) if high else (bounds[1] if step else first)
        values.update(range(first, last + 1, int(step or 1)))
    return values


def _number(text: str, names: dict[str, int]) -> int:
    if text in names:
        return names[text]
    if not text.isdigit():
        raise TemplateError(f"schedule field {text} is not served locally")
    return int(text)
