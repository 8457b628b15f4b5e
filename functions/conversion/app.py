"""Every trigger of conversion: routes, the children that follow, the day a reversal ends."""

from functools import partial

from functions.conversion import (
    bulk,
    children,
    policies,
    previewing,
    reading,
    reverting,
    use_cases,
)
from functions.conversion.schemas import (
    BulkConversion,
    BulkConversionAnswer,
    ConversionPreview,
    ConversionView,
    NewConversionPolicy,
    ReversalView,
)
from shared.domain.conversion.model import ConversionPolicy
from shared.domain.conversion.order import ConversionOrder
from shared.domain.events.conversion import LeadConversionReverted, LeadConverted
from shared.domain.events.leads import NoteAdded
from shared.domain.leads.model import Lead
from shared.domain.opportunities.model import Opportunity, OpportunityTerms
from shared.http.call import AnyCall, Reply
from shared.http.endpoint import endpoint
from shared.http.record_schemas import PageQuery
from shared.runtime.app import create_app
from shared.runtime.consumers import Delivery, Job, consumes, works
from shared.runtime.timers import TimerDue
from shared.storage.store import DocumentPage

app = create_app("conversion")
ONE = "/v1/leads/{lead}/conversion"
conversion = partial(endpoint, resource="lead", action="convert", tag="Conversion")
policy = partial(endpoint, resource="conversion_policy", tag="Conversion", returns=ConversionPolicy)
came_from = partial(
    endpoint, action="read", tag="Conversion", query=PageQuery, returns=Lead, listed=True
)


@app.route(f"{ONE}/preview", methods=["GET"])
@conversion(
    "What a conversion would suggest, with everything it could be linked to",
    returns=ConversionPreview,
    other_statuses=(409,),
)
def suggest(call: AnyCall, lead: str) -> ConversionPreview:
    """ConversionPreview what suggests itself."""
    return previewing.preview(call, lead)


@app.route(f"{ONE}/preview", methods=["POST"])
@conversion(
    "What this conversion would do",
    body=ConversionOrder,
    returns=ConversionPreview,
    other_statuses=(409,),
)
def preview(call: AnyCall, lead: str) -> ConversionPreview:
    """ConversionPreview an order."""
    return previewing.preview(call, lead, call.body)


@app.route(ONE, methods=["POST"])
@conversion(
    "Convert a lead into an account, a contact and an opportunity, new or existing",
    body=ConversionOrder,
    returns=ConversionView,
    status=201,
    precondition=True,
    writes=True,
)
def convert(call: AnyCall, lead: str) -> Reply:
    """Convert."""
    done = use_cases.convert(call, lead, call.body)
    return Reply(done, headers={"Location": f"/v1/leads/{lead}/conversion"})


@app.route(ONE, methods=["GET"])
@endpoint(
    "What became of a lead",
    resource="lead",
    action="read",
    tag="Conversion",
    returns=ConversionView,
)
def read(call: AnyCall, lead: str) -> ConversionView:
    """Read."""
    return use_cases.read(call, lead)


@app.route(ONE, methods=["DELETE"])
@conversion(
    "Take a conversion back: what it made is archived, what it changed restored",
    returns=ReversalView,
    precondition=True,
    writes=True,
)
def revert(call: AnyCall, lead: str) -> ReversalView:
    """Revert."""
    return reverting.revert(call, lead)


@app.route(f"{ONE}/opportunities", methods=["POST"])
@conversion(
    "Add another opportunity out of a converted lead",
    body=OpportunityTerms,
    returns=Opportunity,
    status=201,
    writes=True,
)
def add_opportunity(call: AnyCall, lead: str) -> Reply:
    """Add an opportunity."""
    deal = use_cases.add_opportunity(call, lead, call.body)
    return Reply(deal, headers={"Location": f"/v1/opportunities/{deal.id}"})


@app.route("/v1/leads/bulk-conversion", methods=["POST"])
@conversion(
    "Convert up to 50 leads, with a result for each",
    body=BulkConversion,
    returns=BulkConversionAnswer,
    writes=True,
    piecemeal=True,
)
def convert_many(call: AnyCall) -> BulkConversionAnswer:
    """Bulk."""
    return bulk.convert(call, call.body)


@app.route("/v1/accounts/{account}/leads", methods=["GET"])
@came_from("The leads that an account came from, newest conversion first", resource="account")
def account_leads(call: AnyCall, account: str) -> DocumentPage:
    """Leads of an account."""
    return reading.leads_of_account(call, account, call.query)


@app.route("/v1/contacts/{contact}/leads", methods=["GET"])
@came_from("The leads that a contact came from, newest conversion first", resource="contact")
def contact_leads(call: AnyCall, contact: str) -> DocumentPage:
    """Leads of a contact."""
    return reading.leads_of_contact(call, contact, call.query)


@app.route("/v1/opportunities/{opportunity}/leads", methods=["GET"])
@came_from("The leads that led to an opportunity, newest first", resource="opportunity")
def opportunity_leads(call: AnyCall, opportunity: str) -> DocumentPage:
    """Leads of an opportunity."""
    return reading.leads_of_opportunity(call, opportunity, call.query)


@app.route("/v1/conversion-policy", methods=["GET"])
@policy("The rules about conversions", action="read")
def read_policy(call: AnyCall) -> ConversionPolicy:
    """Read the policy."""
    return policies.policy_of(call.store, call.context)


@app.route("/v1/conversion-policy", methods=["PUT"])
@policy(
    "Replace the rules about conversions",
    action="update",
    body=NewConversionPolicy,
    precondition=True,
    writes=True,
)
def replace_policy(call: AnyCall) -> ConversionPolicy:
    """Replace the policy."""
    return policies.replace_policy(call, call.body)


@app.on_sqs_message(queue="conversion-children", batch_size=5)
@consumes(LeadConverted, LeadConversionReverted, NoteAdded)
def move_children(delivery: Delivery) -> None:
    """What was written on the lead follows it, or comes back."""
    if isinstance(delivery.event, NoteAdded):
        children.follow_note(delivery)
    else:
        children.follow(delivery)


@app.on_sqs_message(queue="conversion-timers", batch_size=10)
@works(TimerDue)
def forget_images(job: Job[TimerDue]) -> None:
    """The last day of a reversal is over: what only that needed is forgotten."""
    reverting.forget(job)
