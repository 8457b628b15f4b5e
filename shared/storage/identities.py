"""Identities of customers: who holds one, and which a newcomer has to leave to its holder.

A claim is (channel, value), as in ("phone:", "+8613812340101"). Two customers meeting on one is no
error and no merge: the newcomer keeps it as contested, with an event from which a merge is
suggested.
"""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from shared.domain.context import Context
from shared.domain.customers.customer import Customer
from shared.domain.events.customers import IdentityContested
from shared.storage import keys
from shared.storage.driver import Item
from shared.storage.store import Store

C = TypeVar("C", bound=Customer)
Claim = tuple[str, str]
Holders = Mapping[Claim, str]


def guard_key(tenant: str, claim: Claim) -> keys.Key:
    """Where it is written who holds an identity."""
    return keys.guard(tenant, keys.CUSTOMERS, *claim)


def holders(store: Store, claims: Iterable[Claim]) -> dict[Claim, str]:
    """Who holds these identities: claim -> account or contact id. One request."""
    by_key = {guard_key(store.tenant, claim): claim for claim in claims}
    items = store.table.get_many(by_key, consistent=True)
    return {by_key[key]: item["ref"]["S"] for key, item in items.items()}


def unsettled(customer: Customer) -> dict[str, Claim]:
    """The claims, by their texts, of which it must be asked who holds them; none when a change
    leaves all as they were."""
    if customer.hidden or customer.merged_into is not None:
        return {}
    before = customer.stored
    if not isinstance(before, Customer) or before.hidden:
        return customer.claims()
    now, held = customer.claims(), before.held_identities()
    if now == before.claims() and customer.merged_into == before.merged_into:
        return {}
    return {text: claim for text, claim in now.items() if claim not in held}


def settle(context: Context, customer: C, asked: Mapping[str, Claim], found: Holders) -> C:
    """The customer with what others hold of `asked` contested, and an event for each new one."""
    if customer.hidden or not (asked or customer.contested):
        return customer
    others = {text: found[claim] for text, claim in asked.items() if claim in found}
    others = {text: holder for text, holder in others.items() if holder != customer.id}
    kept = [t for t in customer.contested if t in customer.claims() and t not in asked]
    contested = tuple(sorted({*kept, *others}))
    if contested == customer.contested:
        return customer
    events = [
        IdentityContested(holder=holder, channel=asked[text][0].partition(":")[0])
        for text, holder in sorted(others.items())
        if text not in customer.contested
    ]
    return customer.evolve(context, *events, contested=contested)


def held_by(store: Store, items: Mapping[keys.Key, Item], claims: Iterable[Claim]) -> Holders:
    """Who holds these identities, by items that were read together with others."""
    found = {claim: items.get(guard_key(store.tenant, claim)) for claim in claims}
    return {claim: item["ref"]["S"] for claim, item in found.items() if item is not None}
