"""Who gets a lead: by rule and condition, in turn or by load, only people who work now."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.domain.access import Role
from shared.domain.calendars import WorkingCalendar
from shared.domain.tenancy import Leave, Tenant
from shared.storage import rota
from tests.house import House, bus_message

OFFICE = WorkingCalendar.weekdays("Asia/Shanghai")
MONDAY_EVENING = datetime(2026, 3, 2, 12, tzinfo=UTC)  # 20:00 in Shanghai


def leaf(field: str, op: str, value: Any) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


def owners(house: House, count: int, **fields: Any) -> Counter[str | None]:
    ids = [house.lead(**fields)["id"] for _ in range(count)]
    house.world.settle()
    return Counter(house.stored(lead_id).owner for lead_id in ids)


def test_rules_send_leads_by_territory_source_and_tier(house: House) -> None:
    south, fair, hot, rest = (house.user() for _ in range(4))
    house.route(
        {"team": house.team([south]).id, "when": leaf("region", "in", ["广东", "福建"])},
        {"team": house.team([fair]).id, "when": leaf("source", "eq", "展会")},
        {"team": house.team([hot]).id, "when": leaf("tier", "eq", "hot")},
        {"team": house.team([rest]).id},
    )
    assert house.settled(region="广东", source="展会").owner == south.id
    assert house.settled(region="北京", source="展会").owner == fair.id
    strong = {"phone": "13812340101", "urgency": "high", "company_size": 300, "job_title": "CEO"}
    assert house.settled(**strong).owner == hot.id
    assert house.settled().owner == rest.id


def test_turns_are_equal_in_a_round_robin(house: House) -> None:
    sellers = house.users(3)
    house.route({"team": house.team(sellers).id})
    assert set(owners(house, 12).values()) == {4}


def test_the_least_loaded_gets_the_next(house: House) -> None:
    busy, free = house.users(2)
    team = house.team([busy, free])
    for _ in range(3):
        house.owned(busy)
    house.route({"team": team.id, "strategy": "least_load"})
    assert owners(house, 3) == {free.id: 3}
    assert sorted(owners(house, 2).values()) == [1, 1]


def test_closing_a_lead_makes_room(house: House) -> None:
    seller = house.user(capacity=1)
    house.route({"team": house.team([seller]).id})
    first, second = house.settled(), house.settled()
    assert (first.owner, second.owner) == (seller.id, None)
    house.call("POST", f"/v1/leads/{first.id}/disqualification", {"reason": "spam"})
    assert house.settled().owner == seller.id


def test_only_people_who_work_now_get_leads(house: House) -> None:
    house.world.now = MONDAY_EVENING
    office = house.calendar(OFFICE)
    night = house.calendar(WorkingCalendar.weekdays("Asia/Shanghai", ("19:00", "24:00")))
    away = Leave(start=MONDAY_EVENING - timedelta(days=1), end=MONDAY_EVENING + timedelta(days=1))
    works = house.user("works", calendar=night)
    team = house.team(
        [
            works,
            house.user("sleeps", calendar=office),
            house.user("away", calendar=night, leave=(away,)),
            house.user("left", calendar=night, status="deactivated"),
            house.user("invited", calendar=night, status="invited", activated_at=None),
            house.user("full", calendar=night, capacity=0),
        ]
    )
    house.route({"team": team.id})
    assert owners(house, 4) == {works.id: 4}


def test_the_tenants_calendar_counts_for_people_without_their_own(house: House) -> None:
    house.world.now = MONDAY_EVENING
    sleeping = House(house.world)
    calendar = sleeping.calendar(OFFICE)
    sleeping.change(sleeping.store.load(Tenant, sleeping.tenant), calendar=calendar)
    sleeping.route({"team": sleeping.team(sleeping.users(1)).id})
    assert sleeping.settled().owner is None


def test_a_rule_may_ignore_working_hours(house: House) -> None:
    house.world.now = MONDAY_EVENING
    seller = house.user(calendar=house.calendar(OFFICE))
    house.route({"team": house.team([seller]).id, "working_only": False})
    assert house.settled().owner == seller.id


def test_nobody_eligible_leaves_the_lead_waiting_and_alerts(house: House) -> None:
    house.world.now = MONDAY_EVENING
    team = house.team([house.user(calendar=house.calendar(OFFICE))])
    house.route({"team": team.id})
    lead = house.settled()
    assert (lead.owner, lead.team) == (None, team.id)
    assert lead.routing is not None
    assert lead.routing.outcome == "waiting"
    (alert,) = house.events("lead.waiting")
    assert alert.data["team"] == team.id
    assert alert.subject.id == lead.id
    waiting = house.call("GET", "/v1/leads", query={"owner": "none"}).json["items"]
    assert [w["id"] for w in waiting] == [lead.id]


def test_the_next_rule_is_tried_where_the_first_says_so(house: House) -> None:
    spare = house.user()
    house.route(
        {"team": house.team([house.user(capacity=0)]).id, "when_nobody": "next_rule"},
        {"team": house.team([spare]).id},
    )
    assert house.settled().owner == spare.id


def test_a_lead_may_come_without_assignment(house: House) -> None:
    house.route({"team": house.team(house.users(1)).id})
    lead = house.settled(assign=False, phone="13812340101")
    assert (lead.owner, lead.routing, lead.score) == (None, None, 10)


def test_the_same_event_twice_assigns_once(house: House) -> None:
    sellers = house.users(2)
    house.route({"team": house.team(sellers).id})
    lead = house.settled()
    bodies = [bus_message(e) for e in house.events("lead.captured")]
    house.world.deliver("lead-intake", bodies * 2)
    assert house.stored(lead.id) == lead
    assert not house.world.dead


def test_a_lead_assigned_by_hand_before_the_rules_is_still_scored(house: House) -> None:
    seller = house.user()
    house.route({"team": house.team(house.users(1)).id})
    lead = house.lead(phone="13812340101")
    house.call("PUT", f"/v1/leads/{lead['id']}/owner", {"owner": seller.id})
    house.world.settle()
    stored = house.stored(lead["id"])
    assert (stored.owner, stored.score) == (seller.id, 10)


def test_a_person_assigns_to_active_users_in_their_teams(house: House) -> None:
    seller = house.user()
    team, other = house.team([seller]), house.team()
    lead = house.lead(assign=False)
    path = f"/v1/leads/{lead['id']}/owner"
    gone = house.user(status="deactivated")
    codes = {
        "unknown_user": [{"owner": "usr_00000000000000000000000000"}, {"owner": gone.id}],
        "not_a_member": [{"owner": seller.id, "team": other.id}],
    }
    for code, bodies in codes.items():
        for body in bodies:
            assert house.call("PUT", path, body).json["errors"][0]["code"] == code
    given = house.call("PUT", path, {"owner": seller.id}).json
    assert (given["owner"], given["team"]) == (seller.id, team.id)
    assert given["routing"]["outcome"] == "manual"
    again = house.call("PUT", path, {"owner": seller.id}).json
    assert again["version"] == given["version"]


def test_an_owner_given_by_hand_has_the_full_first_touch_time(house: House) -> None:
    lead = house.lead(assign=False)
    house.world.pass_time(timedelta(hours=30))
    house.call("PUT", f"/v1/leads/{lead['id']}/owner", {"owner": house.user().id})
    due = house.stored(lead["id"]).timers["first_touch"]
    assert due == house.world.now + timedelta(minutes=480)


def test_sales_people_do_not_assign(house: House) -> None:
    seller = house.user()
    lead = house.owned(seller)
    answer = house.call(
        "PUT", f"/v1/leads/{lead.id}/owner", {"owner": seller.id}, by=house.by(seller)
    )
    assert answer.status == 403


def test_the_rules_choose_again_but_not_the_same_person(house: House) -> None:
    first, second = house.users(2)
    house.route({"team": house.team([first, second]).id})
    lead = house.settled()
    path = f"/v1/leads/{lead.id}/assignment"
    moved = house.call("POST", path)
    assert moved.status == 200
    assert {lead.owner, moved.json["owner"]} == {first.id, second.id}
    house.world.settle()
    event = house.events("lead.assigned")[-1]
    assert event.data["previous_owner"] == lead.owner


def test_choosing_again_without_anybody_else_is_refused(house: House) -> None:
    seller = house.user()
    house.route({"team": house.team([seller]).id})
    lead = house.settled()
    answer = house.call("POST", f"/v1/leads/{lead.id}/assignment")
    assert (answer.status, answer.code) == (409, "nobody_eligible")
    assert house.stored(lead.id) == lead


def test_loads_always_equal_the_open_leads_owned(house: House) -> None:
    one, two = house.users(2)
    team = house.team([one, two])
    house.route({"team": team.id})
    ids = [house.settled().id for _ in range(6)]
    house.call("POST", f"/v1/leads/{ids[0]}/disqualification", {"reason": "spam"})
    house.call("DELETE", f"/v1/leads/{ids[1]}")
    house.call("PUT", f"/v1/leads/{ids[2]}/owner", {"owner": one.id})
    house.call("PUT", f"/v1/leads/{ids[3]}/owner", {"owner": two.id})
    house.call("POST", f"/v1/leads/{ids[4]}/assignment")
    house.call("DELETE", f"/v1/leads/{ids[0]}/disqualification")
    house.call("POST", f"/v1/leads/{ids[1]}/restoration")
    house.call("DELETE", f"/v1/leads/{ids[5]}")
    leads = [house.stored(lead_id) for lead_id in ids]
    owned = Counter(lead.owner for lead in leads if lead.open)
    standings = rota.standings(house.store, team.id)
    assert {user: s.load for user, s in standings.items() if s.load} == owned


def test_managers_reach_the_waiting_leads(house: House) -> None:
    boss = house.user(role=Role.SALES_MANAGER)
    house.team([boss])
    lead = house.settled()
    seller = house.user()
    answer = house.call(
        "PUT", f"/v1/leads/{lead.id}/owner", {"owner": seller.id}, by=house.by(boss)
    )
    assert answer.status == 200
