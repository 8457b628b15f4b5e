"""The verbs of conversion for one lead: show, convert, add another opportunity."""

from functions.conversion.opportunities import new_opportunity
from functions.conversion.ownership import Ownership
from functions.conversion.planning import Planner
from functions.conversion.policies import policy_of
from functions.conversion.refusals import Refusals
from functions.conversion.schemas import Became, ConversionView
from functions.conversion.storing import store
from shared.domain.access import grant
from shared.domain.conversion.filling import fill
from shared.domain.conversion.mapping import Shape, pieces
from shared.domain.conversion.model import Conversion, Target, seal_of
from shared.domain.conversion.order import ConversionOrder
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.errors import (
    DuplicatesFound,
    InvalidInput,
    InvalidState,
    NotFound,
    StaleVersion,
)
from shared.domain.leads import converting
from shared.domain.leads.model import Lead
from shared.domain.opportunities.model import Opportunity, OpportunityTerms
from shared.http.call import AnyCall


def convert(call: AnyCall, lead_id: str, order: ConversionOrder) -> ConversionView:
    """The lead becomes what was ordered, all in one transaction.

    Raises InvalidInput with every problem of every target, DuplicatesFound, and InvalidState with
    the code ALREADY_CONVERTED.
    """
    lead = call.load(Lead, lead_id)
    converting.require_unconverted(lead)
    if not lead.open:
        raise InvalidState(
            f"A {lead.status} lead is not converted.", details={"status": lead.status}
        )
    policy = policy_of(call.store, call.context)
    plan = Planner(call, lead, order, policy).plan()
    try:
        return view_of(store(call, lead, plan, order, policy))
    except (DuplicatesFound, InvalidInput):
        # What stands in the way may be what another conversion of this lead has just made.
        if call.store.load(Lead, lead.id, deleted=True).version != lead.version:
            raise StaleVersion from None
        raise


def read(call: AnyCall, lead_id: str) -> ConversionView:
    """The conversion of a lead. Raises NotFound unless it is converted."""
    lead = call.load(Lead, lead_id)
    if lead.conversion is None:
        raise NotFound("The lead is not converted.")
    return view_of(call.store.load(Conversion, lead.conversion.id))


def add_opportunity(call: AnyCall, lead_id: str, given: OpportunityTerms) -> Opportunity:
    """Another opportunity out of a converted lead, for the customer that the lead became.

    Raises InvalidState unless the lead is converted, or while its customer is in review or gone.
    """
    lead = call.load(Lead, lead_id)
    became = converting.require_converted(lead)
    grant(call.context.principal, Opportunity.kind, "create")
    conversion = call.store.load(Conversion, became.id)
    _require_customer(call, conversion)
    said = given.model_dump(mode="json", exclude_unset=True)
    shape = Shape(account=True, contact=True, opportunity=True)
    filling = fill(pieces(lead, "opportunity", shape), said, "create")
    owned = Ownership.of(call, lead, None, Refusals())
    deal = new_opportunity(call, lead, filling, conversion.account, conversion.contact, owned)
    target = Target(kind="opportunity", id=deal.id, made=True, seal=seal_of(deal))
    targets = (*conversion.targets, target)
    call.unit.put(converting.add_opportunity(call.context, lead, deal.id))
    call.unit.put(conversion.evolve(call.context, targets=targets))
    return call.unit.put(deal)


def view_of(conversion: Conversion) -> ConversionView:
    """A conversion as people see it."""
    deals = tuple(t.id for t in conversion.targets if t.kind == "opportunity")
    links: dict[str, object] = {"lead": f"/v1/leads/{conversion.lead}"}
    links |= {t.kind: f"/v1/{_PLURAL[t.kind]}/{t.id}" for t in conversion.targets}
    targets = tuple(map(_became, conversion.targets))
    return ConversionView(
        id=conversion.id,
        lead=conversion.lead,
        status=conversion.status,
        at=conversion.created_at,
        by=conversion.created_by,
        account=conversion.account,
        contact=conversion.contact,
        opportunities=deals,
        targets=targets,
        left=conversion.left,
        children=conversion.children,
        revertible_until=conversion.revertible_until,
        links=links,
    )


_PLURAL = {"account": "accounts", "contact": "contacts", "opportunity": "opportunities"}


def _became(target: Target) -> Became:
    return Became(
        kind=target.kind,
        id=target.id,
        made=target.made,
        in_review=target.in_review,
        collision=target.collision,
    )


def _require_customer(call: AnyCall, conversion: Conversion) -> None:
    """The customer is there for everybody, and stays so until the opportunity is stored."""
    accounts = call.store.load_many(Account, filter(None, [conversion.account]))
    contacts = call.store.load_many(Contact, filter(None, [conversion.contact]))
    there = {**accounts, **contacts}
    for wanted in (conversion.account, conversion.contact):
        if wanted is not None and wanted not in there:
            raise InvalidState(
                "The customer is in review, archived or merged.",
                code="customer_not_available",
                details={"customer": wanted},
            )
    for record in there.values():
        call.unit.expect(record)
