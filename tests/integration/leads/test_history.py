"""Who changed which field when, and why a score and an owner came about."""

from datetime import timedelta
from typing import Any

from shared.domain.access import Role
from tests.house import House


def history(house: House, lead_id: str, **more: Any) -> list[dict[str, Any]]:
    answer = house.call("GET", f"/v1/leads/{lead_id}/history", **more)
    assert answer.status == 200, answer.text
    return answer.json["items"]


def test_every_version_tells_who_changed_what_when(house: House) -> None:
    editor = house.by(Role.MARKETING)
    lead = house.lead(company="Acme", assign=False)
    house.world.pass_time(timedelta(hours=1))
    house.call("PATCH", f"/v1/leads/{lead['id']}", {"company": "阿里", "city": "杭州"}, by=editor)
    house.world.settle()
    newest, *_, oldest = history(house, lead["id"])
    changed, created = [e for e in history(house, lead["id"]) if e["by"] != "system:leads"]
    assert oldest == created
    assert newest["version"] >= changed["version"] == 2
    assert (changed["by"], changed["at"]) == (editor.actor, "2026-03-02T10:00:00Z")
    assert changed["changes"] == [
        {"field": "city", "before": None, "after": "杭州"},
        {"field": "company", "before": "Acme", "after": "阿里"},
    ]
    assert {"field": "name", "before": None, "after": "王伟"} in created["changes"]


def test_assignment_and_score_stand_in_the_history(house: House) -> None:
    seller = house.user()
    team = house.team([seller])
    house.route({"team": team.id})
    lead = house.settled(phone="13812340101")
    entry = history(house, lead.id)[0]
    told = {change["field"]: change["after"] for change in entry["changes"]}
    assert entry["by"] == "system:leads"
    assert (told["owner"], told["team"], told["score"]) == (seller.id, team.id, 10)
    assert "timers" not in told


def test_masked_and_hidden_fields_are_so_in_the_history_too(house: House) -> None:
    lead = house.settled(email="nana@example.com", phone="13812340101")
    house.call("PATCH", f"/v1/leads/{lead.id}", {"email": "other@example.com"})
    house.world.settle()
    reader = house.call("GET", f"/v1/leads/{lead.id}/history", by=house.by(Role.READ_ONLY))
    assert "n****@example.com" in reader.text
    assert "o****@example.com" in reader.text
    assert "nana@" not in reader.text
    assert "138****0101" in reader.text
    assert "13812340101" not in reader.text
    finance = house.call("GET", f"/v1/leads/{lead.id}/history", by=house.by(Role.FINANCE))
    assert '"score"' not in finance.text


def test_history_continues_page_by_page_and_survives_the_bin(house: House) -> None:
    lead = house.lead()
    for n in range(4):
        house.call("PATCH", f"/v1/leads/{lead['id']}", {"city": f"c{n}"})
    house.call("DELETE", f"/v1/leads/{lead['id']}")
    house.world.settle()
    path, query = f"/v1/leads/{lead['id']}/history", {"limit": "2"}
    seen: list[int] = []
    while True:
        page = house.call("GET", path, query=query).json
        seen += [entry["version"] for entry in page["items"]]
        if page["cursor"] is None:
            break
        query["cursor"] = page["cursor"]
    assert seen == sorted(set(seen), reverse=True)
    assert seen[-1] == 1
    assert len(seen) >= 6


def test_the_score_answers_with_its_reasons_for_and_against(house: House) -> None:
    seller = house.user()
    house.route({"team": house.team([seller]).id})
    lead = house.settled(phone="13812340101", urgency="low", job_title="采购总监")
    told = house.call("GET", f"/v1/leads/{lead.id}/explanation").json
    assert told["score"]["points"] == 20
    assert {r["rule"] for r in told["score"]["reasons_for"]} == {"decision-maker", "has-phone"}
    assert [r["rule"] for r in told["score"]["reasons_against"]] == ["not-urgent"]
    assert [c["user"] for c in told["assignment"]["candidates"]] == [seller.id]
    assert "13812340101" not in house.call("GET", f"/v1/leads/{lead.id}/explanation").text


def test_a_waiting_lead_says_why_nobody_got_it(house: House) -> None:
    ill, gone = house.user(capacity=0), house.user(status="deactivated")
    house.route({"team": house.team([ill, gone]).id})
    lead = house.settled()
    told = house.call("GET", f"/v1/leads/{lead.id}/explanation").json["assignment"]
    why = {entry["user"]: entry["why"] for entry in told["excluded"]}
    assert why == {ill.id: "at_cap", gone.id: "inactive"}


def test_reasons_quote_fields_so_who_sees_less_does_not_read_them(house: House) -> None:
    lead = house.settled()
    for role in (Role.READ_ONLY, Role.FINANCE):
        assert (
            house.call("GET", f"/v1/leads/{lead.id}/explanation", by=house.by(role)).status == 403
        )
