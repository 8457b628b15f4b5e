"""Every trigger of the 360° view: the projection of all events that concern a customer, routes."""

from functools import partial

from functions.timeline import projection, reading, rehoming
from functions.timeline.schemas import AccountOverview, TimelineFilter
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.events.conversion import LeadConversionReverted, LeadConverted
from shared.domain.leads.model import Lead
from shared.http.call import AnyCall, Reply
from shared.http.endpoint import endpoint
from shared.runtime.app import create_app
from shared.runtime.consumers import Delivery, consumes, follows
from shared.storage.store import DocumentPage
from shared.storage.timeline import Entry

app = create_app("timeline")
view = partial(endpoint, action="read", tag="360° view")
timeline = partial(view, query=TimelineFilter, returns=Entry, listed=True)


@app.route("/v1/accounts/{account}/timeline", methods=["GET"])
@timeline("What happened around an account, newest first", resource="account")
def account_timeline(call: AnyCall, account: str) -> DocumentPage:
    """Every event of the account and of what belongs to it."""
    return reading.timeline_of(call, Account, account)


@app.route("/v1/contacts/{contact}/timeline", methods=["GET"])
@timeline("What happened around a contact, newest first", resource="contact")
def contact_timeline(call: AnyCall, contact: str) -> DocumentPage:
    """Every event that concerns the contact."""
    return reading.timeline_of(call, Contact, contact)


@app.route("/v1/leads/{lead}/timeline", methods=["GET"])
@timeline("What happened around a lead, newest first", resource="lead")
def lead_timeline(call: AnyCall, lead: str) -> DocumentPage:
    """Every event that concerns the lead."""
    return reading.timeline_of(call, Lead, lead)


@app.route("/v1/accounts/{account}/overview", methods=["GET"])
@view(
    "An account from all sides: profile, open items, key figures, newest events",
    resource="account",
    returns=AccountOverview,
)
def overview_of_account(call: AnyCall, account: str) -> Reply:
    """Everything at a glance."""
    return Reply(reading.account_overview(call, account))


@app.on_sqs_message(queue="timeline", batch_size=50, maximum_batching_window_in_seconds=1)
@follows(Account, Contact, Lead)
def project(delivery: Delivery) -> None:
    """Put the event on the timelines of all it concerns, and bring their overviews up to date."""
    projection.project(delivery)


@app.on_sqs_message(queue="timeline-rehoming", batch_size=5)
@consumes(LeadConverted, LeadConversionReverted)
def rehome(delivery: Delivery) -> None:
    """What happened to a lead stands with the customer it became."""
    rehoming.follow_conversion(delivery)
