"""Many leads at once: a result for each, never a bare done."""

from typing import Any

from tests.house import House
from tests.integration.conversion.firm import account, contact, lead, stored_account


def bulk(house: House, **order: Any) -> dict[str, Any]:
    answer = house.call("POST", "/v1/leads/bulk-conversion", order)
    assert answer.status == 200, answer.text
    return answer.json


def test_each_lead_has_its_own_result(house: House) -> None:
    good = lead(house)
    gone = lead(house, **_other(1))
    house.call("POST", f"/v1/leads/{gone}/disqualification", {"reason": "spam"})
    ids = [good, gone, "lead_01J00000000000000000000000"]
    told = bulk(house, ids=ids, opportunity=True)
    assert (told["converted"], told["failed"]) == (1, 2)
    assert [r["id"] for r in told["results"]] == ids
    assert [r["code"] for r in told["results"]] == [None, "invalid_state", "not_found"]
    (first, *_) = told["results"]
    assert first["conversion"]["opportunities"]
    again = bulk(house, ids=[good])
    (result,) = again["results"]
    assert (result["outcome"], result["code"]) == ("failed", "ALREADY_CONVERTED")
    assert result["details"]["links"]["account"].endswith(first["conversion"]["account"])


def test_known_customers_are_filled_left_or_doubled(house: House) -> None:
    firm = account(house, website="https://www.huawei.com", phones=[{"number": "13812340101"}])
    person = contact(house, account=firm, emails=[{"address": "nana@huawei.com"}])
    lead_id = lead(house)
    (left,) = bulk(house, ids=[lead_id], matched="fail")["results"]
    assert (left["outcome"], left["code"]) == ("failed", "duplicates_found")
    assert {c["id"] for c in left["details"]["candidates"]} <= {firm, person}
    (done,) = bulk(house, ids=[lead_id], matched="fill")["results"]
    assert done["outcome"] == "converted", done
    assert done["conversion"]["contact"] == person
    assert done["conversion"]["account"] == firm
    other = lead(house, external_id="2")
    (doubled,) = bulk(house, ids=[other], matched="create", reason="branch")["results"]
    assert doubled["conversion"]["contact"] != person


def test_two_leads_of_one_company_share_its_account(house: House) -> None:
    one = lead(house)
    two = lead(house, name="李雷", email="lilei@huawei.com", phone="13912340102", external_id="2")
    first, second = bulk(house, ids=[one, two])["results"]
    assert first["outcome"] == second["outcome"] == "converted", second
    assert first["conversion"]["account"] == second["conversion"]["account"]
    assert first["conversion"]["contact"] != second["conversion"]["contact"]
    assert stored_account(house, first["conversion"]["account"]).name == "华为技术有限公司"


def test_a_customer_out_of_reach_is_not_linked_behind_its_owners_back(house: House) -> None:
    mine, theirs = house.user(), house.user()
    account(house, owner=theirs.id, website="https://www.huawei.com", addresses=[{"city": "深圳"}])
    lead_id = house.owned(
        mine, name="x", company="华为技术有限公司", website="https://www.huawei.com", city="深圳"
    ).id
    body = {"ids": [lead_id]}
    answer = house.call("POST", "/v1/leads/bulk-conversion", body, by=house.by(mine))
    (result,) = answer.json["results"]
    assert (result["outcome"], result["code"]) == ("failed", "duplicates_found")
    (candidate,) = result["details"]["candidates"]
    assert candidate == {"kind": "account", "readable": False, "ask": theirs.id}


def test_problems_of_a_lead_are_listed(house: House) -> None:
    nameless = house.lead(name=None, email="a@example.com", assign=False)["id"]
    (result,) = bulk(house, ids=[nameless])["results"]
    assert result["outcome"] == "converted", result
    answer = house.call(
        "POST", "/v1/leads/bulk-conversion", {"ids": [nameless], "matched": "create"}
    )
    assert answer.status == 422


def _other(n: int) -> dict[str, str]:
    return {
        "name": f"Person {n}",
        "company": f"Quite Other Company {n} Ltd",
        "email": f"p{n}@other{n}.example.com",
        "website": f"https://other{n}.example.com",
        "phone": f"1391234000{n}",
        "external_id": f"other-{n}",
    }
