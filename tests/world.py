"""A small world for tests: the real handlers over moto's table, with the bus and queues in hand.

`call` sends a request the way the gateway would; `settle` moves what the writes caused (stream,
bus, queues) until nothing is left, so tests see the same flow as production, at their own pace.
"""

import importlib
import itertools
import json
import os
import pkgutil
import re
import threading
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import boto3

import functions
from infra.local.template import load
from shared.domain.access import Principal, Role
from shared.domain.events.base import Envelope
from shared.domain.ids import make_id
from shared.events.catalogue import event_in
from shared.runtime import runtime as runtime_module
from shared.runtime.runtime import Runtime
from shared.runtime.settings import Settings
from shared.storage.driver import Table

ROOT = Path(__file__).parent.parent
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SETTINGS = {
    "STACK_NAME": "rapport-test",
    "AWS_REGION": "eu-central-1",
    "TABLE_NAME": "rapport-test-table",
    "BUS_NAME": "rapport-test-bus",
    "FILES_BUCKET": "rapport-test-files",
    "SIGNING_SECRET_ARN": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:test",
    "MAIL_FROM": "crm@example.com",
    "PUBLIC_URL": "https://crm.example.com",
}


@dataclass
class Answer:
    """What the gateway would send back."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def code(self) -> str:
        """The stable code of a problem."""
        return str(self.json["code"])


class FakeSecrets:
    def get_secret_value(self, *, SecretId: str) -> dict[str, str]:
        return {"SecretString": f"secret of {SecretId}"}


@dataclass
class FakeBus:
    """EventBridge: keeps what was put; `refuse_next` entries are refused."""

    entries: list[dict[str, Any]] = field(default_factory=list)
    refuse_next: int = 0

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:
        outcome: list[dict[str, str]] = []
        for entry in Entries:
            if self.refuse_next:
                self.refuse_next -= 1
                outcome.append({"ErrorCode": "InternalFailure"})
            else:
                self.entries.append(entry)
                outcome.append({"EventId": "e"})
        return {"Entries": outcome}


@dataclass
class FakeQueues:
    """SQS: messages by queue name, with their delays."""

    waiting: dict[str, deque[tuple[str, int]]] = field(default_factory=dict)

    def get_queue_url(self, *, QueueName: str) -> dict[str, str]:
        return {"QueueUrl": f"https://sqs.test/{QueueName}"}

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> Any:
        assert len(Entries) <= 10
        queue = QueueUrl.rsplit("/", 1)[1].removeprefix(SETTINGS["STACK_NAME"] + "-")
        for entry in Entries:
            assert 0 <= entry["DelaySeconds"] <= 900
            message = (entry["MessageBody"], entry["DelaySeconds"])
            self.waiting.setdefault(queue, deque()).append(message)
        return {"Successful": Entries}


@dataclass
class FakeMail:
    """SES: keeps what was sent."""

    sent: list[dict[str, Any]] = field(default_factory=list)

    def send_email(self, **message: Any) -> dict[str, str]:
        self.sent.append(message)
        return {"MessageId": str(len(self.sent))}


def _place() -> tuple[str, str]:
    """Which cloud the environment points at, and as whom."""
    return os.environ.get("AWS_ENDPOINT_URL", "moto"), os.environ["AWS_ACCESS_KEY_ID"]


def _aws(service: str) -> Any:
    return _client_of(service, *_place())


@cache
def _client_of(service: str, endpoint: str, caller: str) -> Any:
    """Clients are dear to make, and the same for all worlds of one place."""
    session: Any = boto3.session.Session()
    return session.client(service)


@cache
def _connection(endpoint: str, caller: str) -> Any:
    connection = Table(SETTINGS["TABLE_NAME"], SETTINGS["AWS_REGION"]).connection
    return _OneAtATime(connection) if endpoint == "moto" else connection


class _OneAtATime:
    """Moto checks conditions and writes without a lock; DynamoDB's requests are atomic."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def dispatch(self, operation: str, request: dict[str, Any]) -> Any:
        with self._lock:
            return self._connection.dispatch(operation, request)

    def query(self, *place: Any, **request: Any) -> Any:
        with self._lock:
            return self._connection.query(*place, **request)


@cache
def apps() -> dict[str, Any]:
    """Use case -> its app module."""
    found: dict[str, Any] = {}
    for package in pkgutil.iter_modules(functions.__path__):
        if (ROOT / "functions" / package.name / "app.py").exists():
            found[package.name] = importlib.import_module(f"functions.{package.name}.app")
    return found


@cache
def _routes() -> list[tuple[re.Pattern[str], str, Any]]:
    routes: list[tuple[re.Pattern[str], str, Any]] = []
    for module in apps().values():
        for path in module.app.routes:
            pattern = re.compile("^" + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path) + "$")
            routes.append((pattern, path, module.app))
    return sorted(routes, key=lambda r: r[1].count("{"))


