"""Opportunities: created for a customer, listed, changed, won or lost, archived."""

from typing import Any

from shared.domain.access import Role
from tests.house import House

MONEY = {"amount": "100.00", "currency": "EUR"}


def account(house: House, **fields: Any) -> str:
    answer = house.call("POST", "/v1/accounts", {"name": "Siemens AG", **fields})
    assert answer.status == 201, answer.text
    return answer.json["id"]


def deal(house: House, **fields: Any) -> dict[str, Any]:
    answer = house.call("POST", "/v1/opportunities", {"name": "测量机", **fields})
    assert answer.status == 201, answer.text
    return answer.json


def test_an_opportunity_belongs_to_its_customer_and_its_maker(house: House) -> None:
    firm = account(house)
    seller = house.user()
    by = house.by(seller)
    refused = house.call("POST", "/v1/opportunities", {"name": "x", "account": firm}, by=by)
    assert [e["code"] for e in refused.json["errors"]] == ["unknown_account"]
    mine = account(house, name="Mine GmbH", owner=seller.id)
    answer = house.call("POST", "/v1/opportunities", {"name": "x", "account": mine}, by=by)
    assert (answer.status, answer.json["owner"], answer.json["stage"]) == (201, seller.id, "open")
    (listed,) = house.call("GET", "/v1/opportunities", by=by).json["items"]
    assert listed["id"] == answer.json["id"]


def test_every_bad_field_is_told_at_once(house: House) -> None:
    body = {"amount": {"amount": "-1", "currency": "EUR"}}
    answer = house.call("POST", "/v1/opportunities", body)
    assert answer.status == 422
    assert {e["path"] for e in answer.json["errors"]} == {"name", "account", "amount"}
    unknown = {"name": "x", "contacts": ["con_01J00000000000000000000000"]}
    answer = house.call("POST", "/v1/opportunities", unknown)
    assert [e["path"] for e in answer.json["errors"]] == ["contacts.0"]


def test_lists_by_account_stage_and_name(house: House) -> None:
    firm, other = account(house), account(house, name="Bosch GmbH")
    one, two = deal(house, account=firm), deal(house, account=firm, name="Robot")
    three = deal(house, account=other)
    house.call("PUT", f"/v1/opportunities/{two['id']}/closing", {"outcome": "won"})
    house.world.settle()

    def listed(**query: str) -> list[str]:
        items = house.call("GET", "/v1/opportunities", query=query).json["items"]
        return [item["id"] for item in items]

    assert listed(account=firm) == [two["id"], one["id"]]
    assert listed(stage="open") == [three["id"], one["id"]]
    assert listed(account=firm, stage="won") == [two["id"]]
    assert listed(q="robo") == [two["id"]]


def test_a_closed_opportunity_is_not_changed_until_it_is_open_again(house: House) -> None:
    made = deal(house, account=account(house), amount=MONEY)
    path = f"/v1/opportunities/{made['id']}"
    won = house.call("PUT", f"{path}/closing", {"outcome": "won", "reason": "price"})
    assert (won.json["stage"], won.json["closing"]["reason"]) == ("won", "price")
    assert house.call("PATCH", path, {"name": "y"}).status == 409
    assert house.call("PUT", f"{path}/closing", {"outcome": "lost"}).status == 409
    assert house.call("DELETE", f"{path}/closing").json["stage"] == "open"
    assert house.call("PATCH", path, {"name": "y", "amount": None}).json["amount"] is None
    house.world.settle()
    names = [e.name for e in house.events() if e.subject.id == made["id"]]
    assert names == [
        "opportunity.created",
        "opportunity.closed",
        "opportunity.reopened",
        "opportunity.changed",
    ]


def test_the_overview_of_the_customer_counts_it(house: House) -> None:
    firm = account(house)
    deal(house, account=firm, amount=MONEY)
    won = deal(house, account=firm, amount=MONEY)
    house.call("PUT", f"/v1/opportunities/{won['id']}/closing", {"outcome": "won"})
    gone = deal(house, account=firm, amount=MONEY)
    house.call("DELETE", f"/v1/opportunities/{gone['id']}")
    house.world.settle()
    figures = house.call("GET", f"/v1/accounts/{firm}/overview").json["figures"]
    found = {name: value for name, value in figures.items() if name.startswith("opportunity.")}
    assert {name: float(value) for name, value in found.items() if float(value)} == {
        "opportunity.open": 1,
        "opportunity.open_amount.EUR": 100,
        "opportunity.won": 1,
        "opportunity.won_amount.EUR": 100,
    }


def test_the_archive_can_be_left_again(house: House) -> None:
    made = deal(house, account=account(house))
    path = f"/v1/opportunities/{made['id']}"
    assert house.call("DELETE", path).status == 200
    assert house.call("GET", path).status == 404
    archived = house.call("GET", "/v1/opportunities", query={"archived": "true"}).json["items"]
    assert [item["id"] for item in archived] == [made["id"]]
    assert house.call("POST", f"{path}/restoration").status == 200
    assert house.call("GET", path).status == 200


def test_rights_are_asked(house: House) -> None:
    made = deal(house, account=account(house))
    path = f"/v1/opportunities/{made['id']}"
    assert house.call("GET", path, by=house.by(Role.SUPPORT)).status == 403
    assert house.call("PATCH", path, {"name": "y"}, by=house.by(Role.READ_ONLY)).status == 403
    assert house.call("GET", path, by=house.by(house.user())).status == 404
