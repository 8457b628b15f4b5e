"""What is purged is gone with all that hung on it; what it hung on stays."""

from typing import Any

import pytest

from shared.domain.access import Role
from tests.house import House
from tests.integration.customers.people import account, contact, ok, place, read

AT = "2026-03-01T00:00:00Z"


def _purge(house: House, record: dict[str, Any]) -> None:
    ok(house.call("DELETE", place(record)))
    ok(house.call("POST", f"{place(record)}/purge"), 202)
    house.world.settle()
    house.world.release_delayed("customer-jobs")
    house.world.settle()
    assert house.world.dead == []


def _naming(house: House, record_id: str) -> list[tuple[str, str]]:
    """The keys of whatever the table holds that names the record, told events apart."""
    found: list[tuple[str, str]] = []
    for item in house.items():
        told = {name: value for name, value in item.items() if name != "events"}
        key = (item["pk"]["S"], item["sk"]["S"])
        if record_id in str(told) and not key[1].startswith(("T#", "H#")):
            found.append(key)
    return found


def test_a_purged_account_leaves_no_trace_but_others_stories(house: House) -> None:
    firm = account(house, identities=[{"channel": "erp", "value": "K1"}], external_id="X")
    below, beside = account(house, "Low GmbH", parent=firm["id"]), account(house, "Fabrikam")
    person = contact(house, account=firm["id"])
    other = {"other": beside["id"], "type": "partner"}
    ok(house.call("POST", f"{place(firm)}/relations", other), 201)
    back = {"other": firm["id"], "type": "supplier"}
    ok(house.call("POST", f"{place(beside)}/relations", back), 201)
    for n in range(30):
        ok(house.call("POST", f"{place(firm)}/notes", {"text": f"note {n}"}), 201)
    house.world.settle()
    _purge(house, firm)
    assert house.call("GET", f"{place(firm)}/history").status == 404
    after = read(house, person)
    assert (after["account"], after["accounts"]) == (None, [])
    assert read(house, below)["parent"] is None
    own = f"{house.tenant}#{firm['id']}"
    assert [i["sk"]["S"] for i in house.items() if i["pk"]["S"] == own] == []
    left = [key for key in _naming(house, firm["id"]) if "#INBOX#" not in key[0]]
    assert left == []
    kinds = {"affiliation": "aff_", "note": "note_", "account_relation": "rel_"}
    partitions = {item["pk"]["S"].partition("#")[2] for item in house.items()}
    assert not [p for p in partitions if p.startswith(tuple(kinds.values()))]
    again = account(house, identities=[{"channel": "erp", "value": "K1"}], external_id="X")
    assert again["contested"] == []


def test_a_purged_contact_leaves_its_accounts_alone(house: House) -> None:
    firm = account(house)
    person = contact(house, account=firm["id"], phones=[{"number": "13812340101"}])
    house.world.settle()
    _purge(house, person)
    assert ok(house.call("GET", f"{place(firm)}/contacts"))["items"] == []
    left = [key for key in _naming(house, person["id"]) if "#INBOX#" not in key[0]]
    assert left == []
    assert read(house, firm)["version"] == 1


@pytest.mark.parametrize("kind", ["account", "contact"])
def test_only_the_archive_is_purged_and_only_by_who_may(house: House, kind: str) -> None:
    record = account(house) if kind == "account" else contact(house)
    refused = house.call("POST", f"{place(record)}/purge")
    assert (refused.status, refused.code) == (409, "not_archived")
    manager = house.by(Role.SALES_MANAGER)
    assert house.call("POST", f"{place(record)}/purge", by=manager).status == 403


def test_what_is_being_purged_does_not_come_back(house: House) -> None:
    firm = account(house)
    ok(house.call("DELETE", place(firm)))
    ok(house.call("POST", f"{place(firm)}/purge"), 202)
    refused = house.call("POST", f"{place(firm)}/restoration")
    assert (refused.status, refused.code) == (409, "purged")
    repeated = ok(house.call("POST", f"{place(firm)}/purge"), 202)
    assert repeated["version"] == 3


def test_what_was_merged_into_it_goes_too(house: House) -> None:
    firm, loser = account(house), account(house, "Fabrikam")
    body = {"survivor": firm["id"], "loser": loser["id"]}
    ok(house.call("POST", "/v1/merges", body), 201)
    house.world.settle()
    assert house.call("GET", place(loser)).status == 301
    _purge(house, firm)
    assert house.call("GET", place(loser)).status == 404
    own = {f"{house.tenant}#{gone['id']}" for gone in (firm, loser)}
    assert not [item for item in house.items() if item["pk"]["S"] in own]
    assert not [item for item in house.items() if "image" in item], "what they were before"