class World:
    """One installation. Use as a context manager inside `mock_aws`."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now
        self.requests: Counter[str] = Counter()
        self.bus, self.queues, self.mail = FakeBus(), FakeQueues(), FakeMail()
        self.dead: list[tuple[str, str]] = []
        self._entropy = itertools.count(1)
        self.fakes: dict[str, Any] = {
            "events": self.bus,
            "sqs": self.queues,
            "secretsmanager": FakeSecrets(),
            "ses": self.mail,
            "sesv2": self.mail,
        }
        self.runtime = Runtime(
            Settings.model_validate(SETTINGS),
            clock=lambda: self.now,
            entropy=lambda: next(self._entropy).to_bytes(10, "big"),
            client_factory=self._client,
        )
        self.runtime.table = Table(
            SETTINGS["TABLE_NAME"],
            SETTINGS["AWS_REGION"],
            on_request=lambda name: self.requests.update([name]),
        )
        self.runtime.table.connection = _connection(*_place())
        create_table()
        _aws("s3").create_bucket(
            Bucket=SETTINGS["FILES_BUCKET"],
            CreateBucketConfiguration={"LocationConstraint": "eu-central-1"},
        )
        self._stream = _Stream()

    def __enter__(self) -> "World":
        runtime_module.use(self.runtime)
        return self

    def __exit__(self, *_: object) -> None:
        runtime_module.use(None)

    def _client(self, service: str) -> Any:
        return self.fakes.get(service) or _aws(service)

    def pass_time(self, duration: timedelta) -> None:
        """Let the injected clock run."""
        self.now += duration

    def principal(
        self, role: Role | str = Role.ADMIN, *, tenant: str = "ten_A", **more: Any
    ) -> Principal:
        """A caller; by default the admin of tenant A."""
        actor = more.pop("actor", None) or make_id("usr", self.now, f"{role:0<10}"[:10].encode())
        return Principal(tenant=tenant, actor=actor, role=Role(role), region="CN", **more)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        by: Principal | None = None,
        query: Mapping[str, str | list[str]] | None = None,
        headers: Mapping[str, str] | None = None,
        raw: bytes | None = None,
        anonymous: bool = False,
        source_ip: str = "198.51.100.7",
    ) -> Answer:
        """One request, as the gateway would hand it to the function."""
        for pattern, resource, app in _routes():
            if (found := pattern.match(path)) and method in app.routes[resource]:
                break
        else:
            raise LookupError(f"no route for {method} {path}")
        text = raw.decode() if raw is not None else None if body is None else json.dumps(body)
        context = None if anonymous else _authorizer_context(by or self.principal())
        event = {
            "resource": resource,
            "path": path,
            "httpMethod": method,
            "headers": {"content-type": "application/json", **(headers or {})},
            "multiValueQueryStringParameters": {
                name: value if isinstance(value, list) else [value]
                for name, value in (query or {}).items()
            }
            or None,
            "pathParameters": found.groupdict() or None,
            "stageVariables": None,
            "body": text,
            "isBase64Encoded": False,
            "requestContext": {
                "resourcePath": resource,
                "httpMethod": method,
                "requestId": f"req-{next(self._entropy)}",
                "identity": {"sourceIp": source_ip, "userAgent": "test"},
                "authorizer": context,
            },
        }
        answer = app(event, None)
        headers_out = {name: str(value) for name, value in answer["headers"].items()}
        return Answer(answer["statusCode"], headers_out, answer["body"])

    def settle(self, *, rounds: int = 50, hold: str | None = None) -> None:
        """Publish, deliver and work until nothing moves. Failed messages end in `dead`.

        Messages of the queue `hold` stay there, for the test to deliver as it likes.
        """
        for _ in range(rounds):
            moved = self._changes() + self._deliver_bus() + self._work(hold)
            if not moved:
                return
        raise AssertionError("the world does not settle")

    def events(self, name: str | None = None) -> list[Envelope]:
        """What was put on the bus, validated against the catalogue."""
        envelopes = [Envelope.model_validate_json(e["Detail"]) for e in self.bus.entries]
        for envelope in envelopes:
            event_in(envelope)
        return [e for e in envelopes if name in (None, e.name)]

    def stream_records(self) -> list[dict[str, Any]]:
        """New stream records, in the shape Lambda gets them."""
        return self._stream.read()

    def _changes(self) -> int:
        records = self.stream_records()
        changes = apps().get("changes")
        if records and changes:
            for handler in (changes.publish_events, changes.keep_history):
                outcome = handler({"Records": records}, None)
                assert outcome == {"batchItemFailures": []}, outcome
        return len(records)

    def _deliver_bus(self) -> int:
        new = self.bus.entries[getattr(self, "_delivered", 0) :]
        self._delivered = len(self.bus.entries)
        for entry in new:
            body = json.dumps(
                {"detail-type": entry["DetailType"], "detail": json.loads(entry["Detail"])}
            )
            for queue, handler in _queue_handlers():
                if _is_for(handler.func, entry["DetailType"], json.loads(entry["Detail"])):
                    self.queues.waiting.setdefault(queue, deque()).append((body, 0))
        return len(new)

    def _work(self, hold: str | None) -> int:
        done = 0
        for queue, _ in _queue_handlers():
            if queue == hold:
                continue
            waiting = self.queues.waiting.get(queue, deque())
            ready = [m for m in waiting if m[1] == 0]
            self.queues.waiting[queue] = deque(m for m in waiting if m[1] != 0)
            for start in range(0, len(ready), 10):
                self.deliver(queue, [body for body, _ in ready[start : start + 10]])
            done += len(ready)
        return done

    def take(self, queue: str) -> list[str]:
        """The messages of a queue that was held, taken from it."""
        return [body for body, _ in self.queues.waiting.pop(queue, ())]

    def deliver(self, queue: str, bodies: Iterable[str]) -> None:
        """Hand messages to the queue's handler; what fails goes to `dead`."""
        handler = dict(_queue_handlers())[queue]
        records = [
            {"messageId": str(n), "body": body, "attributes": {"ApproximateReceiveCount": "1"}}
            for n, body in enumerate(bodies)
        ]
        outcome = handler({"Records": records}, None)
        failed = {entry["itemIdentifier"] for entry in outcome["batchItemFailures"]}
        self.dead += [(queue, r["body"]) for r in records if r["messageId"] in failed]

    def release_delayed(self, queue: str) -> None:
        """Let the delayed messages of a queue become visible now."""
        waiting = self.queues.waiting.get(queue, deque())
        self.queues.waiting[queue] = deque(replace_delay(m) for m in waiting)


