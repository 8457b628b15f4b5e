"""What hangs on a customer that is purged, taken away piece by piece; each may be done again."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from shared.domain.access import Grant, Principal, Role, Scope
from shared.domain.consents.model import ConsentEntry, ConsentLedger, ledger_id
from shared.domain.context import Context
from shared.domain.conversion.model import Conversion
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.customers.customer import Customer
from shared.domain.customers.links import AccountRelation, Affiliation, affiliation_id
from shared.domain.entity import Entity
from shared.domain.events.base import Event
from shared.domain.events.customers import AccountChanged, ContactChanged, CustomerPurged
from shared.domain.notes import Note
from shared.domain.segments.membership import Membership, membership_id
from shared.storage import keys
from shared.storage.list_query import ListQuery
from shared.storage.store import Store

E = TypeVar("E", bound=Entity)
PIECE = 25
"""Records taken away in one transaction."""


def _notes(store: Store, context: Context, record: Customer) -> bool:
    found = [*_related(store, Note, record.id), *_related(store, ConsentEntry, record.id)]
    return _purged(store, context, found)


def _relations(store: Store, context: Context, record: Customer) -> bool:
    found = [*_related(store, AccountRelation, record.id), *_owned(store, AccountRelation, record)]
    return isinstance(record, Account) and _purged(store, context, found)


def _subsidiaries(store: Store, context: Context, record: Customer) -> bool:
    def freed(child: Account) -> Account:
        return child.evolve(context, AccountChanged(fields=("parent",)), parent=None)

    return _changed(store, context, Account, record, freed)


def _contacts(store: Store, context: Context, record: Customer) -> bool:
    """The contacts of an account, first those with an affiliation, then whoever names it still."""
    affiliated = _related(store, Affiliation, record.id)
    people = store.load_many(Contact, [link.contact for link in affiliated])
    unit = store.begin(context)
    for link in affiliated:
        unit.purge(link)
    for contact in people.values():
        if record.id in contact.accounts:
            unit.put(_left(context, contact, record.id))
    unit.commit()
    named = _changed(store, context, Contact, record, lambda c: _left(context, c, record.id))
    return bool(affiliated) or named


def _affiliations(store: Store, context: Context, record: Customer) -> bool:
    """The affiliations of a contact, at accounts it names and by the index."""
    if not isinstance(record, Contact):
        return False
    ids = [affiliation_id(account, record.id) for account in record.accounts]
    found = {**store.load_many(Affiliation, ids)}
    found |= {link.id: link for link in _owned(store, Affiliation, record)}
    return _purged(store, context, list(found.values())[:PIECE])


def _conversions(store: Store, context: Context, record: Customer) -> bool:
    """What conversions keep of it, so that they could be taken back."""
    found = [*_related(store, Conversion, record.id), *_owned(store, Conversion, record)]
    forgetful = [(made, made.forgetting()) for made in {one.id: one for one in found}.values()]
    unit = store.begin(context)
    for made, less in forgetful:
        if any(getattr(made, name) != value for name, value in less.items()):
            unit.put(made.evolve(context, **less))
    unit.commit()
    return len(unit) > 0


def _heads(store: Store, context: Context, record: Customer) -> bool:
    """Its consent ledger, and what says which segments it is in, once it has left them all."""
    ledgers = store.load_many(ConsentLedger, [ledger_id(record.id)])
    memberships = store.load_many(Membership, [membership_id(record.id)])
    left = [one for one in memberships.values() if not one.targets]
    return _purged(store, context, [*ledgers.values(), *left])


def _merged_away(store: Store, context: Context, record: Customer) -> bool:
    """Those that were merged into it answer with nothing any more: they go the same way."""
    entries = store.rows(keys.entity(store.tenant, record.id), keys.TIMELINE)
    told = [json.loads(row["entry"]["S"]) for row in entries]
    ids = {e["data"]["loser"] for e in told if e["name"] == f"{record.kind}.merged"}
    losers = (store.find(type(record), loser, deleted=True) for loser in sorted(ids))
    found = [x for x in losers if x and x.merged_into == record.id and x.purged_at is None]
    unit = store.begin(context)
    for loser in found:
        unit.put(loser.evolve(context, CustomerPurged(), purged_at=context.now))
    unit.commit()
    return bool(found)


PIECES: tuple[Callable[[Store, Context, Customer], bool], ...] = (
    _notes,
    _relations,
    _subsidiaries,
    _contacts,
    _affiliations,
    _conversions,
    _heads,
    _merged_away,
)
"""Each takes away a piece and says whether there was something to take."""


def _left(context: Context, contact: Contact, account: str) -> Contact:
    kept = tuple(a for a in contact.accounts if a != account)
    main = contact.account if contact.account != account else next(iter(kept), None)
    event: Event = ContactChanged(fields=("account", "accounts"))
    return contact.evolve(context, event, accounts=kept, account=main)


def _related(store: Store, entity_type: type[E], record_id: str) -> list[E]:
    page = store.children(entity_type, record_id, limit=PIECE)
    return _present(store, entity_type, page.documents)


def _owned(store: Store, entity_type: type[E], record: Customer) -> list[E]:
    reader = Grant(Principal(store.tenant, "", Role.SYSTEM), entity_type.kind, Scope.ALL)
    page = store.page(entity_type, ListQuery(owner=record.id), reader, limit=PIECE)
    return _present(store, entity_type, page.documents)


def _present(store: Store, entity_type: type[E], documents: list[str]) -> list[E]:
    """Those that are there: the index follows the table by moments."""
    ids = [entity_type.model_validate_json(text).id for text in documents]
    return list(store.load_many(entity_type, ids).values())


def _purged(store: Store, context: Context, found: list[Any]) -> bool:
    unit = store.begin(context)
    for entity in found:
        unit.purge(entity)
    unit.commit()
    return bool(found)


def _changed(
    store: Store,
    context: Context,
    entity_type: type[E],
    record: Customer,
    change: Callable[[E], E],
) -> bool:
    reference = entity_type.relation_field or ""
    related = _related(store, entity_type, record.id)
    found = [entity for entity in related if getattr(entity, reference) == record.id]
    unit = store.begin(context)
    for entity in found:
        unit.put(change(entity))
    unit.commit()
    return bool(found)
