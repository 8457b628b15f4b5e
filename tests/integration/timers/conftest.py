"""Time as it passes in production: the sweeper each minute, messages delayed to their second."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from functions.timers.app import sweep_timers
from shared.domain.calendars import WorkingCalendar
from shared.domain.calendars.national import preloaded
from shared.domain.events.base import Envelope
from shared.domain.leads.model import Lead
from shared.runtime.timers import TimerDue
from tests.house import House, scheduled

QUEUE = "lead-timers"


@dataclass
class Watch:
    """Lets time run in a house."""

    house: House

    def sweep(self) -> list[tuple[TimerDue, int]]:
        """One run of the sweeper: this tenant's messages with their delays, now in the queue."""
        self.house.world.queues.waiting.pop(QUEUE, None)
        sweep_timers(scheduled(self.house.world), None)
        waiting = self.house.world.queues.waiting.get(QUEUE, ())
        found = [(TimerDue.model_validate_json(body), delay) for body, delay in waiting]
        return [(timer, delay) for timer, delay in found if timer.tenant == self.house.tenant]

    def fall_due(self, lead: Lead) -> Lead:
        """Let time run to the lead's next timer and everything that follows; the lead then."""
        due = min(self.house.stored(lead.id).timers.values())
        self.house.world.now = due - timedelta(seconds=45)
        ((timer, delay),) = self.sweep()
        assert (timer.id, timer.due, delay) == (lead.id, due, 45)
        self.house.world.now = due
        self.house.world.release_delayed(QUEUE)
        self.house.world.settle()
        assert not self.house.world.dead
        return self.house.stored(lead.id)

    def send(self, lead_id: str, *, due: datetime | None = None, times: int = 1) -> None:
        """A timer message by hand, as often as wanted, and what follows."""
        at = due or self.house.world.now
        body = TimerDue(tenant=self.house.tenant, kind="lead", id=lead_id, due=at)
        self.house.world.deliver(QUEUE, [body.model_dump_json()] * times)
        self.house.world.settle()
        assert not self.house.world.dead

    def missed(self) -> list[Envelope]:
        """What was told about missed first touches."""
        return self.house.events("lead.first_touch_missed")


@pytest.fixture
def watch(house: House) -> Watch:
    """Time in the house of this test."""
    return Watch(house)


@pytest.fixture
def china(house: House) -> str:
    """Office hours with a lunch break, and the public holidays of mainland China in 2026."""
    hours = WorkingCalendar.weekdays("Asia/Shanghai", ("09:00", "12:00"), ("13:30", "18:00"))
    return house.calendar(preloaded("CN", [2026]).on(hours))
