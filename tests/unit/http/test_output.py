"""What an answer carries, and what it hides from whom."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from shared.domain.access import Role
from shared.runtime.observability import logger
from tests.unit.http.cards import SECRET
from tests.unit.http.conftest import Gateway


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the process logs during a test."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logger().registered_formatter)
    logging.getLogger(logger().name).addHandler(handler)
    yield stream
    logging.getLogger(logger().name).removeHandler(handler)


def test_an_entity_is_answered_with_its_etag(gateway: Gateway) -> None:
    card = gateway.create(email="w@example.com")
    answer = gateway.call("GET", "/cards/{card_id}", card=card["id"])
    assert answer.headers["ETag"] == '"1"'
    assert answer.json == card


def test_answers_name_the_request_and_are_not_cached(gateway: Gateway) -> None:
    for answer in (gateway.call("GET", "/cards"), gateway.call("GET", "/cards", role=None)):
        assert answer.headers["X-Request-Id"] == "req-1"
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_view_may_allow_caching_and_another_media_type(gateway: Gateway) -> None:
    answer = gateway.call("GET", "/page", role=None)
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert answer.headers["Content-Type"] == "text/html"
    assert answer.text == "<p>好</p>"


@pytest.mark.parametrize("single", [True, False])
def test_masked_fields_are_unreadable(gateway: Gateway, single: bool) -> None:
    card = gateway.create(email="wang@example.com")
    if single:
        shown = gateway.call("GET", "/cards/{card_id}", card=card["id"], role=Role.READ_ONLY).json
    else:
        shown = gateway.call("GET", "/cards", role=Role.READ_ONLY).json["items"][0]
    assert shown == {**card, "email": "w****@example.com"}


@pytest.mark.parametrize("single", [True, False])
def test_hidden_fields_are_absent(gateway: Gateway, single: bool) -> None:
    card = gateway.create(score=72)
    if single:
        shown = gateway.call("GET", "/cards/{card_id}", card=card["id"], role=Role.FINANCE).json
    else:
        shown = gateway.call("GET", "/cards", role=Role.FINANCE).json["items"][0]
    assert "score" not in shown
    assert shown["name"] == "王伟"


def test_a_page_passes_on_the_stored_documents(gateway: Gateway) -> None:
    cards = [gateway.create(name=name) for name in ("a", "b")]
    page = gateway.call("GET", "/cards").json
    assert page == {"items": cards, "cursor": None, "complete": True}


def test_an_unexpected_failure_shows_nothing_of_itself(gateway: Gateway, log: io.StringIO) -> None:
    answer = gateway.call("GET", "/broken", role=None)
    assert answer.status == 500
    assert answer.json == {
        "type": "about:blank",
        "title": "Internal error",
        "status": 500,
        "code": "internal_error",
        "detail": "Internal error",
        "request_id": "req-1",
    }
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    failed = next(line for line in lines if line["message"] == "request failed")
    assert "RuntimeError" in failed["exception"]
    assert "example.com" not in log.getvalue()
    assert "13800138000" not in log.getvalue()
    assert SECRET not in log.getvalue()


def test_a_method_that_a_path_does_not_know_is_405_as_problem(gateway: Gateway) -> None:
    answer = gateway.call("DELETE", "/cards")
    assert answer.status == 405
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["X-Request-Id"] == "req-1"
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "POST"}
    assert answer.json["code"] == "method_not_allowed"
