"""Taking a conversion back, record by record: what is archived, restored, kept, and in conflict."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.domain.context import Context
from shared.domain.conversion.model import Target, seal_of
from shared.domain.customers.customer import Customer
from shared.domain.customers.work import archive as archive_customer
from shared.domain.entity import Entity
from shared.domain.events.base import Event
from shared.domain.events.customers import AccountChanged, ContactChanged
from shared.domain.events.opportunities import OpportunityChanged
from shared.domain.opportunities.model import Opportunity
from shared.domain.opportunities.work import archive as archive_opportunity

_CHANGED: Mapping[str, type[AccountChanged | ContactChanged | OpportunityChanged]] = {
    "account": AccountChanged,
    "contact": ContactChanged,
    "opportunity": OpportunityChanged,
}


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field of a linked record that somebody changed since: it keeps what it says now."""

    kind: str
    id: str
    field: str


@dataclass(frozen=True, slots=True)
class Undone:
    """What becomes of one target: `after` is its next state, None when it stays as it is."""

    target: Target
    after: Entity | None = None
    archived: bool = False
    restored: tuple[str, ...] = ()
    kept_for: str | None = None
    conflicts: tuple[Conflict, ...] = field(default=())


def untouched(target: Target, record: Entity) -> bool:
    """Whether nobody changed a new record since it was made."""
    return seal_of(record) == target.seal


def take_back(context: Context, target: Target, record: Entity, kept_for: str | None) -> Undone:
    """A new record goes to the archive unless there is a reason to keep it; in a linked one each
    field gets its old value back where it still says what the conversion wrote."""
    if not target.made:
        return _restore(context, target, record)
    if kept_for is not None:
        return Undone(target, kept_for=kept_for)
    if isinstance(record, Opportunity):
        return Undone(target, archive_opportunity(context, record), archived=True)
    assert isinstance(record, Customer)
    gone = archive_customer(context, record)
    # Its identities are free again: the lead may be converted anew under the same number.
    free = gone.evolve(context, contested=tuple(sorted(gone.claims())))
    return Undone(target, free, archived=True)


def _restore(context: Context, target: Target, record: Entity) -> Undone:
    present = record.model_dump(mode="json")
    back: dict[str, Any] = {}
    conflicts: list[Conflict] = []
    for name, image in target.images.items():
        found = _value(present, name)
        if found == image.after:
            back[name] = image.before
        elif found != image.before:
            conflicts.append(Conflict(target.kind, target.id, name))
    changes = _changes(record, back)
    helpers = tuple(h for h in getattr(record, "helpers", ()) if h != target.helper)
    if target.helper is not None and len(helpers) < len(getattr(record, "helpers", ())):
        changes["helpers"] = helpers
    restored = tuple(sorted(changes))
    if not restored:
        return Undone(target, conflicts=tuple(conflicts))
    event: Event = _CHANGED[target.kind](fields=restored)
    after = record.evolve(context, event, **changes)
    return Undone(target, after, restored=restored, conflicts=tuple(conflicts))


def _changes(record: Entity, back: Mapping[str, Any]) -> dict[str, Any]:
    """The old values as the record holds them; entries of `custom` go into the whole."""
    if not back:
        return {}
    document = record.model_dump(mode="json")
    for name, value in back.items():
        head, _, tail = name.partition(".")
        if not tail:
            document[name] = value
        elif value is None:
            document[head].pop(tail, None)
        else:
            document[head][tail] = value
    old = type(record).model_validate(document)
    return {head: getattr(old, head) for head in {name.partition(".")[0] for name in back}}


def _value(present: Mapping[str, Any], name: str) -> Any:
    head, _, tail = name.partition(".")
    if not tail:
        return present.get(head)
    entries: dict[str, Any] = present.get(head) or {}
    return entries.get(tail)
