"""Writes: rehearsed, repeated, raced."""

from typing import Any

from shared.domain.access import Role
from shared.storage.keys import entity
from tests.unit.http.conftest import Answer, Gateway

NEW = {"name": "李娜"}


def change(gateway: Gateway, card: dict[str, Any], name: str, if_match: str = "*") -> Any:
    body = {"name": name}
    return gateway.call("PATCH", "/cards/{card_id}", body, card=card["id"], if_match=if_match)


def stored(gateway: Gateway, card: dict[str, Any]) -> Any:
    return gateway.call("GET", "/cards/{card_id}", card=card["id"]).json


def test_a_dry_run_answers_alike_and_stores_nothing(gateway: Gateway) -> None:
    answer = gateway.call("POST", "/cards", NEW, query={"dry_run": ["true"]})
    assert (answer.status, answer.json["name"]) == (201, "李娜")
    assert gateway.table.items == {}


def test_a_dry_run_meets_the_same_refusals(gateway: Gateway) -> None:
    card = gateway.create()
    query = {"dry_run": ["true"]}
    path, body = "/cards/{card_id}", {"name": "b"}
    answer = gateway.call("PATCH", path, body, card=card["id"], query=query, if_match='"9"')
    assert answer.status == 412
    assert stored(gateway, card) == card


def test_the_same_key_and_body_give_the_first_answer_again(gateway: Gateway) -> None:
    first = gateway.call("POST", "/cards", NEW, idempotency_key="k1")
    again = gateway.call("POST", "/cards", NEW, idempotency_key="k1")
    assert again.text == first.text
    assert again.status == first.status
    assert again.headers["ETag"] == first.headers["ETag"]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(gateway.call("GET", "/cards").json["items"]) == 1


def test_the_same_key_with_another_body_is_409(gateway: Gateway) -> None:
    gateway.call("POST", "/cards", NEW, idempotency_key="k1")
    answer = gateway.call("POST", "/cards", {"name": "other"}, idempotency_key="k1")
    assert (answer.status, answer.json["code"]) == (409, "idempotency_key_reused")
    assert gateway.table.writes == 1


def test_a_repetition_is_answered_even_if_the_first_request_made_it_stale(
    gateway: Gateway,
) -> None:
    card = gateway.create()
    path, body = "/cards/{card_id}", {"name": "b"}

    def send() -> Answer:
        return gateway.call(
            "PATCH", path, body, card=card["id"], if_match='"1"', idempotency_key="k1"
        )

    first, again = send(), send()
    assert (again.status, again.text) == (200, first.text)
    assert stored(gateway, card)["version"] == 2


def test_another_caller_s_key_is_another_key(gateway: Gateway) -> None:
    gateway.call("POST", "/cards", NEW, idempotency_key="k1")
    answer = gateway.call("POST", "/cards", NEW, idempotency_key="k1", role=Role.SALES, actor="b")
    assert "Idempotency-Replayed" not in answer.headers
    assert gateway.table.writes == 2


def test_nothing_of_a_secret_answer_is_kept(gateway: Gateway) -> None:
    body = {"name": "top-secret"}
    first = gateway.call("POST", "/keys", body, idempotency_key="k1")
    again = gateway.call("POST", "/keys", body, idempotency_key="k1")
    assert (first.status, first.text) == (200, "secret of top-secret")
    assert (again.status, again.json["code"]) == (409, "answered_before")
    assert gateway.table.writes == 1
    assert "top-secret" not in str(gateway.table.items)


def test_work_done_piece_by_piece_is_not_done_again(gateway: Gateway) -> None:
    first = gateway.call("POST", "/piles", idempotency_key="k1")
    again = gateway.call("POST", "/piles", idempotency_key="k1")
    assert (first.status, again.status) == (204, 204)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(gateway.call("GET", "/cards").json["items"]) == 2


def test_a_refused_request_leaves_its_key_free(gateway: Gateway) -> None:
    assert gateway.call("POST", "/cards", {}, idempotency_key="k1").status == 422
    assert gateway.call("POST", "/cards", NEW, idempotency_key="k1").status == 201


def test_a_dry_run_leaves_its_key_free(gateway: Gateway) -> None:
    query = {"dry_run": ["true"]}
    gateway.call("POST", "/cards", NEW, idempotency_key="k1", query=query)
    answer = gateway.call("POST", "/cards", NEW, idempotency_key="k1")
    assert "Idempotency-Replayed" not in answer.headers


def test_the_etag_last_seen_lets_a_write_through(gateway: Gateway) -> None:
    card = gateway.create()
    answer = change(gateway, card, "b", if_match='"1"')
    assert (answer.status, answer.headers["ETag"]) == (200, '"2"')


def test_a_weak_etag_and_none_at_all_are_understood(gateway: Gateway) -> None:
    card = gateway.create()
    assert change(gateway, card, "b", if_match='W/"1"').status == 200
    path, body = "/cards/{card_id}", {"name": "c"}
    assert gateway.call("PATCH", path, body, card=card["id"]).status == 200


def test_a_stale_etag_is_412_and_tells_the_version(gateway: Gateway) -> None:
    card = gateway.create()
    change(gateway, card, "b")
    answer = change(gateway, card, "c", if_match='"1"')
    assert (answer.status, answer.json["code"]) == (412, "stale_version")
    assert answer.json["details"] == {"your_version": 1, "current_version": 2}


def test_a_write_that_lost_a_race_is_decided_anew(gateway: Gateway) -> None:
    card = gateway.create(name="a")
    gateway.table.interfere = lambda: change(gateway, card, "rival")
    answer = change(gateway, card, "mine")
    assert answer.status == 200
    assert stored(gateway, card)["name"] == "a+rival+mine"
    assert stored(gateway, card)["version"] == 3


def test_a_write_with_if_match_that_lost_a_race_is_412(gateway: Gateway) -> None:
    card = gateway.create(name="a")
    gateway.table.interfere = lambda: change(gateway, card, "rival")
    assert change(gateway, card, "mine", if_match='"1"').status == 412
    assert stored(gateway, card)["name"] == "a+rival"


def test_a_write_that_always_loses_gives_up(gateway: Gateway) -> None:
    card = gateway.create(name="a")
    item = gateway.table.items[entity("ten_A", card["id"])]
    races = 0

    def outrun() -> None:
        nonlocal races
        races += 1
        item["version"] = {"N": str(100 + races)}
        gateway.table.interfere = outrun

    gateway.table.interfere = outrun
    answer = change(gateway, card, "mine")
    assert (answer.status, answer.json["code"]) == (412, "stale_version")
    assert races == 5
