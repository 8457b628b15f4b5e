"""Storing an account or contact with all that must be true in the same moment.

Whoever may change identities, the parent of an account, the accounts of a contact, or whether it is
in review, stores by `put_customer`. It asks in one request who holds its identities, and for the
records it newly refers to; a change that touches none of these costs no request.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from shared.domain.access import Grant
from shared.domain.context import Context
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.customers.customer import Customer
from shared.domain.customers.links import Affiliation, ContactRole, affiliation_id
from shared.domain.errors import ConcurrentChange, FieldError, InvalidInput
from shared.domain.events.customers import (
    AffiliationChanged,
    AffiliationCreated,
    AffiliationEnded,
)
from shared.domain.ids import is_id
from shared.storage import identities, keys
from shared.storage.driver import Item
from shared.storage.hierarchy import expect_no_cycle
from shared.storage.record import from_item
from shared.storage.store import Store
from shared.storage.unit_of_work import UnitOfWork

C = TypeVar("C", bound=Customer)
Items = Mapping[keys.Key, Item]


def put_customer(
    store: Store,
    unit: UnitOfWork,
    context: Context,
    customer: C,
    reader: Grant | None = None,
    beside: Collection[str] = (),
    roles: Collection[ContactRole] = (),
) -> C:
    """Put the new or changed record and its affiliations into the unit; gives it as stored.

    `reader`: the right that must reach the accounts it newly refers to, except those that the
    caller answers for (`beside`: made in the same unit). `roles`: those of a contact at the account
    it mainly stands for, beside the ones it has. Raises InvalidInput (`unknown_account`,
    `account_cycle`) at the field that refers.
    """
    links = _Links.of(customer, beside).playing(customer, roles)
    asked = identities.unsettled(customer)
    wanted = [identities.guard_key(store.tenant, claim) for claim in asked.values()]
    wanted += [keys.entity(store.tenant, entity_id) for entity_id in links.named()]
    items = store.table.get_many(wanted, consistent=True) if wanted else {}
    _require_accounts(store, context, links, items, reader)
    if isinstance(customer, Account):
        expect_no_cycle(store, unit, customer)
    holders = identities.held_by(store, items, asked.values())
    settled = identities.settle(context, customer, asked, holders)
    for affiliation in links.kept_in_step(store, context, items):
        unit.put(affiliation, refusal=lambda _: ConcurrentChange())
    return unit.put(settled)


@dataclass(frozen=True, slots=True)
class _Links:
    """The accounts that a change newly refers to (id -> field), and a contact's affiliations."""

    accounts: Mapping[str, str]
    contact: str | None = None
    joined: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    main: str | None = None
    roles: tuple[ContactRole, ...] = ()

    @classmethod
    def of(cls, customer: Customer, beside: Collection[str] = ()) -> "_Links":
        """What differs from the stored state. In review a contact has no affiliations yet."""
        before = customer.stored
        if isinstance(customer, Account):
            known = before.parent if isinstance(before, Account) else None
            parent = customer.parent
            return cls({parent: "parent"} if parent and parent != known else {})
        if not isinstance(customer, Contact):
            return cls({})
        was = before.accounts if isinstance(before, Contact) else ()
        new = {a: "account" for a in customer.accounts if a not in was and a not in beside}
        linked = was if before is not None and not before.hidden else ()
        wanted = () if customer.hidden else customer.accounts
        joined = tuple(a for a in wanted if a not in linked and is_id(a, Account.prefix))
        left = tuple(a for a in linked if a not in wanted)
        return cls(new, customer.id, joined, left)

    def playing(self, customer: Customer, roles: Collection[ContactRole]) -> "_Links":
        """The same with the roles at the main account; they wait while the contact is in review."""
        if not roles or not isinstance(customer, Contact) or customer.hidden:
            return self
        return replace(self, main=customer.account, roles=tuple(dict.fromkeys(roles)))

    def _roles_at(self, account: str) -> tuple[ContactRole, ...]:
        return self.roles if account == self.main else ()

    def named(self) -> Iterator[str]:
        """The ids of everything that must be read."""
        yield from (a for a in self.accounts if is_id(a, Account.prefix))
        if self.contact is not None:
            main = (self.main,) if self.main is not None else ()
            for account in {*self.joined, *self.left, *main}:
                yield affiliation_id(account, self.contact)

    def kept_in_step(self, store: Store, context: Context, items: Items) -> Iterator[Affiliation]:
        """The affiliations that begin, begin again, or end."""
        contact = self.contact
        if contact is None:
            return
        for account in self.joined:
            found = _affiliation(store, items, account, contact)
            roles = self._roles_at(account)
            event = AffiliationCreated(account=account, contact=contact, roles=roles)
            if found is None:
                stamp = Affiliation.stamp(context, affiliation_id(account, contact))
                new = Affiliation(**stamp, account=account, contact=contact, roles=roles)
                yield new.recording(event)
            elif found.deleted_at is not None:
                yield found.evolve(context, event, deleted_at=None, roles=roles, until=None)
        if self.main is not None and self.main not in self.joined:
            yield from self._more_roles(store, context, items, self.main, contact)
        for account in self.left:
            found = _affiliation(store, items, account, contact)
            if found is not None and found.deleted_at is None:
                ended = AffiliationEnded(account=account, contact=contact)
                yield found.evolve(context, ended, deleted_at=context.now)

    def _more_roles(
        self, store: Store, context: Context, items: Items, account: str, contact: str
    ) -> Iterator[Affiliation]:
        """The affiliation that stands, with the roles it did not have."""
        found = _affiliation(store, items, account, contact)
        if found is None or found.deleted_at is not None or set(self.roles) <= set(found.roles):
            return
        event = AffiliationChanged(account=account, contact=contact, fields=("roles",))
        yield found.evolve(context, event, roles=tuple(dict.fromkeys((*found.roles, *self.roles))))


def _affiliation(store: Store, items: Items, account: str, contact: str) -> Affiliation | None:
    item = items.get(keys.entity(store.tenant, affiliation_id(account, contact)))
    return from_item(Affiliation, item) if item else None


def _require_accounts(
    store: Store, context: Context, links: _Links, items: Items, reader: Grant | None
) -> None:
    unknown = [
        FieldError(field, "unknown_account", "There is no account with this id.")
        for account, field in links.accounts.items()
        if not _may_name(items.get(keys.entity(store.tenant, account)), context, reader)
    ]
    if unknown:
        raise InvalidInput(unknown)


def _may_name(item: Item | None, context: Context, reader: Grant | None) -> bool:
    """What is in review may be referred to by whoever entered it only."""
    if item is None or "deleted" in item:
        return False
    if reader is None and "hidden" not in item:
        return True
    account = from_item(Account, item)
    if reader is not None:
        return reader.covers(account)
    return account.created_by == context.actor
