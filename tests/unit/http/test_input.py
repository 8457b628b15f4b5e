"""What a request must look like, and what a bad one is told."""

import pytest

from shared.domain.access import Role
from tests.unit.http.cards import LIMIT
from tests.unit.http.conftest import Gateway

PROBLEM = "application/problem+json"


def test_a_body_that_is_not_json_is_400(gateway: Gateway) -> None:
    answer = gateway.call("POST", "/cards", raw='{"name": ')
    assert (answer.status, answer.json["code"]) == (400, "malformed_json")
    assert answer.headers["Content-Type"] == PROBLEM


def test_every_bad_field_is_named_at_once(gateway: Gateway) -> None:
    answer = gateway.call("POST", "/cards", {"colour": "红", "score": "many"})
    found = {error["path"]: error["code"] for error in answer.json["errors"]}
    assert answer.status == 422
    assert found == {"colour": "unknown_field", "name": "required", "score": "int_type"}
    assert "红" not in answer.text
    assert gateway.table.writes == 0


@pytest.mark.parametrize("score", ["7", 7.5, True, None])
def test_a_body_s_types_are_taken_strictly(gateway: Gateway, score: object) -> None:
    answer = gateway.call("POST", "/cards", {"name": "a", "score": score})
    assert [error["path"] for error in answer.json["errors"]] == ["score"]


def test_a_body_above_the_limit_is_413(gateway: Gateway) -> None:
    answer = gateway.call("POST", "/cards", {"name": "x" * LIMIT})
    assert (answer.status, answer.json["code"]) == (413, "payload_too_large")
    assert answer.json["details"] == {"limit": LIMIT}


def test_the_limit_counts_bytes_not_characters(gateway: Gateway) -> None:
    text = '{"name": "' + "王" * (LIMIT // 2) + '"}'
    assert gateway.call("POST", "/cards", raw=text).status == 413


def test_another_content_type_is_415(gateway: Gateway) -> None:
    answer = gateway.call("POST", "/cards", {"name": "a"}, content_type="text/plain")
    assert (answer.status, answer.json["code"]) == (415, "unsupported_media_type")


def test_a_content_type_may_carry_a_charset(gateway: Gateway) -> None:
    media = "application/json; charset=utf-8"
    assert gateway.call("POST", "/cards", {"name": "a"}, content_type=media).status == 201


def test_a_request_without_body_needs_no_content_type(gateway: Gateway) -> None:
    card = gateway.create()
    answer = gateway.call("GET", "/cards/{card_id}", card=card["id"], content_type="text/plain")
    assert answer.status == 200


def test_unknown_parameters_are_refused(gateway: Gateway) -> None:
    answer = gateway.call("GET", "/cards", query={"colour": ["red"], "limit": ["0"]})
    found = {error["path"]: error["code"] for error in answer.json["errors"]}
    assert answer.status == 422
    assert found == {"query.colour": "unknown_field", "query.limit": "greater_than_equal"}


def test_repeated_parameters_become_a_list(gateway: Gateway) -> None:
    answer = gateway.call("GET", "/cards", query={"tags": ["vip", "展会"]})
    assert answer.json["cursor"] == "vip,展会"


def test_without_identity_it_is_401(gateway: Gateway) -> None:
    answer = gateway.call("GET", "/cards", role=None)
    assert (answer.status, answer.json["code"]) == (401, "unauthenticated")


def test_without_the_right_it_is_403(gateway: Gateway) -> None:
    answer = gateway.call("POST", "/cards", {"name": "a"}, role=Role.READ_ONLY)
    assert (answer.status, answer.json["code"]) == (403, "forbidden")


def test_what_does_not_exist_is_404(gateway: Gateway) -> None:
    answer = gateway.call("GET", "/cards/{card_id}", card="lead_01ARZ3NDEKTSV4RRFFQ69G5FAV")
    assert (answer.status, answer.json["code"]) == (404, "not_found")


@pytest.mark.parametrize("card", ["x", "lead_01", "lead_01ARZ3NDEKTSV4RRFFQ69G5FAV%23x", "%00"])
def test_a_malformed_id_is_404_and_reads_nothing(gateway: Gateway, card: str) -> None:
    assert gateway.call("GET", "/cards/{card_id}", card=card).status == 404


def test_path_parameters_are_decoded(gateway: Gateway) -> None:
    card = gateway.create()
    encoded = str(card["id"]).replace("_", "%5F")
    assert gateway.call("GET", "/cards/{card_id}", card=encoded).status == 200


@pytest.mark.parametrize("etag", ["3", '"x"', '"1", "2"', ""])
def test_a_malformed_if_match_is_422(gateway: Gateway, etag: str) -> None:
    card = gateway.create()
    change = {"name": "b"}
    answer = gateway.call("PATCH", "/cards/{card_id}", change, card=card["id"], if_match=etag)
    assert answer.status == 422
    assert [error["path"] for error in answer.json["errors"]] == ["header.If-Match"]


@pytest.mark.parametrize("key", ["", "two words", "钥匙", "k" * 256])
def test_a_malformed_idempotency_key_is_422(gateway: Gateway, key: str) -> None:
    answer = gateway.call("POST", "/cards", {"name": "a"}, idempotency_key=key)
    assert answer.status == 422
    assert [error["path"] for error in answer.json["errors"]] == ["header.Idempotency-Key"]


def test_dry_run_is_true_or_false(gateway: Gateway) -> None:
    answer = gateway.call("POST", "/cards", {"name": "a"}, query={"dry_run": ["maybe"]})
    assert answer.status == 422
    assert [error["path"] for error in answer.json["errors"]] == ["query.dry_run"]


def test_a_route_that_acts_outside_refuses_a_dry_run(gateway: Gateway) -> None:
    query = {"dry_run": ["true"]}
    answer = gateway.call("POST", "/cards/{card_id}/mail", card="a", query=query)
    assert [error["code"] for error in answer.json["errors"]] == ["not_rehearsable"]


def test_a_read_knows_no_dry_run(gateway: Gateway) -> None:
    assert gateway.call("GET", "/cards", query={"dry_run": ["true"]}).status == 422
