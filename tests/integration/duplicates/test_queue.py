"""The queue of likely duplicates follows the records."""

from typing import Any

import pytest

from shared.domain.access import Role
from shared.domain.leads.model import Lead
from shared.domain.matching.pair import DuplicatePair
from shared.domain.merging.model import Merge
from shared.storage import keys
from shared.storage.driver import RowChanges
from tests.house import House, bus_message
from tests.integration.duplicates.customers import (
    account,
    contact,
    merged,
    open_house,
    the_account,
    undo,
)
from tests.integration.storage.test_table import projection


@pytest.fixture(autouse=True)
def _queue_only(house: House) -> None:
    open_house(house)


def queue(house: House, **query: str) -> list[dict[str, Any]]:
    house.world.settle()
    answer = house.call("GET", "/v1/duplicates", query=query)
    assert answer.status == 200, answer.text
    found: list[dict[str, Any]] = answer.json["items"]
    return found


def states(house: House) -> dict[tuple[str, str], str]:
    return {(pair["first"], pair["second"]): pair["status"] for pair in queue(house)}


def pair(house: House) -> dict[str, Any]:
    (found,) = queue(house)
    return found


def test_a_new_pair_opens_with_points_reasons_and_somebody_to_decide(house: House) -> None:
    owner = house.user(role=Role.SALES)
    a = house.call("POST", "/v1/accounts", {"name": "华为"}, by=house.by(owner)).json["id"]
    b = account(house, "華為技術有限公司")
    found = pair(house)
    assert {found["first"], found["second"]} == {a, b}
    assert (found["status"], found["record_kind"], found["owner"]) == ("open", "account", owner.id)
    assert found["likeness"]["points"] >= 75
    assert found["likeness"]["reasons"][0]["key"] == "company"
    assert len(house.events("duplicate.found")) == 1


def test_a_pair_that_no_longer_looks_alike_closes_and_opens_again(house: House) -> None:
    account(house, "华为")
    b = account(house, "华为技术")
    assert pair(house)["status"] == "open"
    house.call("PATCH", f"/v1/accounts/{b}", {"name": "腾讯"})
    assert pair(house)["status"] == "resolved"
    house.call("PATCH", f"/v1/accounts/{b}", {"name": "华为技术"})
    assert pair(house)["status"] == "open"
    house.call("DELETE", f"/v1/accounts/{b}")
    assert pair(house)["status"] == "resolved"
    house.call("POST", f"/v1/accounts/{b}/restoration")
    assert pair(house)["status"] == "open"


def test_what_was_dismissed_stays_so_until_it_looks_clearly_more_alike(house: House) -> None:
    account(house, "华为", website="huawei.cn")
    b = account(house, "华为技术")
    path = f"/v1/duplicates/{pair(house)['id']}"
    answer = house.call("POST", f"{path}/dismissal", {"reason": "子公司"})
    assert (answer.status, answer.json["status"]) == (200, "dismissed")
    assert house.call("POST", f"{path}/dismissal", {"reason": "x"}).code == "invalid_state"
    house.call("PATCH", f"/v1/accounts/{b}", {"industry": "x"})
    assert pair(house)["status"] == "dismissed"
    house.call("PATCH", f"/v1/accounts/{b}", {"website": "https://huawei.cn"})
    assert pair(house)["status"] == "open"


def test_a_pair_is_given_to_somebody_who_then_sees_it(house: House) -> None:
    account(house, "华为")
    account(house, "华为技术")
    seller = house.user(role=Role.SALES)
    by = house.by(seller)
    path = f"/v1/duplicates/{pair(house)['id']}"
    assert house.call("GET", path, by=by).status == 404
    assert house.call("PUT", f"{path}/owner", {"owner": seller.id}).status == 200
    mine = house.call("GET", "/v1/duplicates", by=by, query={"owner": "me", "status": "open"})
    assert len(mine.json["items"]) == 1
    shown = house.call("GET", path, by=by).json
    assert [record["readable"] for record in shown["records"]] == [False, False]
    assert all(record["label"] is None for record in shown["records"])


def test_a_pair_shows_both_records_and_whether_they_can_be_merged(house: House) -> None:
    account(house, "华为")
    account(house, "华为技术")
    shown = house.call("GET", f"/v1/duplicates/{pair(house)['id']}").json
    assert {record["label"] for record in shown["records"]} == {"华为", "华为技术"}
    assert shown["mergeable"] is True


