"""The verbs of customers for one record: each loads, decides in the domain, and stores once."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any, TypeVar

from functions.customers.kinds import CustomerKind
from functions.customers.schemas import NewAccount, NewContact
from shared.domain.access import Grant, Scope, grant, may
from shared.domain.customers import work
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.customers.customer import Customer
from shared.domain.errors import AlreadyExists
from shared.domain.matching.policy import Allowance
from shared.http.call import AnyCall
from shared.http.merging import load_to_change
from shared.http.record_schemas import NewOwner
from shared.storage.customer_entry import change_customer, enter_customer
from shared.storage.owners import team_of_owner

C = TypeVar("C", bound=Customer)


def create(call: AnyCall, kind: CustomerKind, given: NewAccount | NewContact) -> Account | Contact:
    """A new customer. Raises AlreadyExists, with the way back, for what is in the archive."""
    if given.external_id is not None:
        _offer_archived(call, kind, given.external_id)
    owner, team = _owner_of_new(call, kind, given)
    record = kind.make(call.context, given, channel="api", owner=owner, team=team)
    return enter_customer(
        call.store,
        call.unit,
        call.context,
        record,
        channel="api",
        allowance=given.allow_duplicate,
        reader=account_reader(call),
    )


def change(call: AnyCall, kind: CustomerKind, record_id: str, given: Any) -> Account | Contact:
    """The named fields as given; an unchanged record is answered without a write."""
    record = load_to_change(call, kind.entity, record_id, given)
    names: set[str] = given.model_fields_set
    after = kind.alter(call.context, record, given, names)
    return store(call, record, after, given.allow_duplicate)


def archive(call: AnyCall, kind: CustomerKind, record_id: str) -> Account | Contact:
    """Move it to the archive."""
    record = call.load(kind.entity, record_id)
    return store(call, record, work.archive(call.context, record))


def restore(call: AnyCall, kind: CustomerKind, record_id: str) -> Account | Contact:
    """Take it out of the archive."""
    record = call.load(kind.entity, record_id, deleted=True)
    return store(call, record, work.restore(call.context, record))


def assign(call: AnyCall, kind: CustomerKind, record_id: str, order: NewOwner) -> Account | Contact:
    """Give it to a person. Raises InvalidInput unless they are an active user."""
    record = call.load(kind.entity, record_id)
    team = team_of_owner(call.store, order.owner, order.team)
    return store(call, record, work.assign(call.context, record, order.owner, team))


def tag(
    call: AnyCall,
    kind: CustomerKind,
    record_id: str,
    add: Iterable[str],
    remove: Collection[str],
) -> Account | Contact:
    """Other tags, those it keeps in their order."""
    record = call.load(kind.entity, record_id)
    kept = [old for old in record.tags if old not in remove]
    given = kind.change.model_validate({"tags": tuple(dict.fromkeys((*kept, *add)))})
    return store(call, record, kind.alter(call.context, record, given, {"tags"}))


def store(
    call: AnyCall, before: Any, after: Any, allowance: Allowance | None = None
) -> Account | Contact:
    """Put the changed record into the call's unit; nothing if it is unchanged."""
    return change_customer(
        call.store,
        call.unit,
        call.context,
        before,
        after,
        allowance=allowance,
        reader=account_reader(call),
    )


def put(call: AnyCall, before: C, after: C) -> C:
    """Put a changed record whose identities, links and likeness are the same."""
    return before if after is before else call.unit.put(after)


def account_reader(call: AnyCall) -> Grant:
    """The right that must reach the accounts which the caller's records refer to."""
    return reader_of(call, Account)


def reader_of(call: AnyCall, entity_type: type[Customer]) -> Grant:
    """The caller's right to read records of this kind."""
    return replace(grant(call.context.principal, entity_type.kind, "read"), at=call.context.now)


def _offer_archived(call: AnyCall, kind: CustomerKind, external_id: str) -> None:
    """What is entered again and lies in the archive is restored, not made a second time."""
    caller = call.context.principal
    holder = call.store.holders(kind.entity, "external_id", [external_id]).get(external_id, "")
    found = call.store.find(kind.entity, holder, deleted=True)
    if found is None or found.deleted_at is None or found.purged_at is not None:
        return
    if may(caller, kind.name, "restore") and grant(caller, kind.name, "restore").covers(found):
        message = f"{kind.a.capitalize()} in the archive has this external_id: restore it."
        refusal = AlreadyExists(message, field="external_id", existing_id=found.id)
        refusal.details["restore"] = f"/v1/{kind.plural}/{found.id}/restoration"
        raise refusal


def _owner_of_new(
    call: AnyCall, kind: CustomerKind, given: NewAccount | NewContact
) -> tuple[str | None, str | None]:
    """Whose it will be: who was named, else the caller when they see only some records."""
    caller = call.context.principal
    if given.owner is None:
        mine = caller.kind == "user" and call.grant.scope is not Scope.ALL
        return (caller.actor, next(iter(caller.teams), None)) if mine else (None, None)
    if given.owner != caller.actor:
        grant(caller, kind.name, "assign")
    return given.owner, team_of_owner(call.store, given.owner, given.team)
