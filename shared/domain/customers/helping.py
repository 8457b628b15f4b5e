"""Colleagues who are let into a customer's record until a certain time.

Access ends by the clock, whoever looks; the timer then takes the entry out and tells it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal, TypeVar

from shared.domain.context import Context
from shared.domain.customers.customer import Customer
from shared.domain.customers.parts import MOST_HELPERS, Helper
from shared.domain.errors import InvalidInput, NotFound
from shared.domain.events.customers import HelperAdded, HelperRemoved

C = TypeVar("C", bound=Customer)
END = "helpers"
"""The timer at which the next helper's access ends."""

LONGEST = timedelta(days=366)


def add_helper(
    context: Context, customer: C, user: str, level: Literal["read", "write"], until: datetime
) -> C:
    """The customer with this helper; who helps already gets the new level and end.

    Raises InvalidInput for an end that is past or too far away, and for too many helpers.
    """
    if not context.now < until <= context.now + LONGEST:
        message = f"Access ends in the future, in {LONGEST.days} days at most."
        raise InvalidInput.of("until", "not_within_reach", message)
    helper = Helper(user=user, level=level, until=until)
    if helper in customer.helpers:
        return customer
    helpers = (*(h for h in customer.helpers if h.user != user), helper)
    if len(helpers) > MOST_HELPERS:
        raise InvalidInput.of("user", "too_many", f"At most {MOST_HELPERS} people help.")
    event = HelperAdded(user=user, level=level, until=until)
    timers = _timers(helpers, customer.timers)
    return customer.evolve(context, event, helpers=helpers, timers=timers)


def remove_helper(context: Context, customer: C, user: str) -> C:
    """The customer without this helper. Raises NotFound."""
    helpers = tuple(h for h in customer.helpers if h.user != user)
    if helpers == customer.helpers:
        raise NotFound("This person does not help here.")
    timers = _timers(helpers, customer.timers)
    event = HelperRemoved(user=user, expired=False)
    return customer.evolve(context, event, helpers=helpers, timers=timers)


def end_helping(context: Context, customer: C) -> C:
    """The customer without those whose time is over; each is told."""
    over = [h for h in customer.helpers if h.until <= context.now]
    helpers = tuple(h for h in customer.helpers if h.until > context.now)
    timers = _timers(helpers, customer.timers)
    if not over and timers == customer.timers:
        return customer
    events = [HelperRemoved(user=helper.user, expired=True) for helper in over]
    return customer.evolve(context, *events, helpers=helpers, timers=timers)


def _timers(helpers: tuple[Helper, ...], others: Mapping[str, datetime]) -> dict[str, datetime]:
    timers = {name: at for name, at in others.items() if name != END}
    if helpers:
        timers[END] = min(helper.until for helper in helpers)
    return timers