def test_the_queue_is_filtered_by_kind(house: House) -> None:
    account(house, "华为")
    account(house, "华为技术")
    for _ in range(2):
        contact(house, phones=[{"number": "13812340101", "shared": False}])
    assert len(queue(house)) == 2
    assert [p["record_kind"] for p in queue(house, kind="contact")] == ["contact"]
    likeliest = max(p["likeness"]["points"] for p in queue(house))
    assert len(queue(house, points_from=str(likeliest))) == 1


def test_what_the_queue_is_filtered_by_stands_in_the_indexes() -> None:
    assert set(DuplicatePair.promoted) <= projection("collection")
    assert set(Merge.promoted) <= projection("collection")


def test_a_contested_identity_suggests_a_merge(house: House) -> None:
    wechat = {"channel": "wechat", "value": "wx"}
    contact(house, "王小明", identities=[wechat])
    contact(house, "李娜", identities=[wechat])
    found = pair(house)
    assert (found["record_kind"], found["likeness"]["points"]) == ("contact", 75)
    assert "contested" in {reason["code"] for reason in found["likeness"]["reasons"]}
    assert len(house.events("identity.contested")) == 1


def test_leads_meet_leads_and_contacts_but_not_the_accounts_of_their_company(
    house: House,
) -> None:
    account(house, "华为技术有限公司")
    person = contact(house, "王小明", phones=[{"number": "13812340101"}])
    one = house.lead(name="王小明", phone="13812340101", company="华为")["id"]
    other = house.lead(name="Wang Xiaoming", phone="13812340101")["id"]
    kinds = {(p["first"], p["second"]): p["record_kind"] for p in queue(house)}
    assert kinds == {
        (person, one): "mixed",
        (person, other): "mixed",
        (one, other): "lead",
    }
    assert house.store.load(Lead, one).status == "new"


def test_a_merge_settles_the_pair_and_its_undo_dismisses_it(house: House) -> None:
    a, b, c = account(house, "华为"), account(house, "华为技术"), account(house, "華為")
    assert list(states(house).values()) == ["open"] * 3
    merge_id = merged(house, a, b)
    assert states(house) == {(a, b): "merged", (a, c): "open", (b, c): "resolved"}
    undo(house, merge_id)
    assert states(house) == {(a, b): "dismissed", (a, c): "open", (b, c): "open"}


def test_events_delivered_twice_change_nothing(house: House) -> None:
    account(house, "华为")
    account(house, "华为技术")
    before = queue(house)
    messages = [bus_message(e) for e in house.events("account.created")]
    house.world.deliver("duplicate-watch", [*messages, *messages])
    assert house.world.dead == []
    assert queue(house) == before


def test_a_scan_finds_what_events_did_not_and_restores_match_rows(house: House) -> None:
    a, b = account(house, "华为"), account(house, "腾讯")
    house.world.settle()
    # As after an older version of the keys: the rows of one are missing, and nobody was told.
    stored = the_account(house, b)
    changes = RowChanges()
    for key in stored.match_keys():
        changes.delete(keys.match(house.tenant, key, "account", b))
    changes.apply(house.store.table)
    renamed = the_account(house, a).model_copy(update={"name": "腾讯控股有限公司"})
    house.change(the_account(house, a), name=renamed.name)
    house.lead(name="x")
    assert queue(house) == []
    answer = house.call("POST", "/v1/duplicates/scans")
    assert (answer.status, answer.json["status"]) == (202, "running")
    assert house.call("POST", "/v1/duplicates/scans").code == "invalid_state"
    assert len(queue(house)) == 1
    scan = house.call("GET", "/v1/duplicates/scans").json
    assert (scan["status"], scan["records"], scan["pairs"]) == ("completed", 3, 1)
    assert len(house.events("duplicate_scan.completed")) == 1


def test_a_scan_goes_through_many_chunks_once(house: House) -> None:
    for n in range(70):
        contact(house, f"Person {n}x", emails=[{"address": f"p{n % 60}@example.com"}])
    house.world.settle()
    assert len(queue(house, limit="100")) == 10
    house.call("POST", "/v1/duplicates/scans")
    house.world.settle()
    scan = house.call("GET", "/v1/duplicates/scans").json
    assert (scan["records"], scan["pairs"]) == (70, 10)


def test_there_is_no_scan_before_the_first(house: House) -> None:
    assert house.call("GET", "/v1/duplicates/scans").status == 404
