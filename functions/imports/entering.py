"""The door through which records come in, change and go, with all that must follow at once."""

from collections.abc import Collection
from typing import Any, cast

from shared.domain.context import Context
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.entity import Entity
from shared.domain.errors import AlreadyExists
from shared.domain.leads.model import Lead
from shared.storage.customer_writes import put_customer
from shared.storage.driver import Item
from shared.storage.lead_load import balance
from shared.storage.reviews import ReviewDesk
from shared.storage.store import Store
from shared.storage.unit_of_work import UnitOfWork


class OwnRecord(AlreadyExists):
    """The record that this row creates is there: the row was carried out before."""

    code = "row_created_before"


class Door:
    """Customers pass the review of new records and keep identities and links in step; leads count
    in the load of their owners."""

    def __init__(self, store: Store, context: Context, *, reviewed: bool = True) -> None:
        self._store, self._context = store, context
        self._desk = ReviewDesk(store, context)
        self._reviewed = reviewed

    def create(
        self, unit: UnitOfWork, record: Entity, account: str | None, roles: Collection[str]
    ) -> Entity:
        """Put a new record, hidden while it must be reviewed; gives it as stored."""
        if isinstance(record, Lead):
            return _put_lead(unit, None, record)
        if self._reviewed:
            record = self._desk.enter(unit, record, "import", self._context.actor)
        return self._put(unit, record, account, roles)

    def change(
        self,
        unit: UnitOfWork,
        before: Entity,
        after: Entity,
        account: str | None = None,
        roles: Collection[str] = (),
    ) -> Entity:
        """Put a changed record; gives it as stored."""
        if isinstance(before, Lead) and isinstance(after, Lead):
            return _put_lead(unit, before, after)
        return self._put(unit, self._desk.follow(unit, before, after), account, roles)

    def _put(
        self, unit: UnitOfWork, record: Entity, account: str | None, roles: Collection[str]
    ) -> Entity:
        if not isinstance(record, Account | Contact):
            raise TypeError(f"a {record.kind} is no customer")
        beside = () if account is None else (account,)
        customer: Any = record
        return put_customer(
            self._store,
            unit,
            self._context,
            customer,
            beside=beside,
            roles=cast(Any, tuple(roles)),
        )


def _put_lead(unit: UnitOfWork, before: Lead | None, after: Lead) -> Lead:
    nobody = after.model_copy(update={"owner": None, "team": None})
    balance(unit, before or nobody, after)
    return unit.put(after, refusal=None if before else _created_before)


def _created_before(_: Item | None) -> OwnRecord:
    return OwnRecord("This row created its record before.")
