"""Entering a record that exists already: refused, allowed with a reason, or only queued."""

from typing import Any

import pytest

from shared.domain.access import Role
from shared.storage import keys
from tests.house import House
from tests.integration.duplicates.customers import account, contact, open_house

FIRM = {"name": "深圳市华为技术有限公司", "website": "https://www.huawei.cn"}
SAME = {"name": "華為技術有限公司", "website": "huawei.cn"}
NAMESAKE = {"name": "华为技术"}
REASON = {"reason": "子公司"}


def create(house: House, body: dict[str, Any], plural: str = "accounts", **more: Any) -> Any:
    return house.call("POST", f"/v1/{plural}", body, **more)


def test_a_likely_duplicate_is_refused_with_candidates_and_reasons(house: House) -> None:
    known = account(house, **FIRM)
    answer = create(house, NAMESAKE)
    assert (answer.status, answer.code) == (409, "duplicates_found")
    assert answer.json["details"]["blocked"] is False
    (candidate,) = answer.json["details"]["candidates"]
    assert candidate["id"] == known
    assert 75 <= candidate["points"] < 95
    assert set(candidate["keys"]) == {"company", "brand"}
    assert candidate["reasons"][0]["key"] == "company"
    assert len(house.call("GET", "/v1/accounts").json["items"]) == 1


def test_a_warning_is_passed_with_a_reason_that_is_kept(house: House) -> None:
    account(house, **FIRM)
    answer = create(house, {**NAMESAKE, "allow_duplicate": REASON})
    assert answer.status == 201, answer.text
    house.world.settle()
    (event,) = house.events("duplicate.allowed")
    assert event.subject.id == answer.json["id"]
    key = keys.note(house.tenant, f"duplicate-allowed#{answer.json['id']}", "0000000001")
    (row,) = [i for i in house.items() if (i["pk"]["S"], i["sk"]["S"]) == key]
    assert row["reason"]["S"] == "子公司"


def test_a_block_is_passed_only_by_those_who_may_override(house: House) -> None:
    account(house, **FIRM)
    body = {**SAME, "allow_duplicate": REASON}
    seller = house.by(house.user(role=Role.SALES))
    answer = create(house, body, by=seller)
    assert (answer.status, answer.code) == (409, "duplicates_found")
    assert answer.json["details"]["blocked"] is True
    assert create(house, SAME).status == 409
    assert create(house, body).status == 201


def test_of_a_record_one_may_not_read_only_its_owner_is_told(house: House) -> None:
    owner = house.user(role=Role.SALES)
    assert create(house, FIRM, by=house.by(owner)).status == 201
    answer = create(house, SAME, by=house.by(house.user(role=Role.SALES)))
    assert answer.status == 409
    (candidate,) = answer.json["details"]["candidates"]
    assert candidate == {"kind": "account", "readable": False, "ask": owner.id}


def test_an_update_that_makes_a_duplicate_is_refused_and_others_are_not_checked(
    house: House,
) -> None:
    account(house, **FIRM)
    other = account(house, "腾讯")
    path = f"/v1/accounts/{other}"
    assert house.call("PATCH", path, NAMESAKE).code == "duplicates_found"
    by = house.by()
    house.world.requests.clear()
    assert house.call("PATCH", path, {"industry": "x"}, by=by).status == 200
    assert house.world.requests["Query"] == 0
    assert house.call("PATCH", path, {**NAMESAKE, "allow_duplicate": REASON}).status == 200


def test_what_was_let_in_is_edited_without_another_reason(house: House) -> None:
    account(house, **FIRM)
    twin = create(house, {**NAMESAKE, "allow_duplicate": REASON}).json["id"]
    path = f"/v1/accounts/{twin}"
    assert house.call("PATCH", path, {"phones": [{"number": "13812340101"}]}).status == 200
    assert house.call("PATCH", path, {"website": "huawei.cn"}).code == "duplicates_found"


def test_people_are_recognised_by_number_and_name_in_any_script(house: House) -> None:
    contact(house, "王小明", phones=[{"number": "13812340101"}])
    body = {"name": "Wang Xiaoming", "phones": [{"number": "+86 138 1234 0101"}]}
    assert create(house, body, "contacts").code == "duplicates_found"
    assert create(house, {"name": "王小明"}, "contacts").status == 201


def test_the_mode_decides(house: House) -> None:
    account(house, **FIRM)
    open_house(house, "queue")
    assert create(house, SAME).status == 201
    open_house(house, "warn")
    assert create(house, {**SAME, "allow_duplicate": REASON}).status == 201
    seller = house.by(house.user(role=Role.SALES))
    assert create(house, {**SAME, "allow_duplicate": REASON}, by=seller).status == 201


@pytest.mark.parametrize(
    "rules",
    [
        {"account": {"review": 90, "block": 80}},
        {"account": {"review": 0}},
        {"lead": {"mode": "block"}},
        {"opportunity": {}},
    ],
)
def test_rules_that_cannot_be_are_422(house: House, rules: dict[str, Any]) -> None:
    assert house.call("PUT", "/v1/duplicate-policy", rules).status == 422


def test_the_policy_is_the_admins(house: House) -> None:
    seller = house.by(house.user(role=Role.SALES))
    assert house.call("GET", "/v1/duplicate-policy", by=seller).json["version"] == 0
    assert house.call("PUT", "/v1/duplicate-policy", {}, by=seller).status == 403
    answer = house.call("PUT", "/v1/duplicate-policy", {"account": {"review": 60}})
    assert answer.json["rules"]["account"] == {"mode": "block", "review": 60, "block": 95}


def test_a_draft_is_checked_across_accounts_contacts_and_leads(house: House) -> None:
    open_house(house)
    number = "13812340101"
    known = contact(house, "王小明", phones=[{"number": number}])
    lead = house.lead(name="王小明", phone=number, company="华为技术有限公司")["id"]
    firm = account(house, **FIRM)
    draft = {"kind": "lead", "name": "Wang Xiaoming", "phones": [number, "139"], "company": "华为"}
    answer = house.call("POST", "/v1/duplicates/check", draft)
    assert answer.status == 200, answer.text
    found = {c["id"]: c["points"] for c in answer.json["candidates"]}
    assert found.keys() == {known, lead, firm}
    alone = house.call("POST", "/v1/duplicates/check", {**draft, "exclude": lead})
    assert {c["id"] for c in alone.json["candidates"]} == {known, firm}


def test_an_empty_draft_finds_nothing(house: House) -> None:
    account(house, **FIRM)
    for kind in ("account", "contact", "lead"):
        answer = house.call("POST", "/v1/duplicates/check", {"kind": kind})
        assert answer.json == {"candidates": []}


def test_a_check_costs_the_same_however_many_there_are(house: House) -> None:
    open_house(house)
    draft = {"kind": "account", "phones": ["13812340101"], **SAME}
    costs: list[dict[str, int]] = []
    for count in (1, 40):
        for _ in range(count):
            account(house, **FIRM)
        by = house.by()
        house.world.requests.clear()
        assert house.call("POST", "/v1/duplicates/check", draft, by=by).status == 200
        costs.append(dict(house.world.requests))
    assert costs[0] == costs[1] == {"GetItem": 1, "Query": 4, "BatchGetItem": 1}