def _is_for(handler: Any, detail_type: str, detail: dict[str, Any]) -> bool:
    """Whether the rule that synth makes for this handler lets the event through."""
    types = {event.detail_type() for event in handler.subscription}
    concerned = [c for c in detail["concerns"] if c.startswith(handler.follows or "\0")]
    return detail_type in types or bool(concerned)


def replace_delay(message: tuple[str, int]) -> tuple[str, int]:
    return message[0], 0


@cache
def _queue_handlers() -> list[tuple[str, Any]]:
    handlers: list[tuple[str, Any]] = []
    for module in apps().values():
        for source in module.app.event_sources:
            if type(source).__name__ == "SQSEventConfig":
                handlers.append((source.queue, getattr(module, source.name)))
    return handlers


def _authorizer_context(principal: Principal) -> dict[str, str]:
    scopes = None if principal.scopes is None else json.dumps(sorted(principal.scopes))
    context = {
        "tenant": principal.tenant,
        "actor": principal.actor,
        "role": principal.role.value,
        "teams": json.dumps(principal.teams),
        "tree": json.dumps(principal.tree),
        "kind": principal.kind,
        "region": principal.region or "",
    }
    return context if scopes is None else {**context, "scopes": scopes}


def create_table(client: Any = None, name: str = SETTINGS["TABLE_NAME"]) -> None:
    """The table as infra/base.yaml says it."""
    properties = load(ROOT / "infra" / "base.yaml").resources["Table"]["Properties"]
    wanted = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    (client or _aws("dynamodb")).create_table(
        TableName=name,
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        **{key: properties[key] for key in wanted},
    )


class _Stream:
    """The table's change stream, read forward."""

    def __init__(self) -> None:
        self._client = _aws("dynamodbstreams")
        stream = self._client.list_streams(TableName=SETTINGS["TABLE_NAME"])["Streams"][0]
        self._arn = stream["StreamArn"]
        shards = self._client.describe_stream(StreamArn=self._arn)["StreamDescription"]["Shards"]
        self._shard = shards[0]["ShardId"]
        self._last: str | None = None

    def read(self) -> list[dict[str, Any]]:
        # A new iterator each time: moto replaces the shard whenever a transaction is refused.
        start: dict[str, Any] = {"ShardIteratorType": "TRIM_HORIZON"}
        if self._last is not None:
            start = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": self._last}
        iterator = self._client.get_shard_iterator(
            StreamArn=self._arn, ShardId=self._shard, **start
        )["ShardIterator"]
        answer = self._client.get_records(ShardIterator=iterator, Limit=1000)
        if answer["Records"]:
            self._last = answer["Records"][-1]["dynamodb"]["SequenceNumber"]
        return [
            {"eventID": r["eventID"], "eventName": r["eventName"], "dynamodb": r["dynamodb"]}
            for r in answer["Records"]
        ]
