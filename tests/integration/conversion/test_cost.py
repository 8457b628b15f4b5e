"""What a conversion costs at the table: requests counted, and one transaction that writes."""

from collections import Counter
from typing import Any

from tests.house import House
from tests.integration.conversion.firm import account, contact, lead, path


def cost(house: House, method: str, where: str, body: Any = None) -> Counter[str]:
    by = house.by()
    house.world.settle()
    house.world.requests.clear()
    answer = house.call(method, where, body, by=by)
    assert answer.status < 300, answer.text
    return Counter(house.world.requests)


def test_a_conversion_writes_once_however_much_it_makes(house: House) -> None:
    spent = cost(house, "POST", path(lead(house)), {"opportunity": {}})
    assert spent["TransactWriteItems"] == 1
    assert spent["PutItem"] == 0
    assert spent["Query"] <= 32  # match keys of account and contact
    assert spent.total() - spent["Query"] <= 14


def test_linking_asks_for_no_match_keys(house: House) -> None:
    firm = account(house)
    person = contact(house, account=firm, name="Other Person")
    order = {"account": {"id": firm, "mode": "link"}, "contact": {"id": person, "mode": "link"}}
    spent = cost(house, "POST", path(lead(house)), order)
    assert spent["TransactWriteItems"] == 1
    assert spent["Query"] == 0
    assert spent.total() <= 8


def test_a_preview_costs_the_same_however_many_customers_there_are(house: House) -> None:
    lead_id = lead(house)
    few = cost(house, "GET", path(lead_id, "preview"))
    for n in range(30):
        contact(house, name=f"Somebody {n}", emails=[{"address": f"s{n}@example.org"}])
    many = cost(house, "GET", path(lead_id, "preview"))
    assert many == few
    assert few.total() <= 26
    assert {"PutItem", "TransactWriteItems"}.isdisjoint(few)


def test_taking_back_writes_once(house: House) -> None:
    lead_id = lead(house)
    house.call("POST", path(lead_id), {"opportunity": {}})
    spent = cost(house, "DELETE", path(lead_id))
    assert spent["TransactWriteItems"] == 1
    assert spent.total() <= 24
