"""What refers to a customer, kind by kind, and how a reference is led to another customer.

A new kind of record that names accounts or contacts adds a line to CHILDREN, and a merge moves it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, cast

from pydantic import BaseModel

from shared.domain.context import Context
from shared.domain.conversion.model import Conversion
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.customers.links import AccountRelation
from shared.domain.entity import Entity
from shared.domain.events.base import Event
from shared.domain.events.customers import AccountChanged, ContactChanged
from shared.domain.events.leads import LeadChanged
from shared.domain.events.opportunities import OpportunityChanged
from shared.domain.leads.model import Lead
from shared.domain.notes import Note
from shared.domain.opportunities.model import Opportunity

E = TypeVar("E", bound=Entity)
Place = Literal["relation", "owner"]


@dataclass(frozen=True, slots=True)
class Child:
    """A kind of record that refers to customers in `fields`.

    `found_by`: for accounts and for contacts, the index under which those of a customer stand;
    what stands in none is found by the customer's timeline. `event` tells of the change.
    """

    entity: type[Entity]
    fields: tuple[str, ...]
    found_by: Mapping[str, tuple[Place, ...]]
    event: Callable[[tuple[str, ...]], Event] | None = None


CHILDREN: Mapping[str, Child] = {
    child.entity.kind: child
    for child in (
        Child(
            Contact,
            ("account", "accounts"),
            {"account": ("relation",)},
            lambda fields: ContactChanged(fields=fields),
        ),
        Child(
            Account,
            ("parent",),
            {"account": ("relation",)},
            lambda fields: AccountChanged(fields=fields),
        ),
        Child(
            Opportunity,
            ("account", "contacts"),
            {"account": ("relation",)},
            lambda fields: OpportunityChanged(fields=fields),
        ),
        Child(Note, ("about", "concerning"), {"account": ("relation",), "contact": ("relation",)}),
        Child(AccountRelation, ("account", "other"), {"account": ("relation", "owner")}),
        Child(
            Conversion,
            ("account", "contact", "targets"),
            {"account": ("relation",), "contact": ("owner",)},
        ),
        Child(Lead, ("conversion",), {}, lambda fields: LeadChanged(fields=fields)),
    )
}
"""Affiliations are not here: the id of one follows from its two ends."""


def moved(context: Context, record: E, old: str, new: str) -> E:
    """The record with every reference to `old` led to `new`; the same one when it has none."""
    child = CHILDREN[record.kind]
    changed: dict[str, Any] = {}
    for name in child.fields:
        value = getattr(record, name)
        if (other := _led(value, old, new)) != value:
            changed[name] = other
    if not changed:
        return record
    if isinstance(record, AccountRelation) and _to_itself(record, changed):
        changed["deleted_at"] = context.now
    return _changed(context, record, changed)


def references(record: Entity) -> dict[str, Any]:
    """The referring fields of a record as JSON, by which a move is remembered and compared."""
    names = {*CHILDREN[record.kind].fields, "deleted_at"}
    return record.model_dump(mode="json", include=names)


def moved_back(
    context: Context, record: E, before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[E, bool]:
    """The record with the references it had `before` its move, where they still are as `after` it.

    Also whether one of them had been changed since, and was left.
    """
    present = references(record)
    wanted = {n: v for n, v in before.items() if v != after.get(n) and present.get(n) != v}
    back = {name for name in wanted if present.get(name) == after.get(name)}
    if not back:
        return record, bool(wanted)
    again = type(record).model_validate({**record.model_dump(), **{n: before[n] for n in back}})
    changed = {name: getattr(again, name) for name in back}
    return _changed(context, record, changed), len(back) < len(wanted)


def _changed(context: Context, record: E, changed: dict[str, Any]) -> E:
    event = CHILDREN[record.kind].event
    told = (event(tuple(sorted(changed))),) if event else ()
    return record.evolve(context, *told, **changed)


def _to_itself(record: AccountRelation, changed: Mapping[str, Any]) -> bool:
    ends = {name: changed.get(name, getattr(record, name)) for name in ("account", "other")}
    return ends["account"] == ends["other"] and record.deleted_at is None


def _led(value: Any, old: str, new: str) -> Any:
    """The value with `old` replaced, also within its parts."""
    if isinstance(value, str):
        return new if value == old else value
    if isinstance(value, tuple):
        led = [_led(part, old, new) for part in cast(tuple[Any, ...], value)]
        return tuple(dict.fromkeys(led)) if all(isinstance(p, str) for p in led) else tuple(led)
    if isinstance(value, BaseModel):
        names = type(value).model_fields
        changed = {n: _led(getattr(value, n), old, new) for n in names}
        differs = {n: v for n, v in changed.items() if v != getattr(value, n)}
        return value.model_copy(update=differs) if differs else value
    return value
