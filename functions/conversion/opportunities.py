"""The opportunity of a conversion: a new one, or an open one to which the lead is attached."""

from typing import Any

from functions.conversion.drafts import Draft
from functions.conversion.linking import Linked
from functions.conversion.ownership import Ownership
from functions.conversion.refusals import Refusals
from shared.domain.conversion.filling import Filling, fill
from shared.domain.conversion.mapping import Shape, pieces
from shared.domain.conversion.order import OpportunityTarget
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.events.opportunities import OpportunityChanged
from shared.domain.leads.model import Lead
from shared.domain.leads.origin import origin_of
from shared.domain.opportunities import work
from shared.domain.opportunities.model import (
    MOST_CONTACTS,
    Opportunity,
    OpportunityFields,
    OpportunityTerms,
)
from shared.http.call import AnyCall


def draft_opportunity(
    call: AnyCall,
    lead: Lead,
    order: OpportunityTarget | None,
    linked: Linked[Opportunity] | None,
    account: Draft[Account],
    contact: Draft[Contact],
    shape: Shape,
    owned: Ownership,
    refusals: Refusals,
) -> Draft[Opportunity]:
    """The opportunity as it will be; problems go to `refusals`."""
    if order is None or not shape.opportunity or (order.id is not None and linked is None):
        return Draft("opportunity", "none")
    way = linked.way if linked else order.way
    said: dict[str, Any] = order.model_dump(mode="json", include=order.said, exclude_unset=True)
    found = pieces(lead, "opportunity", shape)
    before = linked.record if linked else None
    filling = fill(found, said, way, order.overwrite, before)
    after: Opportunity | None = before
    with refusals.within("opportunity"):
        if linked is None:
            after = new_opportunity(call, lead, filling, account.id, contact.id, owned)
        else:
            after = _attached(call, lead, linked, filling, account.id, contact.id, refusals)
    return Draft("opportunity", way, found, filling, before, after)


def new_opportunity(
    call: AnyCall,
    lead: Lead,
    filling: Filling,
    account: str | None,
    contact: str | None,
    owned: Ownership,
) -> Opportunity:
    """A new one for the customer, that remembers the lead. Raises InvalidInput."""
    contacts = [contact] if contact else []
    # Where its customer was refused, that is told; the deal's own fields are judged all the same.
    given = OpportunityFields.model_validate({**filling.values, "contacts": contacts})
    given = given.model_copy(update={"account": account or (None if contact else "?")})
    return work.new_opportunity(
        call.context,
        given,
        owner=owned.owner,
        team=owned.team,
        lead=lead.id,
        origin=origin_of(lead),
    )


def _attached(
    call: AnyCall,
    lead: Lead,
    linked: Linked[Opportunity],
    filling: Filling,
    account: str | None,
    contact: str | None,
    refusals: Refusals,
) -> Opportunity:
    record = linked.record
    if not linked.changeable:
        refusals.add("opportunity.id", "may_not_change", "You may not change this opportunity.")
    if account is not None and record.account not in (None, account):
        message = "The opportunity belongs to another account."
        refusals.add("opportunity.id", "other_account", message)
    if contact is not None and len({*record.contacts, contact}) > MOST_CONTACTS:
        refusals.add("opportunity.id", "too_many_contacts", "It has 20 contacts.")
        return record
    given = OpportunityTerms.model_validate(filling.values)
    changed = work.change(call.context, record, given, filling.names)
    more = _ties(lead, record, account, contact)
    if not more:
        return changed
    event = OpportunityChanged(fields=tuple(sorted(more)))
    return changed.evolve(call.context, event, **more)


def _ties(
    lead: Lead, record: Opportunity, account: str | None, contact: str | None
) -> dict[str, Any]:
    """What ties an existing opportunity to the lead's customer and to the lead."""
    more: dict[str, Any] = {}
    if contact is not None and contact not in record.contacts:
        more["contacts"] = (*record.contacts, contact)
    if account is not None and record.account is None:
        more["account"] = account
    if record.lead is None:
        more |= {"lead": lead.id, "origin": origin_of(lead)}
    return more
