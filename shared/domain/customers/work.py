"""What people do with a customer after it came in: each function gives the next state.

Accounts and contacts go the same ways under events of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from shared.domain.context import Context
from shared.domain.customers.customer import Customer
from shared.domain.errors import InvalidState
from shared.domain.events.base import Event
from shared.domain.events.customers import (
    AccountArchived,
    AccountAssigned,
    AccountChanged,
    AccountRestored,
    ContactArchived,
    ContactAssigned,
    ContactChanged,
    ContactRestored,
)

C = TypeVar("C", bound=Customer)


@dataclass(frozen=True, slots=True)
class KindEvents:
    """What the same happening is called for one kind of customer."""

    changed: type[AccountChanged | ContactChanged]
    assigned: type[AccountAssigned | ContactAssigned]
    archived: type[Event]
    restored: type[Event]


EVENTS: Mapping[str, KindEvents] = {
    "account": KindEvents(AccountChanged, AccountAssigned, AccountArchived, AccountRestored),
    "contact": KindEvents(ContactChanged, ContactAssigned, ContactArchived, ContactRestored),
}


def archive(context: Context, customer: C) -> C:
    """The customer in the archive, from which it can be restored; its identities stay its own."""
    event = EVENTS[customer.kind].archived()
    return customer.evolve(context, event, deleted_at=context.now)


def restore(context: Context, customer: C) -> C:
    """The customer back from the archive. Raises InvalidState if it is not there or
    is being purged."""
    if customer.deleted_at is None:
        raise InvalidState(f"The {customer.kind} is not in the archive.")
    if customer.purged_at is not None:
        raise InvalidState(f"The {customer.kind} is being removed for good.", code="purged")
    return customer.evolve(context, EVENTS[customer.kind].restored(), deleted_at=None)


def assign(context: Context, customer: C, owner: str | None, team: str | None) -> C:
    """The customer with this owner; the same one when nothing changes."""
    if (customer.owner, customer.team) == (owner, team):
        return customer
    event = EVENTS[customer.kind].assigned(owner=owner, team=team, previous_owner=customer.owner)
    return customer.evolve(context, event, owner=owner, team=team)
