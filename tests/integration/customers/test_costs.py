"""What each thing one does with customers costs in requests, as docs/data-model.md says."""

from collections import Counter
from datetime import timedelta
from typing import Any

from tests.house import House
from tests.integration.customers.people import account, contact, ok, place
from tests.world import START

READ, CHANGE = {"GetItem": 1}, {"GetItem": 1, "PutItem": 1}


def cost(house: House, method: str, path: str, body: Any = None, **more: Any) -> dict[str, int]:
    """The requests that an answer of 2xx took."""
    house.world.requests.clear()
    answer = house.call(method, path, body, **more)
    assert answer.status < 300, answer.text
    return dict(Counter(house.world.requests))


def test_reading_costs_what_the_document_says(house: House) -> None:
    top = account(house, "Holding AG")
    firm = account(house, "Acme GmbH", parent=top["id"])
    person = contact(house, account=firm["id"])
    for n in range(3):
        contact(house, f"Somebody {n}", account=firm["id"])
    house.world.settle()
    assert cost(house, "GET", place(firm)) == READ
    assert cost(house, "GET", "/v1/accounts") == {"Query": 1}
    assert cost(house, "GET", "/v1/contacts", query={"account": firm["id"]}) == {"Query": 1}
    assert cost(house, "GET", "/v1/accounts", query={"q": "Acme"}) == {
        "Query": 1,
        "BatchGetItem": 1,
    }
    below = {"GetItem": 1, "Query": 1}
    assert cost(house, "GET", f"{place(firm)}/contacts") == {**below, "BatchGetItem": 1}
    assert cost(house, "GET", f"{place(person)}/accounts") == {"GetItem": 1, "BatchGetItem": 2}
    assert cost(house, "GET", f"{place(firm)}/ancestors") == {"GetItem": 2}
    assert cost(house, "GET", f"{place(firm)}/relations") == {"GetItem": 1, "Query": 2}
    assert cost(house, "GET", f"{place(firm)}/notes") == below
    assert cost(house, "GET", f"{place(firm)}/history") == below
    assert cost(house, "GET", f"{place(firm)}/traits") == READ


def test_changing_costs_what_the_document_says(house: House) -> None:
    firm, other = account(house), account(house, "Fabrikam")
    person = contact(house)
    seller = house.user("Seller")
    house.world.settle()
    one = place(firm)
    until = (START + timedelta(days=1)).isoformat()
    assert cost(house, "PATCH", one, {"industry": "IT"}) == CHANGE
    assert cost(house, "PATCH", one, {"industry": "IT"}) == READ
    assert cost(house, "PUT", f"{one}/lifecycle", {"lifecycle": "key", "reason": "x"}) == CHANGE
    assert cost(house, "PUT", f"{one}/grade", {"grade": "A", "reason": "x"}) == CHANGE
    trait = {"name": "n", "value": 1, "source": "s", "at": START.isoformat()}
    assert cost(house, "PUT", f"{one}/traits", {"traits": [trait]}) == CHANGE
    helper = {"user": seller.id, "until": until}
    assert cost(house, "POST", f"{one}/helpers", helper) == {"GetItem": 2, "PutItem": 1}
    link = f"{one}/contacts/{person['id']}"
    transaction = {"TransactWriteItems": 1}
    assert cost(house, "PUT", link, {"roles": ["user"]}) == {"GetItem": 3, **transaction}
    related = {"other": other["id"], "type": "partner"}
    assert cost(house, "POST", f"{one}/relations", related) == {"GetItem": 2, **transaction}
    moved = cost(house, "PATCH", one, {"parent": other["id"]})
    assert moved == {"GetItem": 2, "BatchGetItem": 1, **transaction}
    assert cost(house, "DELETE", one)["GetItem"] == 1


def test_a_stale_author_costs_one_query_more(house: House) -> None:
    firm = account(house)
    ok(house.call("PATCH", place(firm), {"industry": "IT"}))
    house.world.settle()
    stale = {"headers": {"If-Match": '"1"'}}
    spent = cost(house, "PATCH", place(firm), {"website": "a.cn"}, **stale)
    assert (
        spent["Query"] - cost(house, "PATCH", place(firm), {"website": "b.cn"}).get("Query", 0) == 1
    )


def test_a_grade_costs_three_reads_and_one_write(house: House) -> None:
    when = {"field": "industry", "op": "exists"}
    rules = {"rules": [{"label": "x", "grade": "A", "when": when}]}
    ok(house.call("PUT", "/v1/grading-rules", rules))
    house.world.settle()
    account(house, industry="IT")
    house.world.settle(hold="account-grading")
    house.world.requests.clear()
    house.world.deliver("account-grading", house.world.take("account-grading"))
    assert house.world.requests == {"GetItem": 3, "PutItem": 1}
