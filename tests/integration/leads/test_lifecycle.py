"""Disqualify and take up again, bin and restore, notes and first contact, behaviours."""

from datetime import timedelta

import pytest

from shared.domain.access import Role
from tests.house import House


def test_a_lead_is_closed_with_its_reason_and_taken_up_again(house: House) -> None:
    owner = house.user()
    lead = house.owned(owner)
    path = f"/v1/leads/{lead.id}/disqualification"
    closed = house.call("POST", path, {"reason": "no_budget", "note": "明年再说"}).json
    assert closed["status"] == "disqualified"
    assert closed["disqualification"] == {
        "reason": "no_budget",
        "note": "明年再说",
        "before": "new",
    }
    assert closed["timers"] == {}
    assert house.call("POST", path, {"reason": "spam"}).code == "invalid_state"
    again = house.call("DELETE", path).json
    assert (again["status"], again["disqualification"]) == ("new", None)
    assert house.call("DELETE", path).code == "invalid_state"
    house.world.settle()
    assert house.events("lead.disqualified")[0].data == {"reason": "no_budget", "before": "new"}
    assert house.events("lead.requalified")[0].data == {"status": "new"}


@pytest.mark.parametrize("body", [{}, {"reason": "bored"}, {"reason": "spam", "note": "x" * 2001}])
def test_a_reason_is_needed(house: House, body: dict[str, str]) -> None:
    lead = house.lead()
    assert house.call("POST", f"/v1/leads/{lead['id']}/disqualification", body).status == 422


def test_a_deleted_lead_is_gone_until_it_is_restored(house: House) -> None:
    lead = house.lead(external_id="x-1")
    path = f"/v1/leads/{lead['id']}"
    assert house.call("POST", f"{path}/restoration").code == "invalid_state"
    assert house.call("DELETE", path).json["deleted_at"] is not None
    assert [house.call("GET", path).status, house.call("DELETE", path).status] == [404, 404]
    assert house.call("PATCH", path, {"city": "x"}).status == 404
    assert house.call("POST", f"{path}/notes", {"text": "x"}).status == 404
    taken = house.call("POST", "/v1/leads", {"name": "b", "external_id": "x-1"})
    assert taken.code == "already_exists"
    restored = house.call("POST", f"{path}/restoration").json
    assert restored["deleted_at"] is None
    assert house.call("GET", path).status == 200


def test_a_contact_starts_the_work_and_ends_the_clock(house: House) -> None:
    owner = house.user()
    lead = house.owned(owner)
    assert "first_touch" in lead.timers
    body = {"text": "打过电话，对方有兴趣", "channel": "call"}
    note = house.call("POST", f"/v1/leads/{lead.id}/notes", body, by=house.by(owner))
    assert (note.status, note.json["text"]) == (201, body["text"])
    touched = house.stored(lead.id)
    assert (touched.status, touched.touched_by, touched.timers) == ("working", owner.id, {})
    house.world.settle()
    assert house.events("lead.touched")[0].data == {"by": owner.id, "channel": "call"}
    assert house.events("note.added")[0].data == {"lead": lead.id, "channel": "call"}


def test_an_internal_note_is_no_contact(house: House) -> None:
    lead = house.owned(house.user())
    house.call("POST", f"/v1/leads/{lead.id}/notes", {"text": "检查一下"})
    assert house.stored(lead.id) == lead


def test_only_the_first_contact_counts(house: House) -> None:
    lead = house.owned(house.user())
    path = f"/v1/leads/{lead.id}/notes"
    house.call("POST", path, {"text": "a", "channel": "call"})
    first = house.stored(lead.id)
    house.world.pass_time(timedelta(hours=1))
    house.call("POST", path, {"text": "b", "channel": "email"})
    assert house.stored(lead.id) == first


def test_notes_are_listed_newest_first_and_can_be_removed(house: House) -> None:
    lead, other = house.lead(), house.lead(name="b")
    path = f"/v1/leads/{lead['id']}/notes"
    ids: list[str] = []
    for text in "abc":
        ids.append(house.call("POST", path, {"text": text}).json["id"])
        house.world.pass_time(timedelta(milliseconds=2))
    page = house.call("GET", path, query={"limit": "2"}).json
    rest = house.call("GET", path, query={"limit": "2", "cursor": page["cursor"]}).json
    assert [n["text"] for n in page["items"] + rest["items"]] == ["c", "b", "a"]
    assert house.call("DELETE", f"/v1/leads/{other['id']}/notes/{ids[0]}").status == 404
    gone = house.call("DELETE", f"{path}/{ids[1]}")
    assert (gone.status, gone.text) == (204, "")
    assert [n["text"] for n in house.call("GET", path).json["items"]] == ["c", "a"]
    assert house.call("DELETE", f"{path}/{ids[1]}").status == 404


@pytest.mark.parametrize(
    "body", [{}, {"text": ""}, {"text": "x", "channel": "fax"}, {"text": "x" * 20_001}]
)
def test_a_bad_note_is_422(house: House, body: dict[str, str]) -> None:
    lead = house.lead()
    assert house.call("POST", f"/v1/leads/{lead['id']}/notes", body).status == 422


def test_support_may_note_but_not_delete(house: House) -> None:
    lead = house.settled()
    lead = house.change(lead, team="team_x")
    support = house.by(Role.SUPPORT, teams=("team_x",))
    path = f"/v1/leads/{lead.id}/notes"
    note = house.call("POST", path, {"text": "问过两次"}, by=support)
    assert note.status == 201
    assert house.call("DELETE", f"{path}/{note.json['id']}", by=support).status == 403


def test_what_a_lead_does_raises_its_score_and_fades(house: House) -> None:
    lead = house.settled(phone="13812340101", assign=False)
    body = {"type": "demo.requested", "at": "2026-03-02T08:00:00Z"}
    answer = house.call("POST", f"/v1/leads/{lead.id}/behaviours", body)
    assert answer.status == 201
    house.world.settle()
    hot = house.stored(lead.id)
    assert (lead.score, hot.score) == (10, 35)
    house.world.now = hot.timers["rescore"]
    timer = {"tenant": house.tenant, "kind": "lead", "id": lead.id, "due": "2026-03-03T00:00:00Z"}
    for _ in range(2):
        house.world.deliver("lead-timers", [_json(timer)])
    faded = house.stored(lead.id)
    assert faded.score is not None
    assert faded.score < 35
    assert faded.version == hot.version + 1
    assert faded.timers["rescore"] > house.world.now
    assert not house.world.dead


def test_a_behaviour_lies_in_the_past_and_has_a_zone(house: House) -> None:
    lead = house.lead()
    path = f"/v1/leads/{lead['id']}/behaviours"
    late = house.call("POST", path, {"type": "page.visited", "at": "2026-03-02T09:00:01Z"})
    assert late.json["errors"][0]["code"] == "in_the_future"
    assert (
        house.call("POST", path, {"type": "page.visited", "at": "2026-03-02T08:00:00"}).status
        == 422
    )
    assert (
        house.call("POST", path, {"type": "Page Visited", "at": "2026-03-02T08:00:00Z"}).status
        == 422
    )


def _json(value: object) -> str:
    import json

    return json.dumps(value)
