"""The existing records that an order names: whether they can be linked, and how far changed."""

from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from functions.conversion.candidates import Candidates
from functions.conversion.refusals import Refusals
from shared.domain.access import grant
from shared.domain.conversion.order import Mode, TargetOrder
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.errors import Forbidden
from shared.domain.opportunities.model import Opportunity
from shared.http.call import AnyCall

T = TypeVar("T", Account, Contact, Opportunity)


@dataclass(frozen=True, slots=True)
class Linked(Generic[T]):
    """A record that was found, how it is linked, and whether the caller may change it."""

    record: T
    way: Mode
    changeable: bool


def find(
    call: AnyCall,
    entity_type: type[T],
    order: TargetOrder | None,
    candidates: Candidates,
    refusals: Refusals,
) -> Linked[T] | None:
    """The record that the order names, None when it names none or it cannot be linked.

    The caller may read it, or the lead shows an identity of it: then it is only linked.
    """
    if order is None or order.id is None:
        return None
    path, kind = f"{entity_type.kind}.id", entity_type.kind
    record = call.store.find(entity_type, order.id, deleted=True)
    if record is None or not (may(call, record, "read") or _proved(record, candidates)):
        refusals.add(path, f"unknown_{kind}", f"There is no {kind} with this id.")
        return None
    if problem := _unfit(record):
        refusals.add(path, *problem)
        return None
    changeable = may(call, record, "update")
    if changeable:
        return Linked(record, order.way, changeable)
    if order.mode in ("fill", "overwrite"):
        refusals.add(f"{kind}.mode", "may_not_change", f"You may not change this {kind}: link it.")
    return Linked(record, "link", changeable)


def may(call: AnyCall, record: Account | Contact | Opportunity, action: str) -> bool:
    """Whether the caller's right reaches the record."""
    try:
        right = grant(call.context.principal, record.kind, action)
    except Forbidden:
        return False
    return replace(right, at=call.context.now).covers(record)


def _proved(record: Account | Contact | Opportunity, candidates: Candidates) -> bool:
    return not isinstance(record, Opportunity) and candidates.proves(record.id)


def _unfit(record: Account | Contact | Opportunity) -> tuple[str, str] | None:
    """Why this record takes nothing in: code and message."""
    survivor: str | None = getattr(record, "merged_into", None)
    if survivor is not None:
        return "merged", f"It was merged into {survivor}."
    if record.deleted_at is not None:
        return "archived", "It is in the archive."
    if record.hidden:
        return "in_review", "It waits for its review."
    if isinstance(record, Opportunity) and not record.open:
        return "opportunity_not_open", f"The opportunity is {record.stage}."
    return None
