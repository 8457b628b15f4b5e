"""Puts envelopes on the bus, at most ten a request, and tells which ones it would not take."""

from collections.abc import Sequence
from itertools import islice
from typing import Any, Protocol

from shared.domain.events.base import Envelope
from shared.events.envelope import to_entry

PUT_EVENTS_LIMIT = 10


class EventsClient(Protocol):
    """The one call needed of the EventBridge client."""

    def put_events(self, *, Entries: Sequence[Any]) -> Any: ...


def publish(client: EventsClient, bus: str, envelopes: Sequence[Envelope]) -> list[str]:
    """Publish in order; gives the ids of envelopes that were not accepted and must be repeated."""
    refused: list[str] = []
    queue = iter(envelopes)
    while part := list(islice(queue, PUT_EVENTS_LIMIT)):
        answer = client.put_events(Entries=[to_entry(e, bus) for e in part])
        refused += [
            envelope.id
            for envelope, outcome in zip(part, answer["Entries"], strict=True)
            if "ErrorCode" in outcome
        ]
    return refused
