"""Bulk actions: each lead succeeds or fails alone and gets its own result."""

from typing import Any

import pytest

from shared.domain.access import Role
from tests.house import House

MISSING = "lead_00000000000000000000000000"


def bulk(house: House, ids: list[str], action: str, **more: Any) -> Any:
    by = more.pop("by", None)
    body = {"ids": ids, "action": action, **more}
    answer = house.call("POST", "/v1/leads/bulk", body, by=by)
    assert answer.status == 200, answer.text
    return answer.json


def outcomes(answer: Any) -> list[tuple[str, str | None]]:
    return [(result["outcome"], result["code"]) for result in answer["results"]]


def test_every_lead_gets_its_own_result_in_order(house: House) -> None:
    one, two, gone = (house.lead()["id"] for _ in range(3))
    house.call("DELETE", f"/v1/leads/{gone}")
    house.call("PATCH", f"/v1/leads/{two}", {"city": "上海"})
    answer = bulk(house, [two, MISSING, one, gone, "nonsense"], "change", change={"city": "上海"})
    assert [result["id"] for result in answer["results"]] == [two, MISSING, one, gone, "nonsense"]
    assert outcomes(answer) == [
        ("unchanged", None),
        ("failed", "not_found"),
        ("done", None),
        ("failed", "not_found"),
        ("failed", "not_found"),
    ]
    assert (answer["done"], answer["unchanged"], answer["failed"]) == (1, 1, 3)
    assert answer["results"][2]["version"] == house.stored(one).version == 2


def test_every_action_works_in_bulk(house: House) -> None:
    seller = house.user()
    team = house.team([seller])
    ids = [house.lead(tags=["old"])["id"] for _ in range(2)]
    done = [("done", None)] * 2
    assert outcomes(bulk(house, ids, "assign", owner={"owner": seller.id})) == done
    assert {house.stored(i).team for i in ids} == {team.id}
    assert outcomes(bulk(house, ids, "tag", add_tags=["new"], remove_tags=["old"])) == done
    assert {house.stored(i).tags for i in ids} == {("new",)}
    assert outcomes(bulk(house, ids, "disqualify", disqualification={"reason": "spam"})) == done
    again = bulk(house, ids, "disqualify", disqualification={"reason": "spam"})
    assert outcomes(again) == [("failed", "invalid_state")] * 2
    assert outcomes(bulk(house, ids, "requalify")) == done
    assert outcomes(bulk(house, ids, "delete")) == done
    assert outcomes(bulk(house, ids, "restore")) == done
    assert {house.stored(i).status for i in ids} == {"new"}


def test_a_refusal_of_one_leaves_the_others_done(house: House) -> None:
    house.lead(external_id="taken")
    one, two = (house.lead()["id"] for _ in range(2))
    answer = bulk(house, [one, two], "change", change={"external_id": "x-1"})
    assert outcomes(answer) == [("done", None), ("failed", "already_exists")]


def test_bulk_reaches_only_what_the_action_itself_reaches(house: House) -> None:
    seller, other = house.users(2)
    mine, foreign = house.owned(seller).id, house.owned(other).id
    answer = bulk(house, [mine, foreign], "change", change={"city": "x"}, by=house.by(seller))
    assert outcomes(answer) == [("done", None), ("failed", "not_found")]
    assert house.stored(foreign).city is None


def test_bulk_asks_for_the_right_of_the_action(house: House) -> None:
    lead = house.lead()["id"]
    body = {"ids": [lead], "action": "delete"}
    answer = house.call("POST", "/v1/leads/bulk", body, by=house.by(Role.MARKETING))
    assert (answer.status, answer.json["details"]["action"]) == (403, "delete")
    key = house.by(kind="api_key", scopes=frozenset({"lead:bulk"}))
    body = {"ids": [lead], "action": "tag", "add_tags": ["x"]}
    assert house.call("POST", "/v1/leads/bulk", body, by=key).status == 403


def test_a_rehearsed_bulk_tells_the_results_and_stores_nothing(house: House) -> None:
    lead = house.lead()["id"]
    before = house.items()
    body = {"ids": [lead, MISSING], "action": "tag", "add_tags": ["x"]}
    answer = house.call("POST", "/v1/leads/bulk", body, query={"dry_run": "true"})
    assert outcomes(answer.json) == [("done", None), ("failed", "not_found")]
    assert house.items() == before


def test_a_repeated_bulk_gives_the_first_answer(house: House) -> None:
    lead = house.lead()["id"]
    body = {"ids": [lead], "action": "disqualify", "disqualification": {"reason": "spam"}}
    first, again = (
        house.call("POST", "/v1/leads/bulk", body, headers={"idempotency-key": "k"})
        for _ in range(2)
    )
    assert again.text == first.text
    assert again.headers["Idempotency-Replayed"] == "true"
    assert house.stored(lead).version == 2


@pytest.mark.parametrize(
    "body",
    [
        {"ids": [], "action": "delete"},
        {"ids": [MISSING] * 2, "action": "delete"},
        {"ids": [f"lead_{n:026}" for n in range(101)], "action": "delete"},
        {"ids": [MISSING], "action": "change"},
        {"ids": [MISSING], "action": "assign"},
        {"ids": [MISSING], "action": "disqualify"},
        {"ids": [MISSING], "action": "convert"},
        {"ids": [MISSING], "action": "tag", "add_tags": [""]},
    ],
)
def test_an_incomplete_order_is_422(house: House, body: dict[str, Any]) -> None:
    assert house.call("POST", "/v1/leads/bulk", body).status == 422
