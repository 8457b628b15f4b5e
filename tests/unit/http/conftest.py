"""A gateway in front of the cards, over a table in memory: no AWS anywhere."""

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.domain.access import Role
from shared.domain.ids import make_id
from shared.runtime import runtime as runtime_module
from shared.runtime.runtime import Runtime
from shared.runtime.settings import Settings
from tests.unit.http.cards import app
from tests.unit.http.memory import MemoryTable

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SETTINGS = {
    "STACK_NAME": "test",
    "AWS_REGION": "eu-central-1",
    "TABLE_NAME": "test",
    "BUS_NAME": "test",
    "FILES_BUCKET": "test",
}
CALLER = make_id("usr", NOW, bytes(10))


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class Gateway:
    """Sends requests as API Gateway hands them over."""

    table: MemoryTable = field(default_factory=MemoryTable)

    def call(
        self,
        method: str,
        resource: str,
        body: Any = None,
        *,
        raw: str | None = None,
        card: str | None = None,
        role: Role | None = Role.ADMIN,
        actor: str = CALLER,
        query: Mapping[str, list[str]] | None = None,
        **headers: str,
    ) -> Answer:
        """Headers are keyword arguments: `if_match='"1"'`."""
        text = raw if raw is not None else None if body is None else json.dumps(body)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        who = {"tenant": "ten_A", "actor": actor, "role": role.value} if role else None
        event = {
            "resource": resource,
            "path": resource.replace("{card_id}", card or ""),
            "httpMethod": method,
            "headers": {"content-type": "application/json", **names},
            "multiValueQueryStringParameters": query,
            "pathParameters": {"card_id": card} if card else None,
            "stageVariables": None,
            "body": text,
            "isBase64Encoded": False,
            "requestContext": {
                "resourcePath": resource,
                "httpMethod": method,
                "requestId": "req-1",
                "identity": {"sourceIp": "198.51.100.7"},
                "authorizer": who,
            },
        }
        answer = app(event, None)
        return Answer(answer["statusCode"], answer["headers"], answer["body"])

    def create(self, **fields: Any) -> dict[str, Any]:
        """A stored card."""
        answer = self.call("POST", "/cards", {"name": "王伟", **fields})
        assert answer.status == 201, answer.text
        return answer.json


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """An empty installation."""
    made = Gateway()
    counter = itertools.count(1)
    runtime = Runtime(
        Settings.model_validate(SETTINGS),
        clock=lambda: NOW,
        entropy=lambda: next(counter).to_bytes(10, "big"),
    )
    runtime.table = made.table
    runtime_module.use(runtime)
    yield made
    runtime_module.use(None)
