"""What follows when records change, and when time passes."""

from collections.abc import Iterable, Iterator
from contextlib import suppress

from functions.segments.evaluation import Evaluator
from shared.domain.events.base import Envelope
from shared.domain.segments.kinds import KINDS, kind_of_id
from shared.domain.segments.membership import Membership
from shared.events.envelope import from_message
from shared.runtime.consumers import Delivery, Job
from shared.runtime.timers import TimerDue


def follow(delivery: Delivery) -> None:
    """Something happened to records, or to what their figures are made of: evaluate them.

    The records of a batch are read together, each is evaluated once. The state read is newer than
    every event of the batch, so the order of events does not matter.
    """
    evaluator = Evaluator.shared(delivery.memo, delivery.store, delivery.context)
    if not evaluator.definitions.book.entries:
        return
    if not evaluator.settled:
        evaluator.prefetch(_all_ids(delivery.memo["bodies"], delivery.store.tenant))
    for record_id in _ids(delivery.envelope):
        if record_id not in evaluator.settled:
            evaluator.settle(record_id, "change")


def act_on_timer(job: Job[TimerDue]) -> None:
    """Time alone may have changed what a record belongs to."""
    membership = job.store.find(Membership, job.message.id)
    if membership is not None:
        evaluator = Evaluator.shared(job.memo, job.store, job.context)
        evaluator.settle(membership.record, "time")


def _ids(envelope: Envelope) -> Iterator[str]:
    """The record that an event is about, or those whose figures it may change."""
    if envelope.subject.kind in KINDS:
        yield envelope.subject.id
    else:
        yield from (i for i in envelope.concerns if kind_of_id(i) is not None)


def _all_ids(bodies: Iterable[str], tenant: str) -> Iterator[str]:
    """Those of a tenant in a whole batch; a message that cannot be read fails on its own."""
    for body in bodies:
        with suppress(ValueError, KeyError):
            envelope = from_message(body)
            if envelope.tenant == tenant:
                yield from _ids(envelope)
