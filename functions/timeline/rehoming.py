"""When a lead becomes a customer, what happened to the lead stands on the customer's timeline too.

Decided by what the lead says now, not by the message, so that messages may come late, twice, or in
another order than the conversion and its reversal.
"""

import json
from collections.abc import Iterator
from typing import Any

from shared.domain.errors import ConcurrentChange
from shared.domain.events.conversion import LeadConverted
from shared.runtime.consumers import Delivery
from shared.storage import keys, timeline
from shared.storage.homes import concerned_by
from shared.storage.timeline import TimelineQuery

ATTEMPTS = 5
PAGE = 100


def follow_conversion(delivery: Delivery) -> None:
    """Copy the lead's entries to the customers that the event names, or take them back.

    Raises ConcurrentChange when the lead changes each time before the work is done.
    """
    table = delivery.store.table
    lead = keys.entity(delivery.store.tenant, delivery.envelope.subject.id)
    named = sorted(_customers_named(delivery))
    for _ in range(ATTEMPTS):
        item = table.get(lead)
        for customer in named:
            _move(delivery, customer, shown=item is not None and customer in concerned_by(item))
        if table.get(lead) == item:
            return
    raise ConcurrentChange()


def _customers_named(delivery: Delivery) -> set[str]:
    """The customers of the conversion that the event is about.

    Raises ConcurrentChange when the conversion was not projected yet; it comes.
    """
    event = delivery.event
    if isinstance(event, LeadConverted):
        return {customer for customer in (event.account, event.contact) if customer}
    conversion = delivery.envelope.data["conversion"]
    for entry in _entries(delivery):
        data = entry["data"]
        if entry["name"] == LeadConverted.name and data["conversion"] == conversion:
            return {customer for n in ("account", "contact") if (customer := data.get(n))}
    raise ConcurrentChange("The conversion that was reverted is not on the timeline yet.")


def _entries(delivery: Delivery) -> Iterator[dict[str, Any]]:
    """The lead's own timeline, newest first."""
    store, lead, after = delivery.store, delivery.envelope.subject.id, None
    while True:
        found, after = timeline.page(store.table, store.tenant, lead, TimelineQuery(), PAGE, after)
        yield from map(json.loads, found)
        if after is None:
            return


def _move(delivery: Delivery, customer: str, *, shown: bool) -> None:
    store, lead = delivery.store, delivery.envelope.subject.id
    step = timeline.copy_rows if shown else timeline.take_back
    after = step(store.table, store.tenant, lead, customer)
    while after is not None:
        after = step(store.table, store.tenant, lead, customer, after)
