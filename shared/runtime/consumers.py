"""Under `@app.on_sqs_message`: turns a batch into typed calls and reports partial failures.

A message that fails goes back to its queue alone and ends in the dead-letter queue; one that was
handled before counts as done. Unknown events fail, so they are seen instead of skipped.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from typing import Any, Generic, TypeVar

from pydantic import Field

from shared.domain.context import Context
from shared.domain.entity import Entity, Value
from shared.domain.errors import AlreadyHandled
from shared.domain.events.base import Envelope, Event
from shared.events.catalogue import UnknownEvent, event_in
from shared.events.envelope import from_message
from shared.events.inbox import mark_handled
from shared.runtime.observability import logger, traced
from shared.runtime.runtime import runtime
from shared.storage.store import Store
from shared.storage.unit_of_work import UnitOfWork

E = TypeVar("E", bound=Entity)
M = TypeVar("M", bound="Message")
Failures = dict[str, list[dict[str, str]]]
BatchHandler = Callable[[Any], Failures]
_One = Callable[[str, dict[str, Any], dict[str, str]], None]


class Message(Value):
    """A work order on a plain queue: for which tenant, and what it belongs to."""

    tenant: str = Field(min_length=1)
    correlation_id: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event as a consumer receives it, with the means to react.

    `memo` is shared by the deliveries of one batch: what is read once for all of them.
    """

    event: Event
    envelope: Envelope
    context: Context
    store: Store
    consumer: str
    memo: dict[str, Any]

    def subject(self, entity_type: type[E]) -> E | None:
        """The event's subject, None if it is gone, in the bin or in review.

        The subjects of the whole batch are loaded in one request when the first is asked for, so
        the state may be some moments old: the conditional write that follows tells.
        """
        key = f"subjects {self.store.tenant} {entity_type.kind}"
        if key not in self.memo:
            ids = _subjects(self.memo["bodies"], self.store.tenant, entity_type.kind)
            self.memo[key] = self.store.load_many(entity_type, ids)
        return self.memo[key].get(self.envelope.subject.id)

    def batch(self) -> list[tuple[Event, Envelope]]:
        """Every event of the batch, of any tenant. One that cannot be read fails on its own."""
        if "batch" not in self.memo:
            self.memo["batch"] = list(_readable(self.memo["bodies"]))
        return self.memo["batch"]

    def begin(self) -> UnitOfWork:
        """A unit of work that commits only once for this event, however often it is delivered."""
        unit = self.store.begin(self.context)
        mark_handled(unit, self.consumer, self.envelope, self.context.now)
        return unit


@dataclass(frozen=True, slots=True)
class Job(Generic[M]):
    """A work order with the means to do it."""

    message: M
    context: Context
    store: Store
    memo: dict[str, Any]


def consumes(*events: type[Event]) -> Callable[[Callable[[Delivery], None]], BatchHandler]:
    """Subscribe a handler to these events: synth makes the rule from the bus to its queue."""

    def decorate(handle: Callable[[Delivery], None]) -> BatchHandler:
        return _marked(_batch(handle, _delivering(handle)), subscription=events)

    return decorate


def follows(*kinds: type[Entity]) -> Callable[[Callable[[Delivery], None]], BatchHandler]:
    """Subscribe a handler to every event that concerns a record of these kinds, whatever it is.

    Synth makes a rule that looks at the beginnings of the ids in `concerns`, so an event that is
    new in the catalogue arrives without a change here; one that is not in it still fails.
    """

    def decorate(handle: Callable[[Delivery], None]) -> BatchHandler:
        prefixes = tuple(f"{kind.prefix}_" for kind in kinds)
        return _marked(_batch(handle, _delivering(handle)), follows=prefixes)

    return decorate


def _delivering(handle: Callable[[Delivery], None]) -> _One:
    consumer = f"{_use_case(handle)}.{handle.__name__}"

    def one(body: str, memo: dict[str, Any], about: dict[str, str]) -> None:
        envelope = from_message(body)
        about |= {"event": envelope.detail_type(), **_origin(envelope)}
        now = runtime()
        context = now.system_context(
            envelope.tenant, _use_case(handle), envelope.correlation_id or envelope.id
        )
        store = now.store(envelope.tenant)
        handle(Delivery(event_in(envelope), envelope, context, store, consumer, memo))

    return one


def works(message_type: type[M]) -> Callable[[Callable[[Job[M]], None]], BatchHandler]:
    """Take work orders of this type from a plain queue."""

    def decorate(handle: Callable[[Job[M]], None]) -> BatchHandler:
        def one(body: str, memo: dict[str, Any], about: dict[str, str]) -> None:
            message = message_type.model_validate_json(body)
            about |= _origin(message)
            now = runtime()
            context = now.system_context(message.tenant, _use_case(handle), message.correlation_id)
            handle(Job(message, context, now.store(message.tenant), memo))

        return _marked(_batch(handle, one))

    return decorate


def _batch(handle: Callable[..., None], one: _One) -> BatchHandler:
    @wraps(handle)
    def run(event: Any) -> Failures:
        failed: list[dict[str, str]] = []
        records = event.to_dict()["Records"]
        memo: dict[str, Any] = {"bodies": [record["body"] for record in records]}
        for record in records:
            about: dict[str, str] = {"handler": handle.__name__, "message_id": record["messageId"]}
            try:
                with traced(handle.__name__, message_id=record["messageId"]):
                    one(record["body"], memo, about)
            except AlreadyHandled:
                logger().debug("delivered again", extra=about)
            except Exception:
                logger().exception(
                    "message failed",
                    receive_count=record["attributes"]["ApproximateReceiveCount"],
                    extra=about,
                )
                failed.append({"itemIdentifier": record["messageId"]})
        return {"batchItemFailures": failed}

    return run


def _marked(
    handler: BatchHandler,
    subscription: tuple[type[Event], ...] = (),
    follows: tuple[str, ...] = (),
) -> BatchHandler:
    """The handler, carrying what synth makes its queue's rule of."""
    vars(handler).update(subscription=subscription, follows=follows)
    return handler


def _subjects(bodies: Iterable[str], tenant: str, kind: str) -> Iterator[str]:
    """The ids of a tenant's subjects in a batch; a message that cannot be read fails on its own."""
    for body in bodies:
        with suppress(ValueError, KeyError):
            envelope = from_message(body)
            if (envelope.tenant, envelope.subject.kind) == (tenant, kind):
                yield envelope.subject.id


def _readable(bodies: Iterable[str]) -> Iterator[tuple[Event, Envelope]]:
    for body in bodies:
        with suppress(ValueError, KeyError, UnknownEvent):
            envelope = from_message(body)
            yield event_in(envelope), envelope


def _origin(message: Envelope | Message) -> dict[str, str]:
    """What ties a failure to the request that caused it, for the log."""
    return {"tenant": message.tenant, "correlation_id": message.correlation_id}


def _use_case(handle: Callable[..., Any]) -> str:
    """`leads` for a handler in functions/leads/app.py."""
    return handle.__module__.split(".")[-2]
