"""Restriction: data that may be kept and not used."""

import json
import urllib.request
from typing import Any

from shared.domain.access import Role
from shared.domain.consents.model import ConsentLedger, ledger_id
from shared.domain.consents.rules import may_contact
from shared.domain.customers.contact import Contact
from tests.house import House
from tests.integration.privacy.people import account, contact

WHY = {"reason": "disputes the accuracy"}
SAID = {"purpose": "marketing", "channel": "email", "state": "granted", "evidence": "signed"}


def test_a_restricted_contact_says_so_and_is_contacted_for_nothing(house: House) -> None:
    made = contact(house)["id"]
    house.call("POST", f"/v1/contacts/{made}/consents", SAID)
    answer = house.call("PUT", f"/v1/contacts/{made}/restriction", WHY)
    assert (answer.status, answer.json["restricted"]) == (200, True)
    assert house.call("GET", f"/v1/contacts/{made}").json["restricted"] is True
    assert house.call("GET", f"/v1/contacts/{made}/consent-state").json["restricted"] is True
    ledger = house.store.load(ConsentLedger, ledger_id(made))
    assert not may_contact(ledger, "marketing", "email", house.world.now)
    house.world.settle()
    assert len(house.events("contact.restricted")) == 1
    (entry,) = house.call("GET", "/v1/audit", query={"action": "restriction"}).json["items"]
    assert (entry["subject"], entry["reason"]) == (made, WHY["reason"])


def test_only_the_privacy_right_changes_a_restricted_customer(house: House) -> None:
    seller = house.user()
    by = house.by(seller)
    made = account(house, by=by)["id"]
    house.call("PUT", f"/v1/accounts/{made}/restriction", WHY)
    for method, path, body in (
        ("PATCH", f"/v1/accounts/{made}", {"industry": "IT"}),
        ("DELETE", f"/v1/accounts/{made}", None),
    ):
        answer = house.call(method, path, body, by=by)
        assert (answer.status, answer.code) == (403, "restricted")
    assert house.call("PATCH", f"/v1/accounts/{made}", {"industry": "IT"}).status == 200


def test_a_lifted_restriction_leaves_everything_as_it_was(house: House) -> None:
    made = contact(house)["id"]
    house.call("POST", f"/v1/contacts/{made}/consents", SAID)
    before = house.store.load(Contact, made)
    house.call("PUT", f"/v1/contacts/{made}/restriction", WHY)
    answer = house.call("DELETE", f"/v1/contacts/{made}/restriction")
    assert (answer.status, answer.json["restricted"]) == (200, False)
    after = house.store.load(Contact, made)
    told = {"version", "updated_at", "updated_by"}
    assert after.model_dump(exclude=told) == before.model_dump(exclude=told)
    ledger = house.store.load(ConsentLedger, ledger_id(made))
    assert may_contact(ledger, "marketing", "email", house.world.now)
    assert house.call("DELETE", f"/v1/contacts/{made}/restriction").code == "not_restricted"


def test_restricting_twice_writes_once(house: House) -> None:
    path = f"/v1/contacts/{contact(house)['id']}/restriction"
    first = house.call("PUT", path, WHY).json["version"]
    assert house.call("PUT", path, WHY).json["version"] == first


def test_sales_may_not_restrict_and_strangers_see_nobody(house: House) -> None:
    path = f"/v1/contacts/{contact(house)['id']}/restriction"
    assert house.call("PUT", path, WHY, by=house.by(Role.SALES)).status == 403
    assert House(house.world).call("PUT", path, WHY).status == 404
    assert house.call("PUT", path, WHY, headers={"if-match": '"9"'}).status == 412


def test_a_restricted_contact_is_in_no_segment_export_or_suggestion(house: House) -> None:
    twin = {"phones": [{"number": "13812340101"}], "emails": [], "birthday": None}
    made = contact(house, job_title="CTO", **twin)["id"]
    other = contact(house, name="王伟宸", allow_duplicate={"reason": "test"}, **twin)["id"]
    condition = {"field": "job_title", "op": "eq", "value": "CTO"}
    body = {"name": "CTOs", "record_kind": "contact", "condition": condition}
    segment = house.call("POST", "/v1/segments", body)
    assert segment.status == 201, segment.text
    house.world.settle(rounds=300)
    seen = _shown(house, segment.json["id"])
    assert seen == {
        "members": {made},
        "exported": {"王伟辰", "王伟宸"},
        "pairs": 1,
        "candidates": {made, other},
    }
    house.call("PUT", f"/v1/contacts/{made}/restriction", WHY)
    house.world.settle(rounds=300)
    hidden = _shown(house, segment.json["id"])
    assert hidden == {
        "members": set(),
        "exported": {"王伟宸"},
        "pairs": 0,
        "candidates": {other},
    }
    house.call("DELETE", f"/v1/contacts/{made}/restriction")
    house.world.settle(rounds=300)
    assert _shown(house, segment.json["id"]) == seen
    assert not house.world.dead


def _shown(house: House, segment: str) -> dict[str, Any]:
    """Where the contacts with the title, or alike, show."""
    members = house.call("GET", f"/v1/segments/{segment}/members").json["items"]
    pairs = house.call("GET", "/v1/duplicates", query={"status": "open"}).json["items"]
    asked = {"kind": "contact", "name": "王伟辰", "phones": ["13812340101"]}
    found = house.call("POST", "/v1/duplicates/check", asked)
    assert found.status == 200, found.text
    job = house.call("POST", "/v1/exports", {"kind": "contact", "format": "ndjson"}).json["id"]
    house.world.settle(rounds=300)
    link = house.call("POST", f"/v1/exports/{job}/link").json
    with urllib.request.urlopen(link["url"]) as file:
        exported = {json.loads(line)["name"] for line in file.read().splitlines()}
    return {
        "members": {str(member.get("id") or member["record"]) for member in members},
        "exported": exported,
        "pairs": len(pairs),
        "candidates": {candidate["id"] for candidate in found.json["candidates"]},
    }
