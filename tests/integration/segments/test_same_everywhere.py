"""A condition finds the same records on their events, in a back-fill, in a preview, and alone."""

import random
from datetime import timedelta
from typing import Any

from shared.domain.conditions import evaluate, parse_condition
from shared.domain.segments.facts import facts_of
from tests.house import House
from tests.integration.segments.conftest import Board

CITIES = ("Berlin", "臺北", "台北", "Ａbc", "x y")


def random_lead(dice: random.Random, now: Any) -> dict[str, Any]:
    """What a client may say about a lead."""
    said = {
        "city": dice.choice(CITIES),
        "company_size": dice.randrange(30),
        "budget": {"amount": f"{dice.randrange(50)}.50", "currency": "CNY"},
        "email": f"{dice.choice('ab')}{dice.randrange(9)}@Example.com",
        "phone": f"1381234{dice.randrange(1000, 9999)}",
        "tags": dice.sample(CITIES, dice.randrange(3)),
        "custom": {"size": dice.choice([1, "1", True, 2.5])},
        "consents": [
            {"channel": "email", "granted": dice.random() < 0.5, "at": now, "evidence": "form"}
        ],
    }
    return {name: value for name, value in said.items() if dice.random() < 0.7}


def random_condition(dice: random.Random, depth: int = 2) -> dict[str, Any]:
    """A condition over fields of leads."""
    if depth and dice.random() < 0.5:
        parts = [random_condition(dice, depth - 1) for _ in range(dice.randrange(1, 4))]
        return {"not": parts[0]} if dice.random() < 0.3 else {dice.choice(["all", "any"]): parts}
    text = {
        "op": dice.choice(["eq", "ne", "contains", "starts_with"]),
        "value": dice.choice(CITIES),
    }
    number = {"op": dice.choice(["lt", "gte", "eq"]), "value": dice.choice([2, 12, "12.5", 20.5])}
    age = {"op": dice.choice(["within_days", "older_than_days"]), "value": dice.randrange(1, 9)}
    return {
        **dice.choice(
            [
                {"field": "city", **text},
                {"field": "tags", **text},
                {"field": "company_size", **number},
                {"field": "budget.amount", **number},
                {"field": "custom.size", **number},
                {"field": "created_at", **age},
                {"field": "behaviour.page.visited.last", **age},
                {"field": "consent.email", "op": "eq", "value": dice.random() < 0.5},
                {"field": "emails", "op": "starts_with", "value": "a"},
                {"field": "phones", "op": "exists"},
            ]
        )
    }


def test_events_back_fill_preview_and_the_evaluator_agree(board: Board, house: House) -> None:
    dice = random.Random(2026)
    conditions = [random_condition(dice) for _ in range(24)]
    followed = [board.make(condition, settle=False) for condition in conditions]
    house.world.settle(rounds=500)
    leads: list[str] = []
    for _ in range(12):
        lead = house.lead(assign=False, **random_lead(dice, house.world.now.isoformat()))["id"]
        leads.append(lead)
        if dice.random() < 0.6:
            at = house.world.now - timedelta(days=dice.randrange(9))
            body = {"type": "page.visited", "at": at.isoformat()}
            assert house.call("POST", f"/v1/leads/{lead}/behaviours", body).status == 201
    house.world.settle(rounds=500)
    filled = [board.make(condition, settle=False) for condition in conditions]
    house.world.settle(rounds=500)
    found = 0
    for condition, on_events, in_back_fill in zip(conditions, followed, filled, strict=True):
        node = parse_condition(condition)
        stored = map(house.stored, leads)
        alone = {s.id for s in stored if evaluate(node, facts_of(s), house.world.now)}
        order = {"record_kind": "lead", "condition": condition, "limit": 50}
        tried = house.call("POST", "/v1/segments/preview", order).json
        assert set(board.members(on_events)) == alone, condition
        assert set(board.members(in_back_fill)) == alone, condition
        assert {item["id"] for item in tried["items"]} == alone, condition
        assert (tried["matched"], tried["sampled"], tried["complete"]) == (len(alone), 12, True)
        assert board.count(on_events) == board.count(in_back_fill) == len(alone)
        found += len(alone)
    assert 0 < found < len(leads) * len(conditions)
    assert not house.world.dead
