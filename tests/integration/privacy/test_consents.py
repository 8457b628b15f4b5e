"""The consent ledger over the API, and in step with what leads carry."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from shared.domain.access import Role
from shared.domain.consents.model import ConsentEntry, ConsentLedger, ledger_id
from shared.domain.consents.rules import may_contact
from shared.domain.leads.model import Lead
from tests.house import House
from tests.integration.privacy.people import contact
from tests.world import Answer

SAID = {"purpose": "marketing", "channel": "email", "state": "granted", "evidence": "在展会签字"}
CONSENT = {
    "channel": "sms",
    "granted": True,
    "at": "2026-02-01T08:00:00Z",
    "evidence": "ticked the box",
    "text_version": "v3",
}


def say(house: House, path: str, **fields: Any) -> Answer:
    return house.call("POST", f"/v1/{path}/consents", {**SAID, **fields})


def states(house: House, path: str) -> dict[tuple[str, str], str]:
    answer = house.call("GET", f"/v1/{path}/consent-state")
    assert answer.status == 200, answer.text
    return {(s["purpose"], s["channel"]): s["state"] for s in answer.json["states"]}


def test_a_consent_is_entered_and_stands(house: House) -> None:
    path = f"contacts/{contact(house)['id']}"
    answer = say(house, path, text_version="2026-01")
    assert answer.status == 201, answer.text
    assert answer.json["source"] == "api"
    assert states(house, path) == {("marketing", "email"): "granted"}
    listed = house.call("GET", f"/v1/{path}/consents").json["items"]
    assert [(e["state"], e["evidence"], e["text_version"]) for e in listed] == [
        ("granted", "在展会签字", "2026-01")
    ]


def test_saying_it_twice_is_harmless(house: House) -> None:
    path = f"contacts/{contact(house)['id']}"
    first = say(house, path, at="2026-03-01T00:00:00Z")
    again = say(house, path, at="2026-03-01T00:00:00Z", evidence="the same, told once more")
    assert (first.json["id"], again.status) == (again.json["id"], 201)
    assert len(house.call("GET", f"/v1/{path}/consents").json["items"]) == 1
    house.world.settle()
    assert len(house.events("consent.granted")) == 1


def test_what_is_entered_late_does_not_overrule_what_came_after(house: House) -> None:
    path = f"contacts/{contact(house)['id']}"
    say(house, path, state="withdrawn", at="2026-03-02T08:00:00Z")
    say(house, path, state="granted", at="2026-02-01T08:00:00Z")
    assert states(house, path) == {("marketing", "email"): "withdrawn"}
    listed = house.call("GET", f"/v1/{path}/consents").json["items"]
    assert [entry["state"] for entry in listed] == ["withdrawn", "granted"]


def test_a_purpose_must_be_on_the_list(house: House) -> None:
    path = f"contacts/{contact(house)['id']}"
    answer = say(house, path, purpose="profiling")
    assert (answer.status, answer.json["errors"][0]["code"]) == (422, "purpose_unknown")
    listed = house.call("GET", "/v1/privacy-policy").json
    purposes = [*listed["purposes"], {"code": "profiling", "zh": "画像", "en": "Profiling"}]
    assert house.call("PUT", "/v1/privacy-policy", {"purposes": purposes}).status == 200
    assert say(house, path, purpose="profiling").status == 201
    codes = [p["code"] for p in house.call("GET", "/v1/consent-purposes").json["purposes"]]
    assert codes == ["marketing", "service", "research", "profiling"]


def test_all_purposes_can_be_withdrawn_but_not_granted(house: House) -> None:
    made = contact(house)["id"]
    path = f"contacts/{made}"
    say(house, path, at="2026-03-01T00:00:00Z")
    assert say(house, path, purpose="all").status == 422
    assert say(house, path, purpose="all", state="withdrawn").status == 201
    ledger = house.store.load(ConsentLedger, ledger_id(made))
    assert not may_contact(ledger, "marketing", "email", house.world.now)


def test_a_consent_of_tomorrow_is_refused(house: House) -> None:
    path = f"contacts/{contact(house)['id']}"
    assert say(house, path, at="2026-03-03T00:00:00Z").status == 422
    assert say(house, path, at="1970-01-01T00:00:00Z").status == 422


def test_what_a_lead_brings_along_is_entered(house: House) -> None:
    lead = house.lead(consents=[CONSENT])["id"]
    house.world.settle()
    assert states(house, f"leads/{lead}") == {("marketing", "sms"): "granted"}
    (entry,) = house.call("GET", f"/v1/leads/{lead}/consents").json["items"]
    assert (entry["evidence"], entry["text_version"]) == ("ticked the box", "v3")
    assert entry["source"] == "lead"


def test_a_change_of_a_lead_reaches_its_ledger(house: House) -> None:
    lead = house.lead()["id"]
    refused = {**CONSENT, "granted": False, "at": "2026-03-02T08:30:00Z"}
    answer = house.call("PATCH", f"/v1/leads/{lead}", {"consents": [refused]})
    assert answer.status == 200, answer.text
    house.world.settle()
    assert states(house, f"leads/{lead}") == {("marketing", "sms"): "withdrawn"}
    assert not house.world.dead


def test_an_entry_for_marketing_changes_the_lead_too(house: House) -> None:
    lead = house.lead(consents=[CONSENT])["id"]
    house.world.settle()
    say(house, f"leads/{lead}", channel="sms", state="withdrawn")
    say(house, f"leads/{lead}", channel="phone", purpose="service")
    carried = house.store.load(Lead, lead).consents
    assert [(c.channel, c.granted) for c in carried] == [("sms", False)]
    house.world.settle()
    assert len(house.call("GET", f"/v1/leads/{lead}/consents").json["items"]) == 3
    assert not house.world.dead


def test_entries_of_the_same_moment_all_arrive(house: House) -> None:
    path = f"contacts/{contact(house)['id']}"
    channels = ["email", "sms", "phone", "wechat", "post"]
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda channel: say(house, path, channel=channel), channels))
    assert {answer.status for answer in answers} <= {201, 409}
    entered = [c for c, answer in zip(channels, answers, strict=True) if answer.status == 201]
    assert sorted(channel for _, channel in states(house, path)) == sorted(entered)
    assert len(entered) >= 2


def test_a_consent_needs_the_right_and_the_record(house: House) -> None:
    made = contact(house)["id"]
    finance = house.by(Role.FINANCE)
    body = {**SAID}
    path = f"/v1/contacts/{made}/consents"
    assert house.call("POST", path, body, by=finance).status == 403
    seller = house.by(Role.SALES)
    assert house.call("POST", path, body, by=seller).status == 404
    assert house.call("GET", path, by=seller).status == 404
    stranger = House(house.world)
    assert stranger.call("POST", path, body).status == 404
    assert not house.store.find(ConsentLedger, ledger_id(made))


def test_a_rehearsed_consent_is_not_entered(house: House) -> None:
    made = contact(house)["id"]
    path = f"/v1/contacts/{made}/consents"
    assert house.call("POST", path, SAID, query={"dry_run": "true"}).status == 201
    assert house.call("GET", path).json["items"] == []
    assert ConsentEntry.kind not in {i.get("kind", {}).get("S") for i in house.items()}
