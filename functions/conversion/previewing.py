"""What a conversion would do: proposals, candidates, and every field that would go nowhere."""

from typing import Any

from functions.conversion.candidates import open_opportunities
from functions.conversion.drafts import Draft, Plan
from functions.conversion.planning import Planner
from functions.conversion.policies import policy_of
from functions.conversion.schemas import (
    ConversionPreview,
    FieldPlan,
    Obstacle,
    TargetPlan,
    Unmapped,
)
from shared.domain.conversion.filling import flat_document
from shared.domain.conversion.mapping import STAYS
from shared.domain.conversion.order import (
    AccountTarget,
    ContactTarget,
    ConversionOrder,
    OpportunityTarget,
)
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.leads import converting
from shared.domain.leads.model import Lead
from shared.http.call import AnyCall

_OF_DEALS = frozenset({"interest", "budget"})


def preview(call: AnyCall, lead_id: str, order: ConversionOrder | None = None) -> ConversionPreview:
    """What this order would do; without one, what suggests itself: likely customers are filled, all
    else is new, with an opportunity. Raises InvalidState with the code ALREADY_CONVERTED."""
    lead = call.load(Lead, lead_id)
    converting.require_unconverted(lead)
    policy = policy_of(call.store, call.context)
    planner = Planner(call, lead, order or ConversionOrder(), policy)
    candidates = planner.candidates
    if order is None:
        planner = Planner(call, lead, _suggested(planner), policy)
        planner.candidates = candidates
    plan = planner.plan()
    if not lead.open:
        plan.refusals.add("lead", "invalid_state", f"A {lead.status} lead is not converted.")
    accounts = dict.fromkeys([*candidates.accounts(), *filter(None, [_linked_account(plan)])])
    return ConversionPreview(
        lead=lead.id,
        version=lead.version,
        owner=plan.ownership.owner,
        account=_shown(plan.account),
        contact=_shown(plan.contact),
        opportunity=_shown(plan.opportunity),
        candidates=candidates.shown(),
        open_opportunities=open_opportunities(call.store, call.context, accounts),
        unmapped=_unmapped(lead, plan),
        errors=tuple(Obstacle(**error.as_dict()) for error in plan.refusals.errors),
    )


def _suggested(planner: Planner) -> ConversionOrder:
    account = planner.candidates.best(Account.kind)
    contact = planner.candidates.best(Contact.kind)
    return ConversionOrder(
        account=AccountTarget(id=account.id) if account else None,
        contact=ContactTarget(id=contact.id) if contact else None,
        opportunity=OpportunityTarget(mode="create"),
    )


def _linked_account(plan: Plan) -> str | None:
    return plan.account.before.id if plan.account.before is not None else None


def _shown(draft: Draft[Any]) -> TargetPlan:
    present = flat_document(draft.before)
    written = _written(draft.filling.values)
    proposed = {piece.field: piece.value for piece in draft.pieces} | written
    fields = tuple(
        FieldPlan(field=name, proposed=value, current=present.get(name), written=name in written)
        for name, value in sorted(proposed.items())
    )
    before = draft.before
    return TargetPlan(mode=draft.way, id=before.id if before is not None else None, fields=fields)


def _written(values: dict[str, Any]) -> dict[str, Any]:
    custom: dict[str, Any] = values.get("custom", {})
    whole = {name: value for name, value in values.items() if name != "custom"}
    return whole | {f"custom.{name}": value for name, value in custom.items()}


def _unmapped(lead: Lead, plan: Plan) -> tuple[Unmapped, ...]:
    left = frozenset[str]().union(*(draft.filling.left for draft in plan.drafts))

    def reason(name: str) -> str:
        if name in left:
            return "target_has_value"
        if name in STAYS:
            return "stays_on_lead"
        if name in _OF_DEALS:
            return "no_opportunity"
        return "not_a_country_code" if name == "country" else "no_target"

    return tuple(
        Unmapped.model_validate({"field": name, "value": value, "reason": reason(name)})
        for name, value in plan.unmapped(lead).items()
    )
