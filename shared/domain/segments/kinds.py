"""The kinds of records that tags and segments hold, and which of them may be members."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from shared.domain.context import Context
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.entity import Entity
from shared.domain.events import customers, leads
from shared.domain.events.base import Event
from shared.domain.leads.model import Lead

RecordKind = Literal["account", "contact", "lead"]
RECORD_KINDS: tuple[RecordKind, ...] = get_args(RecordKind)
MOST_TAGS = 50
"""Tags that one record carries at most."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record, and the event that tells of changed fields."""

    entity: type[Entity]
    changed: type[Event]


KINDS: Mapping[str, Kind] = {
    "account": Kind(Account, customers.AccountChanged),
    "contact": Kind(Contact, customers.ContactChanged),
    "lead": Kind(Lead, leads.LeadChanged),
}


def kind_of_id(record_id: str) -> str | None:
    """The kind of record that an id names, None for ids of anything else."""
    prefix = record_id.partition("_")[0]
    return next((name for name, kind in KINDS.items() if kind.entity.prefix == prefix), None)


def may_be_member(record: Entity | None) -> bool:
    """Whether a record may stand in any segment: it is there for everybody and may be used.

    Not what is in review, archived, merged away, or whose processing is restricted.
    """
    if record is None or record.deleted_at is not None or record.hidden:
        return False
    return not getattr(record, "restricted", False)


def tags_of(record: Entity) -> tuple[str, ...]:
    """The record's tags in their order."""
    tags: Any = getattr(record, "tags", ())
    return tuple(tags)


def with_tags(context: Context, record: Entity, tags: Iterable[str]) -> Entity:
    """The record with these tags; the same record when it has them already."""
    wanted = tuple(dict.fromkeys(tags))
    if wanted == tags_of(record):
        return record
    changed = KINDS[record.kind].changed.model_validate({"fields": ("tags",)})
    return record.evolve(context, changed, tags=wanted)
