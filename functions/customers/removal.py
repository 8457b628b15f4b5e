"""Purging: an archived customer is removed for good with all that hangs on it, piece by piece.

The order marks the record; a job then takes away what hangs on it, its own rows, and last the
record, from whose removal its search rows follow. Each piece may be done again.
"""

from collections.abc import Iterator

from functions.customers.kinds import CustomerKind
from functions.customers.messages import CustomerJob
from functions.customers.pieces import PIECES
from shared.domain.context import Context
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.customers.customer import Customer
from shared.domain.customers.links import AccountRelation, Affiliation
from shared.domain.errors import InvalidState
from shared.domain.events.customers import CustomerPurged
from shared.domain.ids import is_id
from shared.domain.notes import Note
from shared.http.call import AnyCall
from shared.runtime.consumers import Delivery, Job
from shared.runtime.runtime import runtime
from shared.storage import duplicates, keys, merges
from shared.storage.store import Store

STRAGGLERS_AFTER = 900
"""Seconds after which rows that came late, from events still on their way, are looked for."""


def order(call: AnyCall, kind: CustomerKind, record_id: str) -> Customer:
    """Mark an archived record for removal. Raises InvalidState for what is not archived, or has
    open opportunities."""
    record = call.load(kind.entity, record_id, deleted=True)
    if record.deleted_at is None:
        raise InvalidState(f"Archive the {kind.name} first.", code="not_archived")
    if record.purged_at is not None:
        return record
    partition = keys.entity(call.context.tenant, record.id)
    if call.store.rows(partition, f"{keys.OPEN_ITEM}opportunity#", limit=1):
        message = f"The {kind.name} has open opportunities; close them first."
        raise InvalidState(message, code="has_open_opportunities")
    gone = record.evolve(call.context, CustomerPurged(), purged_at=call.context.now)
    return call.unit.put(gone)


def begin(delivery: Delivery) -> None:
    """Send the job that removes what hangs on the record."""
    _send(delivery.context, delivery.envelope.subject.id)


def carry_on(job: Job[CustomerJob]) -> None:
    """One piece of the removal; another one is sent until nothing is left.

    Once more when the record is gone: what came in at the same moment may still refer to it.
    """
    record_id = job.message.ids[0]
    entity_type = Account if is_id(record_id, Account.prefix) else Contact
    found = job.store.find(entity_type, record_id, deleted=True)
    record = found or entity_type(**entity_type.stamp(job.context, record_id))
    if found is not None and found.purged_at is None:
        return
    if any(piece(job.store, job.context, record) for piece in PIECES):
        _send(job.context, record_id)
        return
    if found is not None:
        unit = job.store.begin(job.context)
        unit.purge(found)
        unit.commit()
        _send(job.context, record_id, delay=STRAGGLERS_AFTER)
    merges.forget_images_of(job.store, record_id)
    duplicates.forget_reasons(job.store, record_id)
    _remove_rows(job.store, record_id)


def remove_ended(delivery: Delivery) -> None:
    """A link that ended or a note that was removed has told so; the record itself goes."""
    entity_type = {t.kind: t for t in (Affiliation, AccountRelation, Note)}[
        delivery.envelope.subject.kind
    ]
    found = delivery.store.find(entity_type, delivery.envelope.subject.id, deleted=True)
    if found is not None and found.deleted_at is not None:
        unit = delivery.store.begin(delivery.context)
        unit.purge(found)
        unit.commit()


def _remove_rows(store: Store, record_id: str) -> None:
    """History, timeline, open items, sums: whatever lies in the record's own partition."""
    for rows in _own_rows(store, record_id):
        store.table.write_many(deletes=rows)


def _own_rows(store: Store, record_id: str) -> Iterator[list[keys.Key]]:
    partition = keys.entity(store.tenant, record_id)
    while rows := store.rows(partition, limit=500):
        found = [(row["pk"]["S"], row["sk"]["S"]) for row in rows]
        yield [key for key in found if key != partition]
        if found == [partition]:
            return


def _send(context: Context, record_id: str, *, delay: int = 0) -> None:
    order = CustomerJob(
        tenant=context.tenant,
        correlation_id=context.correlation_id,
        task="remove",
        ids=(record_id,),
    )
    runtime().send("customer-jobs", [order], delay_seconds=delay)
