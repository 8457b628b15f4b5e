"""Identities that two customers show: the first one keeps it, the newcomer says it is contested.

Nothing is merged and nothing refused; the event asks for a merge to be looked at.
"""

from typing import TypeVar

from shared.domain.context import Context
from shared.domain.customers.customer import Customer
from shared.domain.events.customers import IdentityContested
from shared.storage import keys
from shared.storage.store import Store

C = TypeVar("C", bound=Customer)


def holders_of_claims(store: Store, record: Customer) -> dict[str, str]:
    """Who else holds an identity that this record shows: claim -> customer id. One request, none
    for a record without identities."""
    claims = record.claims()
    wanted = {
        keys.guard(store.tenant, keys.CUSTOMERS, channel, value): text
        for text, (channel, value) in claims.items()
    }
    items = store.table.get_many(wanted, consistent=True) if wanted else {}
    held = {wanted[key]: item["ref"]["S"] for key, item in items.items()}
    return {text: holder for text, holder in held.items() if holder != record.id}


def settled(store: Store, context: Context, record: C) -> C:
    """The record with what others hold marked as contested, told for each that is new."""
    if record.hidden:
        return record
    others = holders_of_claims(store, record)
    contested = tuple(sorted(others))
    if contested == record.contested:
        return record
    events = [
        IdentityContested(holder=others[text], channel=record.claims()[text][0])
        for text in contested
        if text not in record.contested
    ]
    return record.model_copy(update={"contested": contested}).recording(*events)
