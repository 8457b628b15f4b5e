"""From events to timelines and overviews, a batch at a time: few reads, and every write repeatable.

Nothing here knows a kind of record. An event says whom it concerns and under which type it stands;
a record's card says what it contributes.
"""

from collections.abc import Iterator

from shared.domain.events.base import Envelope
from shared.runtime.consumers import Delivery
from shared.storage import keys, overview, timeline
from shared.storage.driver import Item
from shared.storage.homes import Homes

_HOMES = "homes"
_SETTLED = "settled"


def project(delivery: Delivery) -> None:
    """Put the event on its timelines and let its subject count where its present state says."""
    if _HOMES not in delivery.memo:
        delivery.memo[_HOMES] = _keep_entries(delivery)
        delivery.memo[_SETTLED] = set()
    subject = (delivery.envelope.tenant, delivery.envelope.subject.id)
    if subject not in delivery.memo[_SETTLED]:
        revision = delivery.context.entropy().hex()
        overview.settle(delivery.store.table, delivery.memo[_HOMES], *subject, revision)
        delivery.memo[_SETTLED].add(subject)


def _keep_entries(delivery: Delivery) -> Homes:
    """Write the rows of the whole batch, and give what was read for it."""
    homes = Homes(delivery.store.table)
    batch = delivery.batch()
    homes.load(key for _, envelope in batch for key in _needed(envelope.tenant, envelope))
    told = [(e, entry_type) for event, e in batch if (entry_type := event.timeline_type())]
    rows = {_key(row): row for row in timeline.rows_of(homes, told)}
    delivery.store.table.write_many(puts=rows.values())
    # A merge or conversion that happened since the first look copies what it finds. Looked at once
    # more after the rows are there, nothing falls between the two.
    homes.load(
        (keys.entity(e.tenant, record) for e, _ in told for record in e.concerns), again=True
    )
    late = [row for row in timeline.rows_of(homes, told) if _key(row) not in rows]
    delivery.store.table.write_many(puts=late)
    return homes


def _key(row: Item) -> keys.Key:
    return row["pk"]["S"], row["sk"]["S"]


def _needed(tenant: str, envelope: Envelope) -> Iterator[keys.Key]:
    subject = envelope.subject.id
    yield keys.counted(tenant, subject)
    for entity_id in (subject, *envelope.concerns):
        yield keys.entity(tenant, entity_id)
