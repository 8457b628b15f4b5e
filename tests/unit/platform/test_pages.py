"""What the product says about itself, to anybody and to those signed in."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.platform.app import app
from infra.contracts.outputs import ROOT
from shared.events.catalogue import all_events
from shared.runtime import runtime as runtime_module
from shared.runtime.runtime import Runtime
from shared.runtime.settings import Settings

NAMES = ("STACK_NAME", "AWS_REGION", "TABLE_NAME", "BUS_NAME", "FILES_BUCKET")
LAMBDA_ANSWER_LIMIT = 6 * 1024 * 1024
SIGNED_IN = {"tenant": "ten_A", "actor": "usr_1", "role": "read_only"}
ASSETS = {
    "docs/start.js": "text/javascript; charset=utf-8",
    "docs/swagger-ui.css": "text/css; charset=utf-8",
    "docs/swagger-ui.js": "text/javascript; charset=utf-8",
}


@pytest.fixture(autouse=True)
def _runtime() -> Iterator[None]:
    settings = Settings.model_validate(dict.fromkeys(NAMES, "test"))
    runtime_module.use(Runtime(settings, clock=lambda: datetime(2026, 3, 2, tzinfo=UTC)))
    yield
    runtime_module.use(None)


def get(path: str, *, signed_in: bool = False, **query: str) -> dict[str, Any]:
    event = {
        "path": path,
        "httpMethod": "GET",
        "headers": {},
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()},
        "pathParameters": None,
        "stageVariables": None,
        "body": None,
        "isBase64Encoded": False,
        "requestContext": {
            "resourcePath": path,
            "httpMethod": "GET",
            "requestId": "req-1",
            "authorizer": SIGNED_IN if signed_in else None,
        },
    }
    return app(event, None)


def test_anybody_may_ask_whether_the_system_answers() -> None:
    answer = get("/healthz")
    assert (answer["statusCode"], json.loads(answer["body"])) == (200, {"status": "ok"})
    assert answer["headers"]["Cache-Control"] == "no-store"


def test_the_served_description_is_the_committed_one() -> None:
    answer = get("/openapi.json")
    assert answer["body"] == (ROOT / "docs" / "openapi.json").read_text("utf-8")
    assert answer["headers"]["Content-Type"] == "application/json"


def test_the_page_may_load_nothing_from_elsewhere() -> None:
    answer = get("/docs")
    policy = answer["headers"]["Content-Security-Policy"]
    assert answer["headers"]["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert re.findall(r"(?:src|href)=\"(?:https?:)?//", answer["body"]) == []
    assert re.findall(r"<script>|<style|\son\w+=|style=", answer["body"]) == []


def test_the_page_links_its_assets_by_release() -> None:
    linked = re.findall(r'(?:src|href)="([^"?]+)\?release=([0-9a-f]{12})"', get("/docs")["body"])
    assert {path for path, _ in linked} == ASSETS.keys()
    assert len({release for _, release in linked}) == 1


@pytest.mark.parametrize("path", ASSETS)
def test_an_asset_is_text_of_its_type_to_be_kept_for_long(path: str) -> None:
    answer = get(f"/{path}", release="0123456789ab")
    assert answer["statusCode"] == 200
    assert answer["headers"]["Content-Type"] == ASSETS[path]
    assert answer["headers"]["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in answer["headers"]["Cache-Control"]
    assert 0 < len(json.dumps(answer).encode()) < LAMBDA_ANSWER_LIMIT


def test_the_event_catalogue_is_for_those_signed_in() -> None:
    assert get("/v1/events")["statusCode"] == 401
    answer = get("/v1/events", signed_in=True)
    items = json.loads(answer["body"])["items"]
    assert [item["detail_type"] for item in items] == list(all_events())
    assert all(item["description"] for item in items)


def test_the_catalogue_s_schemas_are_the_committed_ones() -> None:
    for item in json.loads(get("/v1/events", signed_in=True)["body"])["items"]:
        path = ROOT / "events" / "schemas" / f"{item['detail_type']}.json"
        assert item["json_schema"] == json.loads(path.read_text("utf-8"))
