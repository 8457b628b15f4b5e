"""The verbs of opportunities for one record: each loads, decides in the domain, and stores once."""

from collections.abc import Iterable
from dataclasses import replace

from functions.opportunities.schemas import NewClosing, NewOpportunity, OpportunityChange
from shared.domain.access import grant
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.errors import FieldError, InvalidInput
from shared.domain.opportunities import work
from shared.domain.opportunities.model import Opportunity
from shared.http.call import AnyCall
from shared.http.merging import load_to_change
from shared.storage.owners import team_of_owner


def create(call: AnyCall, given: NewOpportunity) -> Opportunity:
    """A new opportunity of customers that the caller may read."""
    _require_known(call, given)
    caller = call.context.principal
    owner, team = given.owner, given.team
    if owner is None:
        owner, team = (
            (caller.actor, next(iter(caller.teams), None)) if _person(call) else (None, None)
        )
    else:
        if owner != caller.actor:
            grant(caller, Opportunity.kind, "assign")
        team = team_of_owner(call.store, owner, team)
    return call.unit.put(work.new_opportunity(call.context, given, owner=owner, team=team))


def change(call: AnyCall, opportunity_id: str, given: OpportunityChange) -> Opportunity:
    """The named fields as given; an unchanged opportunity is answered without a write."""
    found = load_to_change(call, Opportunity, opportunity_id, given)
    return store(call, found, work.change(call.context, found, given, given.model_fields_set))


def close(call: AnyCall, opportunity_id: str, order: NewClosing) -> Opportunity:
    """Won or lost."""
    found = call.load(Opportunity, opportunity_id)
    return store(call, found, work.close(call.context, found, order.outcome, order.reason))


def reopen(call: AnyCall, opportunity_id: str) -> Opportunity:
    """Work on it again."""
    found = call.load(Opportunity, opportunity_id)
    return store(call, found, work.reopen(call.context, found))


def archive(call: AnyCall, opportunity_id: str) -> Opportunity:
    """Move it to the archive."""
    found = call.load(Opportunity, opportunity_id)
    return store(call, found, work.archive(call.context, found))


def restore(call: AnyCall, opportunity_id: str) -> Opportunity:
    """Take it out of the archive."""
    found = call.load(Opportunity, opportunity_id, deleted=True)
    return store(call, found, work.restore(call.context, found))


def store(call: AnyCall, before: Opportunity, after: Opportunity) -> Opportunity:
    """Put the changed opportunity into the call's unit; nothing if it is unchanged."""
    return before if after is before else call.unit.put(after)


def _person(call: AnyCall) -> bool:
    return call.context.principal.kind == "user"


def _require_known(call: AnyCall, given: NewOpportunity) -> None:
    """Raises InvalidInput for customers that are not there for the caller."""
    accounts = [given.account] if given.account else []
    errors = _unknown(call, Account, accounts, "account")
    errors += _unknown(call, Contact, given.contacts, "contacts")
    if errors:
        raise InvalidInput(errors)


def _unknown(
    call: AnyCall, kind: type[Account | Contact], ids: Iterable[str], path: str
) -> list[FieldError]:
    wanted = list(ids)
    if not wanted:
        return []
    reader = replace(grant(call.context.principal, kind.kind, "read"), at=call.context.now)
    found = call.store.load_many(kind, wanted)
    there = {record.id for record in found.values() if reader.covers(record)}
    message = f"There is no {kind.kind} with this id."
    code = f"unknown_{kind.kind}"
    many = path == "contacts"
    return [
        FieldError(f"{path}.{n}" if many else path, code, message)
        for n, record in enumerate(wanted)
        if record not in there
    ]
