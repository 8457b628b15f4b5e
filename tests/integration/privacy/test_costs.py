"""What each use case costs: requests to the table, which never depend on its size."""

from collections import Counter
from typing import Any

import pytest

from shared.domain.access import Role
from tests.house import House
from tests.integration.privacy.people import contact

SAID = {"purpose": "marketing", "channel": "email", "state": "granted", "evidence": "signed"}
REVEAL = {"fields": ["phones"], "reason": "call back"}
PATHS: list[tuple[str, str, Any, dict[str, int]]] = [
    ("POST", "consents", SAID, {"GetItem": 4, "BatchGetItem": 1, "TransactWriteItems": 1}),
    ("GET", "consents", None, {"GetItem": 1, "Query": 1}),
    ("GET", "consent-state", None, {"GetItem": 2}),
    ("POST", "reveal", REVEAL, {"GetItem": 3, "TransactWriteItems": 1}),
    ("PUT", "restriction", {"reason": "disputed"}, {"GetItem": 2, "TransactWriteItems": 1}),
]


@pytest.mark.parametrize(("method", "path", "body", "requests"), PATHS)
def test_requests_are_few_and_always_the_same(
    house: House, method: str, path: str, body: Any, requests: dict[str, int]
) -> None:
    made = contact(house)["id"]
    by = house.by(Role.ADMIN)
    house.world.requests.clear()
    answer = house.call(method, f"/v1/contacts/{made}/{path}", body, by=by)
    assert answer.status in (200, 201), answer.text
    assert house.world.requests == Counter(requests)


def test_a_lead_without_consents_costs_its_ledger_nothing_but_a_look(house: House) -> None:
    made = house.lead(assign=False)["id"]
    house.world.settle(rounds=200, hold="consents")
    orders = house.world.take("consents")
    house.world.requests.clear()
    house.world.deliver("consents", orders)
    assert house.world.requests["PutItem"] == house.world.requests["TransactWriteItems"] == 0
    assert house.world.requests.total() <= 2
    assert house.call("GET", f"/v1/leads/{made}/consents").json["items"] == []
