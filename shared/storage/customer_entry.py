"""The door through which every account and contact comes in or changes, whatever brings it.

Duplicates are refused or allowed, a new record may have to wait for its review, identities are
settled, links kept in step; all in the caller's one unit.
"""

from collections.abc import Collection
from typing import TypeVar

from shared.domain.access import Grant
from shared.domain.context import Context
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.matching.policy import Allowance
from shared.storage import duplicates
from shared.storage.customer_writes import put_customer
from shared.storage.reviews import ReviewDesk
from shared.storage.store import Store
from shared.storage.tags import open_tags, refuse_closed_tags
from shared.storage.unit_of_work import UnitOfWork

C = TypeVar("C", Account, Contact)


def enter_customer(
    store: Store,
    unit: UnitOfWork,
    context: Context,
    record: C,
    *,
    channel: str,
    allowance: Allowance | None = None,
    reader: Grant | None = None,
    beside: Collection[str] = (),
) -> C:
    """Put a new record into the unit, hidden when it must be reviewed; gives it as stored.

    `beside`: accounts that the caller answers for (see `put_customer`). By conversion tags come
    along by themselves: those that nobody may give stay behind.
    Raises DuplicatesFound, InvalidInput.
    """
    if channel == "conversion":
        record = record.model_copy(update={"tags": open_tags(store, (), record.tags)})
    else:
        refuse_closed_tags(store, (), record.tags)
    told = duplicates.refuse_or_allow(store, unit, context, record, allowance)
    entered = ReviewDesk(store, context).enter(unit, record.recording(*told), channel)
    stored = put_customer(store, unit, context, entered, reader, beside)
    if stored.contested and allowance is None:
        # Who holds its identity may have come in after the first look.
        duplicates.refuse_or_allow(store, unit, context, record)
    return stored


def change_customer(
    store: Store,
    unit: UnitOfWork,
    context: Context,
    before: C,
    after: C,
    *,
    allowance: Allowance | None = None,
    reader: Grant | None = None,
    beside: Collection[str] = (),
    carried: bool = False,
) -> C:
    """Put a changed record into the unit; gives it as stored. Nothing when it is unchanged.

    `carried`: tags come along by themselves, so those that nobody may give stay behind.
    """
    if after is before:
        return before
    if carried:
        kept = open_tags(store, before.tags, after.tags)
        after = after.model_copy(update={"tags": kept})
    else:
        refuse_closed_tags(store, before.tags, after.tags)
    again = before.deleted_at is not None and after.deleted_at is None
    told = duplicates.refuse_or_allow(
        store, unit, context, after, allowance, before=None if again else before
    )
    followed = ReviewDesk(store, context).follow(unit, before, after.recording(*told))
    return put_customer(store, unit, context, followed, reader, beside)
