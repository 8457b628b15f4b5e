"""Relations between accounts beside their hierarchy, and customers by their identities."""

from itertools import chain

from functions.customers import use_cases
from functions.customers.link_schemas import (
    IdentityQuery,
    NewRelation,
    RelationChange,
    Relations,
    Resolved,
)
from functions.customers.links import readable_account
from shared.domain.access import Grant, Principal, Role, Scope, field_rules, refuse_ruled_fields
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.customers.links import AccountRelation
from shared.domain.email import parse_email
from shared.domain.errors import InvalidInput, NotFound
from shared.domain.events.customers import AccountRelationEnded, AccountsRelated
from shared.domain.ids import is_id
from shared.domain.phone import parse_phone
from shared.http.call import AnyCall
from shared.storage import identities
from shared.storage.list_query import ListQuery

_MOST = 100


def relate(call: AnyCall, account_id: str, given: NewRelation) -> AccountRelation:
    """Say what the account is to another one. Raises AlreadyExists when that was said."""
    account = call.load(Account, account_id)
    other = readable_account(call, given.other, "other")
    if other.id == account.id:
        raise InvalidInput.of("other", "is_itself", "An account is not related to itself.")
    event = AccountsRelated(account=account.id, other=other.id, type=given.type)
    made = AccountRelation(
        **AccountRelation.stamp(call.context),
        account=account.id,
        other=other.id,
        type=given.type,
        note=given.note,
    )
    return call.unit.put(made.recording(event))


def change(
    call: AnyCall, account_id: str, relation_id: str, given: RelationChange
) -> AccountRelation:
    """Another note on a relation of the account."""
    relation = _load(call, account_id, relation_id)
    if relation.note == given.note:
        return relation
    return call.unit.put(relation.evolve(call.context, note=given.note))


def end(call: AnyCall, account_id: str, relation_id: str) -> None:
    """The two accounts are not related like that any more."""
    relation = _load(call, account_id, relation_id)
    event = AccountRelationEnded(account=relation.account, other=relation.other)
    call.unit.put(relation.evolve(call.context, event, deleted_at=call.context.now))


def page(call: AnyCall, account_id: str) -> Relations:
    """What the account is to others, and others to it: at most 100 each, newest first."""
    account = call.load(Account, account_id)
    anybody = Grant(Principal(call.context.tenant, "", Role.SYSTEM), "account_relation", Scope.ALL)
    sides = (ListQuery(relation=account.id), ListQuery(owner=account.id))
    found = [call.store.page(AccountRelation, side, anybody, limit=_MOST) for side in sides]
    texts = chain.from_iterable(page.documents for page in found)
    return Relations(items=tuple(AccountRelation.from_document(text) for text in texts))


def resolve(call: AnyCall, query: IdentityQuery) -> Resolved:
    """The customer who has this identity. Raises NotFound, also for whom the caller may not
    read, and Forbidden for whoever does not see identities of this channel in full."""
    field = {"phone": "phones", "email": "emails"}.get(query.channel, "identities")
    for kind in (Account.kind, Contact.kind):
        refuse_ruled_fields(field_rules(call.context.principal, kind), [field], "filter by")
    claim = _claim(call, query)
    holder = identities.holders(call.store, [claim]).get(claim, "")
    entity_type = Account if is_id(holder, Account.prefix) else Contact
    record = call.store.find(entity_type, holder)
    if record is None or not use_cases.reader_of(call, entity_type).covers(record):
        raise NotFound("There is no customer with this identity.")
    return Resolved.of(record)


def _claim(call: AnyCall, query: IdentityQuery) -> identities.Claim:
    match query.channel:
        case "phone":
            number = parse_phone(query.value, call.context.principal.region, "value")
            return "phone:", number.e164
        case "email":
            return "email:", parse_email(query.value, "value").address.casefold()
        case channel:
            return f"{channel}:{query.system}", query.value


def _load(call: AnyCall, account_id: str, relation_id: str) -> AccountRelation:
    account = call.load(Account, account_id)
    relation = call.store.find(AccountRelation, relation_id)
    if relation is None or account.id not in (relation.account, relation.other):
        raise NotFound("There is no such relation.")
    return relation
