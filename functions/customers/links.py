"""Contacts at accounts, accounts above and beside accounts, and who has an identity."""

from typing import Any

from functions.customers import use_cases
from functions.customers.link_schemas import (
    AccountContacts,
    AffiliatedAccount,
    AffiliatedContact,
    AffiliationOrder,
    Ancestor,
    Ancestors,
    ContactAccounts,
)
from shared.domain.customers.account import Account
from shared.domain.customers.contact import MOST_ACCOUNTS, Contact
from shared.domain.customers.links import (
    Affiliation,
    AffiliationFields,
    affiliation_id,
)
from shared.domain.errors import InvalidInput, InvalidState, NotFound
from shared.domain.events.customers import (
    AffiliationChanged,
    AffiliationCreated,
    ContactChanged,
)
from shared.http.call import AnyCall
from shared.http.record_schemas import PageQuery
from shared.storage.hierarchy import ancestors

_FIELDS = tuple(AffiliationFields.model_fields)


def affiliate(
    call: AnyCall, account_id: str, contact_id: str, order: AffiliationOrder
) -> Affiliation:
    """Let the contact stand for the account in these roles, or in others than before."""
    contact = call.load(Contact, contact_id)
    if contact.hidden:
        raise InvalidState("The contact is still in review.", code="in_review")
    account = call.store.find(Account, account_id)
    if account is None or not use_cases.account_reader(call).covers(account):
        raise NotFound("There is no account with this id.")
    _keep_contact(call, contact, account.id, primary=order.primary)
    fields = {name: getattr(order, name) for name in _FIELDS}
    link_id = affiliation_id(account.id, contact.id)
    found = call.store.find(Affiliation, link_id, deleted=True)
    if found is None:
        stamp = Affiliation.stamp(call.context, link_id)
        ends = {"account": account.id, "contact": contact.id}
        event = AffiliationCreated(**ends, roles=order.roles)
        return call.unit.put(Affiliation(**stamp, **ends, **fields).recording(event))
    return _play(call, found, fields)


def end_affiliation(call: AnyCall, account_id: str, contact_id: str) -> None:
    """The contact no longer stands for the account. Raises NotFound."""
    contact = call.load(Contact, contact_id)
    if account_id not in contact.accounts:
        raise NotFound("The contact does not stand for this account.")
    kept = tuple(a for a in contact.accounts if a != account_id)
    main = contact.account if contact.account != account_id else next(iter(kept), None)
    event = ContactChanged(fields=("account", "accounts"))
    after = contact.evolve(call.context, event, accounts=kept, account=main)
    use_cases.store(call, contact, after)


def contacts_of(call: AnyCall, account_id: str, query: PageQuery) -> AccountContacts:
    """The contacts of an account that the caller may read."""
    account = call.load(Account, account_id)
    page = call.store.children(Affiliation, account.id, limit=query.limit, cursor=query.cursor)
    links = [Affiliation.from_document(text) for text in page.documents]
    people = call.store.load_many(Contact, [link.contact for link in links])
    reader = use_cases.reader_of(call, Contact)
    items = [
        AffiliatedContact(
            contact=person.id,
            name=person.name,
            job_title=person.job_title,
            primary=person.account == account.id,
            **_part(link),
        )
        for link in links
        if (person := people.get(link.contact)) is not None and reader.covers(person)
    ]
    return AccountContacts(items=tuple(items), cursor=page.cursor)


def accounts_of(call: AnyCall, contact_id: str) -> ContactAccounts:
    """The accounts of a contact that the caller may read, the main one first."""
    contact = call.load(Contact, contact_id)
    accounts = call.store.load_many(Account, contact.accounts)
    ids = {a: affiliation_id(a, contact.id) for a in accounts}
    links = call.store.load_many(Affiliation, ids.values())
    reader = use_cases.reader_of(call, Account)
    items = [
        AffiliatedAccount(
            account=account.id,
            name=account.name,
            lifecycle=account.lifecycle,
            primary=account.id == contact.account,
            **_part(links[ids[account.id]]),
        )
        for account in accounts.values()
        if reader.covers(account) and ids[account.id] in links
    ]
    return ContactAccounts(items=tuple(sorted(items, key=lambda item: not item.primary)))


def above(call: AnyCall, account_id: str) -> Ancestors:
    """The accounts above this one, as far as the caller may read them."""
    found: list[Ancestor] = []
    for account in ancestors(call.store, call.load(Account, account_id)):
        if not call.grant.covers(account):
            break
        found.append(Ancestor(id=account.id, name=account.name, lifecycle=account.lifecycle))
    return Ancestors(items=tuple(found))


def readable_account(call: AnyCall, account_id: str, field: str) -> Account:
    """An account that the caller may refer to. Raises InvalidInput at the field."""
    account = call.store.find(Account, account_id)
    if account is None or not use_cases.account_reader(call).covers(account):
        raise InvalidInput.of(field, "unknown_account", "There is no account with this id.")
    return account


def _keep_contact(call: AnyCall, contact: Contact, account: str, *, primary: bool) -> None:
    """The contact names the account too, as the main one if it is to be that."""
    main = account if primary or contact.account is None else contact.account
    accounts = contact.accounts if account in contact.accounts else (*contact.accounts, account)
    if len(accounts) > MOST_ACCOUNTS:
        message = f"A contact stands for at most {MOST_ACCOUNTS} accounts."
        raise InvalidInput.of("account", "too_many", message)
    if (main, accounts) == (contact.account, contact.accounts):
        call.unit.expect(contact)
        return
    event = ContactChanged(fields=("account", "accounts"))
    call.unit.put(contact.evolve(call.context, event, account=main, accounts=accounts))


def _play(call: AnyCall, link: Affiliation, fields: dict[str, Any]) -> Affiliation:
    changed = tuple(sorted(n for n, v in fields.items() if getattr(link, n) != v))
    ends = {"account": link.account, "contact": link.contact}
    if link.deleted_at is not None:
        event = AffiliationCreated.model_validate({**ends, "roles": fields["roles"]})
        return call.unit.put(link.evolve(call.context, event, deleted_at=None, **fields))
    if not changed:
        return link
    told = AffiliationChanged(**ends, fields=changed)
    return call.unit.put(link.evolve(call.context, told, **fields))


def _part(link: Affiliation) -> dict[str, Any]:
    return {name: getattr(link, name) for name in _FIELDS}
