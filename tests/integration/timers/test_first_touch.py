"""The first-touch clock: reminder, another owner, the manager; all in working time."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shared.domain.access import Role
from shared.domain.tenancy import Team
from tests.house import House
from tests.integration.timers.conftest import Watch

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOT = {"phone": "13812340101", "urgency": "high", "company_size": 300, "job_title": "CEO"}


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def policy(house: House, calendar: str, members: int = 2, **first_touch: Any) -> None:
    """Leads go in turn to people who always work; the clock runs by the calendar."""
    team = house.team(house.users(members), manager=house.user(role=Role.SALES_MANAGER).id)
    rule = {"team": team.id, "working_only": False}
    assert house.route(rule, first_touch={"calendar": calendar, **first_touch}).status == 200


def steps(watch: Watch) -> list[str]:
    return [e.data["step"] for e in watch.missed()]


@pytest.mark.parametrize(
    ("assigned", "minutes", "due"),
    [
        ("2026-03-02 10:00", 60, "2026-03-02 11:00"),
        ("2026-03-02 11:30", 60, "2026-03-02 14:00"),  # over lunch
        ("2026-03-02 12:30", 60, "2026-03-02 14:30"),  # in the lunch break
        ("2026-03-06 17:30", 60, "2026-03-09 09:30"),  # over the weekend
        ("2026-03-02 22:00", 480, "2026-03-04 09:30"),  # a day and a half hour of work
        ("2026-02-13 17:30", 60, "2026-02-14 09:30"),  # a Saturday worked (调休)
        ("2026-02-14 17:30", 60, "2026-02-24 09:30"),  # over Spring Festival
        ("2026-09-30 17:30", 60, "2026-10-08 09:30"),  # over National Day
        ("2026-10-09 17:30", 60, "2026-10-10 09:30"),  # the Saturday worked in return
    ],
)
def test_the_clock_runs_in_chinese_working_time(
    house: House, china: str, assigned: str, minutes: int, due: str
) -> None:
    policy(house, china, cold=minutes)
    house.world.now = shanghai(assigned)
    assert house.settled().timers["first_touch"] == shanghai(due)


def test_hotter_leads_have_less_time(house: House, china: str) -> None:
    policy(house, china, hot=30, warm=60, cold=120)
    house.world.now = shanghai("2026-03-02 09:00")
    due = {
        lead.tier: lead.timers["first_touch"]
        for lead in (
            house.settled(**HOT),
            house.settled(phone="13812340101", urgency="high"),
            house.settled(),
        )
    }
    assert due == {
        "hot": shanghai("2026-03-02 09:30"),
        "warm": shanghai("2026-03-02 10:00"),
        "cold": shanghai("2026-03-02 11:00"),
    }


def test_untouched_leads_go_from_reminder_to_another_owner_to_the_manager(
    house: House, china: str, watch: Watch
) -> None:
    policy(house, china, cold=60, reroute_after=45, alert_after=15)
    house.world.now = shanghai("2026-03-06 17:00")
    lead = house.settled()

    reminded = watch.fall_due(lead)
    assert house.world.now == shanghai("2026-03-06 18:00")
    assert (steps(watch), reminded.owner) == (["reminder"], lead.owner)
    assert reminded.timers == {"first_touch_reminded": shanghai("2026-03-09 09:45")}

    moved = watch.fall_due(lead)
    assert steps(watch) == ["reminder", "reroute"]
    assert moved.owner not in (None, lead.owner)
    assert moved.timers == {"first_touch": shanghai("2026-03-09 10:45")}

    watch.fall_due(lead)
    last = watch.fall_due(lead)
    assert house.world.now == shanghai("2026-03-09 11:00")
    assert steps(watch) == ["reminder", "reroute", "reminder", "manager_alert"]
    assert (last.owner, last.timers) == (moved.owner, {})
    alert = watch.missed()[-1].data
    team = house.store.load(Team, last.team or "")
    assert (alert["owner"], alert["manager"]) == (moved.owner, team.manager)
    assert alert["manager"] is not None


def test_with_nobody_else_the_manager_hears_at_once(house: House, china: str, watch: Watch) -> None:
    policy(house, china, members=1)
    lead = house.settled()
    watch.fall_due(lead)
    last = watch.fall_due(lead)
    assert steps(watch) == ["reminder", "manager_alert"]
    assert (last.owner, last.timers) == (lead.owner, {})


def test_a_contact_in_time_ends_the_clock(house: House, china: str, watch: Watch) -> None:
    policy(house, china)
    lead = house.settled()
    due = lead.timers["first_touch"]
    house.world.now = due - timedelta(seconds=10)
    ((_, delay),) = watch.sweep()
    assert delay == 10
    house.call("POST", f"/v1/leads/{lead.id}/notes", {"text": "x", "channel": "call"})
    touched = house.stored(lead.id)
    house.world.now = due
    house.world.release_delayed("lead-timers")
    house.world.settle()
    assert house.stored(lead.id) == touched
    assert steps(watch) == []


def test_a_contact_after_the_reminder_ends_it_too(house: House, china: str, watch: Watch) -> None:
    policy(house, china)
    lead = watch.fall_due(house.settled())
    house.call("POST", f"/v1/leads/{lead.id}/notes", {"text": "x", "channel": "visit"})
    assert house.stored(lead.id).timers == {}
    assert steps(watch) == ["reminder"]


def test_a_message_delivered_many_times_reminds_once(
    house: House, china: str, watch: Watch
) -> None:
    policy(house, china)
    lead = house.settled()
    house.world.now = lead.timers["first_touch"]
    watch.send(lead.id, times=5)
    watch.send(lead.id, due=lead.timers["first_touch"], times=3)
    assert steps(watch) == ["reminder"]


def test_a_message_for_a_timer_that_moved_does_nothing(
    house: House, china: str, watch: Watch
) -> None:
    policy(house, china)
    lead = house.settled()
    due = lead.timers["first_touch"]
    house.world.now = due - timedelta(minutes=1)
    house.call("POST", f"/v1/leads/{lead.id}/assignment")
    moved = house.stored(lead.id)
    assert moved.timers["first_touch"] > due
    house.world.now = due
    watch.send(lead.id, due=due)
    assert house.stored(lead.id) == moved
    assert steps(watch) == []


def test_closed_deleted_and_unknown_leads_are_left_alone(
    house: House, china: str, watch: Watch
) -> None:
    policy(house, china)
    closed, deleted = house.settled(), house.settled()
    house.world.now = closed.timers["first_touch"]
    house.call("POST", f"/v1/leads/{closed.id}/disqualification", {"reason": "spam"})
    house.call("DELETE", f"/v1/leads/{deleted.id}")
    house.world.settle()
    assert watch.sweep() == []
    before = house.items()
    for lead_id in (closed.id, deleted.id, "lead_00000000000000000000000000", "nonsense"):
        watch.send(lead_id)
    assert house.items() == before
    assert steps(watch) == []


def test_a_day_without_sweeper_delays_and_loses_nothing(
    house: House, china: str, watch: Watch
) -> None:
    policy(house, china, cold=60, reroute_after=60)
    house.world.now = shanghai("2026-03-02 09:00")
    leads = [house.settled() for _ in range(3)]
    house.world.now = shanghai("2026-03-03 10:30")
    found = watch.sweep()
    assert {timer.id for timer, _ in found} == {lead.id for lead in leads}
    assert {delay for _, delay in found} == {0}
    house.world.settle()
    assert steps(watch) == ["reminder"] * 3
    next_due = {house.stored(lead.id).timers["first_touch_reminded"] for lead in leads}
    assert next_due == {shanghai("2026-03-03 11:30")}
    assert watch.sweep() == []


def test_a_lost_message_is_sent_again_by_the_next_sweep(
    house: House, china: str, watch: Watch
) -> None:
    policy(house, china)
    lead = house.settled()
    house.world.now = lead.timers["first_touch"] - timedelta(seconds=30)
    assert len(watch.sweep()) == 1
    house.world.pass_time(timedelta(minutes=1))
    ((timer, delay),) = watch.sweep()
    assert (timer.id, delay) == (lead.id, 0)
    house.world.settle()
    assert steps(watch) == ["reminder"]


def test_without_a_policy_no_clock_runs(house: House, china: str) -> None:
    policy(house, china, enabled=False)
    assert house.settled().timers == {}
