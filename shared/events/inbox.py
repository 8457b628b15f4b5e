"""The inbox: a consumer's mark that it has handled an event, written with the effect itself."""

from datetime import datetime, timedelta

from shared.domain.errors import AlreadyHandled
from shared.domain.events.base import Envelope
from shared.storage import keys
from shared.storage.unit_of_work import UnitOfWork

KEPT = timedelta(days=14)
"""Longer than any redelivery: SQS keeps messages 14 days at most."""


def mark_handled(unit: UnitOfWork, consumer: str, envelope: Envelope, now: datetime) -> None:
    """Make `unit` commit only if this consumer has not handled the event yet.

    The commit of a repeated delivery raises AlreadyHandled and changes nothing.
    """
    key = keys.inbox(envelope.tenant, consumer, envelope.id)
    unit.claim(key, {}, lambda _: AlreadyHandled(), expires=now + KEPT)
