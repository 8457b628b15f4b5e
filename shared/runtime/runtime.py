"""The process's collaborators: table, clock, id source and AWS clients, each made when first used.

Handlers ask `runtime()`; tests and the laptop replace it with `use`. It is the only reader of the
environment.
"""

import json
import os
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import cached_property
from threading import Lock
from typing import Any, cast

from shared.domain.access import Principal, Role
from shared.domain.context import Context
from shared.domain.entity import Value
from shared.runtime.settings import Settings, read_settings
from shared.storage.cursors import Cursors
from shared.storage.driver import Table
from shared.storage.store import Store

SQS_BATCH = 10
MAX_DELAY_SECONDS = 900


def utc_now() -> datetime:
    """The wall clock to the millisecond, as the table keeps time."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def system_entropy() -> bytes:
    """Ten random bytes, the random part of an id."""
    return os.urandom(10)


class Runtime:
    """Everything a handler may need from outside. Thread-safe after first use of each part."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], datetime] = utc_now,
        entropy: Callable[[], bytes] = system_entropy,
        client_factory: Callable[[str], Any] | None = None,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.entropy = entropy
        self._factory = client_factory or _boto_client
        self._clients: dict[str, Any] = {}
        self._making = Lock()
        self._queue_urls: dict[str, str] = {}

    @cached_property
    def table(self) -> Table:
        """The one table."""
        return Table(self.settings.table_name, self.settings.region)

    @cached_property
    def cursors(self) -> Cursors:
        """Signs list cursors."""
        return Cursors(lambda: self.signing_secret)

    @cached_property
    def signing_secret(self) -> bytes:
        """The installation's secret for cursors and signed links, from Secrets Manager."""
        secrets = self.client("secretsmanager")
        answer = secrets.get_secret_value(SecretId=self.settings.signing_secret_arn)
        return str(answer["SecretString"]).encode()

    def client(self, service: str) -> Any:
        """The boto3 client of a service, one per process."""
        with self._making:  # boto3's session is not made for many threads
            if service not in self._clients:
                self._clients[service] = self._factory(service)
            return self._clients[service]

    def store(self, tenant: str) -> Store:
        """The table as this tenant sees it."""
        return Store(self.table, self.cursors, tenant)

    def context(
        self, principal: Principal, *, correlation_id: str = "", dry_run: bool = False
    ) -> Context:
        """A command's context, at the present time."""
        return Context(principal, self.clock(), self.entropy, correlation_id, dry_run)

    def system_context(self, tenant: str, part: str, correlation_id: str = "") -> Context:
        """The context of background work; `part` names the use case (`system:leads`)."""
        principal = Principal(tenant, f"system:{part}", Role.SYSTEM, kind="system")
        return self.context(principal, correlation_id=correlation_id)

    def send(self, queue: str, messages: Iterable[Value], *, delay_seconds: int = 0) -> None:
        """Put messages on one of the stack's queues, ten a request. Raises if any is refused."""
        bodies = [message.model_dump_json() for message in messages]
        self.send_bodies(queue, [(body, delay_seconds) for body in bodies])

    def send_bodies(self, queue: str, bodies: Sequence[tuple[str, int]]) -> None:
        """The same for ready bodies, each with its own delay in seconds (0 to 900)."""
        sqs = self.client("sqs")
        for start in range(0, len(bodies), SQS_BATCH):
            entries = [
                {"Id": str(n), "MessageBody": body, "DelaySeconds": delay}
                for n, (body, delay) in enumerate(bodies[start : start + SQS_BATCH])
            ]
            answer = sqs.send_message_batch(QueueUrl=self.queue_url(queue), Entries=entries)
            if refused := answer.get("Failed"):
                raise QueueRefused(json.dumps([entry["Code"] for entry in refused]))

    def queue_url(self, queue: str) -> str:
        """The address of `<stack>-<queue>`."""
        if queue not in self._queue_urls:
            name = f"{self.settings.stack_name}-{queue}"
            answer = self.client("sqs").get_queue_url(QueueName=name)
            self._queue_urls[queue] = str(answer["QueueUrl"])
        return self._queue_urls[queue]


class QueueRefused(Exception):
    """SQS did not take some of the messages; the invocation fails and is repeated."""


def _boto_client(service: str) -> Any:
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=3,
        read_timeout=15,
        retries={"mode": "standard", "total_max_attempts": 4},
        max_pool_connections=50,
        signature_version="s3v4" if service == "s3" else None,
    )
    return cast(Any, boto3).client(service, config=config)


_current: list[Runtime] = []


def runtime() -> Runtime:
    """The process's runtime, made from the environment at first use."""
    if not _current:
        _current.append(Runtime(read_settings()))
    return _current[0]


def use(replacement: Runtime | None) -> None:
    """Replace the process's runtime (tests, the laptop); None lets the next use make a new one."""
    _current[:] = [] if replacement is None else [replacement]
