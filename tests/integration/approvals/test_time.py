"""Due times in working hours: reminder, escalation; whatever messages do."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from shared.domain.calendars import WorkingCalendar
from shared.domain.calendars.national import preloaded
from shared.runtime.timers import TimerDue
from tests.integration.approvals.conftest import QUEUE, Office

SHANGHAI = ZoneInfo("Asia/Shanghai")


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def in_china(office: Office, **step: object) -> None:
    """Eight working hours by the Chinese calendar of 2026, two before which people are reminded."""
    hours = WorkingCalendar.weekdays("Asia/Shanghai", ("09:00", "12:00"), ("13:00", "18:00"))
    calendar = office.house.calendar(preloaded("CN", [2026]).on(hours))
    fallback = [{"by": "manager"}]
    office.policy({"hours": 8, **step}, rules={"calendar": calendar, "fallback": fallback})


def test_a_step_is_due_in_working_hours(office: Office) -> None:
    in_china(office)
    office.house.world.now = shanghai("2026-02-13 15:00")
    approval = office.stored(office.waiting()[1])
    # three hours on Friday, five on the Saturday worked in return (调休)
    assert approval.due == shanghai("2026-02-14 15:00")
    assert approval.timers["remind"] == shanghai("2026-02-14 12:00")


def test_reminder_then_escalation_to_the_fallback_who_decides(office: Office) -> None:
    in_china(office, mode="all")
    office.house.world.now = shanghai("2026-03-02 09:00")
    account, approval = office.waiting()
    office.time_runs_to(shanghai("2026-03-02 16:00"))
    assert len(office.house.events("approval.reminded")) == 1
    assert office.queue(office.max) == []
    assert office.approves(office.max, approval).status == 403
    office.time_runs_to(shanghai("2026-03-02 18:00"))
    (late,) = office.house.events("approval.overdue")
    assert late.data["escalated_to"] == [office.max.id]
    assert office.queue(office.max) == [approval]
    assert office.stored(approval).timers == {}
    assert office.approves(office.max, approval).json["state"] == "approved"
    assert not office.account(account).hidden


def test_late_double_and_stale_messages_do_nothing(office: Office) -> None:
    in_china(office)
    office.house.world.now = shanghai("2026-03-02 09:00")
    _, approval = office.waiting()
    due = shanghai("2026-03-02 16:00")
    body = TimerDue(tenant=office.house.tenant, kind="approval", id=approval, due=due)
    office.house.world.now = due - timedelta(seconds=1)
    office.house.world.deliver(QUEUE, [body.model_dump_json()] * 3)
    assert len(office.stored(approval).log) == 1
    office.house.world.now = due
    office.house.world.deliver(QUEUE, [body.model_dump_json()] * 3)
    assert len(office.stored(approval).log) == 2
    office.approves(office.ann, approval)
    office.house.world.now = due + timedelta(days=1)
    before = office.stored(approval)
    office.house.world.deliver(QUEUE, [body.model_dump_json()] * 2)
    assert office.stored(approval) == before
    assert not office.house.world.dead


def test_a_decided_approval_has_no_timer(office: Office) -> None:
    office.policy()
    for act in (office.approves, office.returns):
        _, approval = office.waiting()
        act(office.ann, approval)
        assert office.stored(approval).timers == {}
        assert office.stored(approval).next_timer() is None


def test_the_next_step_has_a_clock_of_its_own(office: Office) -> None:
    ann, bob = ({"by": "user", "value": user.id} for user in (office.ann, office.bob))
    office.policy({"approvers": [ann], "hours": 4}, {"approvers": [bob], "hours": 30})
    _, approval = office.waiting()
    office.house.world.pass_time(timedelta(hours=3))
    office.approves(office.ann, approval)
    assert office.stored(approval).due == office.house.world.now + timedelta(hours=30)
