"""The demo's customers come in through the API, also after an interrupted start."""

from typing import Any

from infra.local.demo_customers import ACCOUNTS, CONTACTS, seed_customers
from tests.house import House
from tests.integration.customers.people import items


def test_the_demo_has_customers_once_however_often_it_is_made(house: House) -> None:
    def call(method: str, path: str, body: Any = None, *, accept: int = 0) -> Any:
        bare, _, query = path.partition("?")
        given = dict(part.split("=") for part in query.split("&") if part)
        answer = house.call(method, bare, body, query=given or None)
        assert answer.status // 100 == 2 or answer.status == accept, answer.text
        return answer.json

    for _ in range(2):
        seed_customers(call)
        house.world.settle()
    accounts = items(house.call("GET", "/v1/accounts"))
    contacts = items(house.call("GET", "/v1/contacts"))
    assert (len(accounts), len(contacts)) == (len(ACCOUNTS), len(CONTACTS))
    grades = {a["name"]: a["grade"]["value"] for a in accounts}
    assert grades["星河技术有限公司"] == grades["Acme Maschinenbau GmbH"] == "A"
    assert all(len(c["accounts"]) == 1 for c in contacts)
    assert house.world.dead == []
