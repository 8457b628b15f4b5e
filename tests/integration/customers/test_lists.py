"""Lists of what is in review and of segments, and who sees which."""

from typing import Any

from shared.domain.access import Role
from tests.house import House
from tests.integration.customers.people import account, contact, items, made, ok, read


def _reviewed(house: House) -> Any:
    """From now on somebody looks at new accounts; gives who that is."""
    reviewer = house.user("Rita", Role.SALES_MANAGER)
    rule = {"by": "user", "value": reviewer.id}
    steps = {"steps": [{"name": "look", "approvers": [rule]}]}
    ok(house.call("PUT", "/v1/review-policies/account", {"enabled": True, "rules": steps}))
    return reviewer


def test_what_is_in_review_is_listed_to_who_entered_it_and_who_decides(house: House) -> None:
    _reviewed(house)
    entrant, other = house.by(house.user("Eve")), house.by(house.user("Otto"))
    record = made(house, "account", by=entrant, name="华为")
    house.world.settle()

    def listed(by: Any, **query: str) -> list[str]:
        return [a["id"] for a in items(house.call("GET", "/v1/accounts", query=query, by=by))]

    assert listed(entrant) == listed(house.by()) == []
    assert listed(entrant, q="华为") == []
    assert listed(entrant, review="mine") == [record["id"]]
    assert listed(other, review="mine") == []
    assert listed(house.by(), review="all") == [record["id"]]
    refused = house.call("GET", "/v1/accounts", query={"review": "all"}, by=entrant)
    assert refused.status == 403
    mixed = house.call("GET", "/v1/accounts", query={"review": "mine", "q": "x"}, by=entrant)
    assert mixed.status == 422


def test_identities_and_affiliations_begin_with_the_approval(house: House) -> None:
    reviewer = _reviewed(house)
    known = [{"channel": "erp", "value": "K1"}]
    entrant = house.by(house.user("Eve"))
    record = made(house, "account", by=entrant, name="华为", identities=known)
    house.world.settle()
    query = {"channel": "erp", "value": "K1"}
    assert house.call("GET", "/v1/customers/resolve", query=query).status == 404
    first = contact(house, "Ada Lovelace", identities=known)
    assert first["contested"] == []
    approval = record["review"]["approval"]
    decision = {"action": "approve", "subject_version": 1}
    path = f"/v1/approvals/{approval}/decision"
    ok(house.call("POST", path, decision, by=house.by(reviewer)))
    house.world.settle()
    assert read(house, record)["contested"] == ["erp::K1"]
    told = house.events("account.created")
    assert record["id"] in {e.subject.id for e in told}


def test_a_list_can_be_that_of_a_segment(house: House) -> None:
    when = {"field": "industry", "op": "eq", "value": "IT"}
    body = {"name": "IT", "record_kind": "account", "condition": when}
    segment = house.call("POST", "/v1/segments", body)
    assert segment.status in (201, 202), segment.text
    house.world.settle()
    member = account(house, "Acme GmbH", industry="IT")
    account(house, "Fabrikam")
    house.world.settle(rounds=100)
    query = {"segment": segment.json["id"]}
    assert [a["id"] for a in items(house.call("GET", "/v1/accounts", query=query))] == [
        member["id"]
    ]
