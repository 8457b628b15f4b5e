"""Restriction: a customer's data is kept, but nobody uses it until that is lifted.

While it stands, changes are for those with the right to restrict (`Customer.evolve` asks), and
segments, exports, campaigns and suggestions leave the customer out.
"""

from collections.abc import Mapping
from typing import TypeVar

from shared.domain.context import Context
from shared.domain.customers.customer import Customer
from shared.domain.errors import InvalidState
from shared.domain.events.base import Event
from shared.domain.events.privacy import (
    AccountRestricted,
    AccountUnrestricted,
    ContactRestricted,
    ContactUnrestricted,
)

C = TypeVar("C", bound=Customer)
_EVENTS: Mapping[tuple[str, bool], type[Event]] = {
    ("account", True): AccountRestricted,
    ("account", False): AccountUnrestricted,
    ("contact", True): ContactRestricted,
    ("contact", False): ContactUnrestricted,
}


def restrict(context: Context, customer: C) -> C:
    """The customer restricted; the same one when it is already."""
    return customer if customer.restricted else _set(context, customer, restricted=True)


def lift(context: Context, customer: C) -> C:
    """The customer without restriction. Raises InvalidState when there is none."""
    if not customer.restricted:
        raise InvalidState(f"The {customer.kind} is not restricted.", code="not_restricted")
    return _set(context, customer, restricted=False)


def _set(context: Context, customer: C, *, restricted: bool) -> C:
    event = _EVENTS[customer.kind, restricted]()
    return customer.evolve(context, event, restricted=restricted)
