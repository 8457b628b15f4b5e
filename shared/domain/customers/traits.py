"""Traits of a customer: what is known of them, from where and since when, until it fades.

One trait is told apart by nature, name and source, so what two sources say stands side by side.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from shared.domain.context import Context
from shared.domain.customers.customer import Customer
from shared.domain.customers.parts import MOST_TRAITS, Trait
from shared.domain.customers.work import EVENTS
from shared.domain.errors import FieldError, InvalidInput, NotFound

C = TypeVar("C", bound=Customer)
FADE = "traits"
"""The timer at which the next trait fades."""

LASTING: Mapping[str, timedelta] = {
    "behavioural": timedelta(days=180),
    "external": timedelta(days=365),
}
"""How long a trait counts when nobody says; what a customer is (descriptive) does not fade."""


def learn(context: Context, customer: C, news: Iterable[Trait]) -> C:
    """The customer with these traits; what is older than the same known one changes nothing.

    Raises InvalidInput for traits of the future and for too many.
    """
    given = [_lasting(trait) for trait in news]
    errors = [
        FieldError(f"traits.{n}.at", "in_the_future", "A trait is known since some time past.")
        for n, trait in enumerate(given)
        if trait.at > context.now
    ]
    known = {_key(trait): trait for trait in customer.traits}
    for trait in given:
        older = known.get(_key(trait))
        if older is None or older.at <= trait.at:
            known[_key(trait)] = trait
    standing = _standing(known.values(), context.now)
    if len(standing) > MOST_TRAITS:
        message = f"A customer has at most {MOST_TRAITS} traits."
        errors.append(FieldError("traits", "too_many", message))
    if errors:
        raise InvalidInput(errors)
    return _with(context, customer, standing)


def forget(context: Context, customer: C, name: str, source: str | None = None) -> C:
    """The customer without the traits of this name, from one source or any. Raises NotFound."""
    kept = tuple(t for t in customer.traits if t.name != name or source not in (None, t.source))
    if kept == customer.traits:
        raise NotFound("There is no such trait.")
    return _with(context, customer, kept)


def standing(
    customer: Customer, now: datetime, *, nature: str | None = None, source: str | None = None
) -> tuple[Trait, ...]:
    """The traits that have not faded, of one nature or from one source if named."""
    return tuple(
        trait
        for trait in _standing(customer.traits, now)
        if nature in (None, trait.nature) and source in (None, trait.source)
    )


def fade(context: Context, customer: C) -> C:
    """The customer without what has faded by now."""
    return _with(context, customer, _standing(customer.traits, context.now))


def timers_of(traits: Iterable[Trait], others: Mapping[str, datetime]) -> dict[str, datetime]:
    """The timers with that of the next trait to fade."""
    timers = {name: at for name, at in others.items() if name != FADE}
    ends = [trait.expires for trait in traits if trait.expires is not None]
    return {**timers, FADE: min(ends)} if ends else timers


def _with(context: Context, customer: C, traits: tuple[Trait, ...]) -> C:
    timers = timers_of(traits, customer.timers)
    if traits == customer.traits:
        return customer if timers == customer.timers else customer.evolve(context, timers=timers)
    event = EVENTS[customer.kind].changed(fields=("traits",))
    return customer.evolve(context, event, traits=traits, timers=timers)


def _standing(traits: Iterable[Trait], now: datetime) -> tuple[Trait, ...]:
    standing = [t for t in traits if t.expires is None or t.expires > now]
    return tuple(sorted(standing, key=_key))


def _key(trait: Trait) -> tuple[str, str, str]:
    return trait.nature, trait.name, trait.source


def _lasting(trait: Trait) -> Trait:
    lasts = LASTING.get(trait.nature)
    if trait.expires is not None or lasts is None:
        return trait
    return trait.model_copy(update={"expires": trait.at + lasts})
