"""What follows when records change, when what concerns them changes, and when time passes."""

from collections.abc import Iterator

from functions.segments.evaluation import Evaluator
from functions.segments.messages import RECOUNTS, Recount
from shared.domain.events.base import Envelope
from shared.domain.segments.kinds import KINDS, kind_of_id
from shared.domain.segments.membership import Membership
from shared.runtime.consumers import Delivery, Job
from shared.runtime.runtime import runtime
from shared.runtime.timers import TimerDue

ADDED_UP = 20
"""Seconds after which the figures of a customer, which another consumer adds up, are looked at."""

MOST_CONCERNED = 100


def follow(delivery: Delivery) -> None:
    """Something happened to a record: evaluate it, and soon those whose figures it may change.

    The records of a batch are read together, each is evaluated once. The state read is newer than
    every event of the batch, so the order of events does not matter.
    """
    evaluator = Evaluator.shared(delivery.memo, delivery.store, delivery.context)
    if not evaluator.definitions.book.entries:
        return
    if not evaluator.settled:
        mine = (e for _, e in delivery.batch() if e.tenant == delivery.store.tenant)
        evaluator.records.prefetch(e.subject.id for e in mine if e.subject.kind in KINDS)
    subject = delivery.envelope.subject
    if subject.kind in KINDS and subject.id not in evaluator.settled:
        evaluator.settle(subject.id, "change")
    _recount_soon(delivery, evaluator)


def recount(job: Job[Recount]) -> None:
    """Figures are added up now: evaluate the records again."""
    Evaluator(job.store, job.context).settle_many(job.message.ids, "change")


def act_on_timer(job: Job[TimerDue]) -> None:
    """Time alone may have changed what a record belongs to."""
    membership = job.store.find(Membership, job.message.id)
    if membership is not None:
        Evaluator(job.store, job.context).settle(membership.record, "time")


def _recount_soon(delivery: Delivery, evaluator: Evaluator) -> None:
    sent = delivery.memo.setdefault(f"recounts {delivery.store.tenant}", set())
    due = [i for i in _concerned(delivery.envelope, evaluator) if i not in sent]
    if due:
        order = Recount(
            tenant=delivery.store.tenant,
            correlation_id=delivery.context.correlation_id,
            ids=tuple(due[:MOST_CONCERNED]),
        )
        runtime().send(RECOUNTS, [order], delay_seconds=ADDED_UP)
        sent.update(due)


def _concerned(envelope: Envelope, evaluator: Evaluator) -> Iterator[str]:
    """The records, the event's own apart, on whose figures some definition looks."""
    for record_id in envelope.concerns:
        kind = kind_of_id(record_id)
        if record_id != envelope.subject.id and kind and evaluator.definitions.use_figures(kind):
            yield record_id
