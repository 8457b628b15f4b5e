"""Every trigger of opportunities: routes."""

from functools import partial

from functions.opportunities import use_cases
from functions.opportunities.schemas import (
    NewClosing,
    NewOpportunity,
    OpportunityChange,
    OpportunityQuery,
)
from shared.domain.opportunities.model import Opportunity
from shared.http.call import AnyCall, Reply
from shared.http.endpoint import endpoint
from shared.http.records import page_of
from shared.runtime.app import create_app
from shared.storage.store import DocumentPage

app = create_app("opportunities")
ONE = "/v1/opportunities/{opportunity}"
opportunities = partial(endpoint, resource="opportunity", tag="Opportunities", returns=Opportunity)
changing = partial(opportunities, action="update", precondition=True, writes=True)


@app.route("/v1/opportunities", methods=["POST"])
@opportunities(
    "Create an opportunity of a customer",
    action="create",
    body=NewOpportunity,
    status=201,
    writes=True,
)
def create_opportunity(call: AnyCall) -> Reply:
    """Create."""
    made = use_cases.create(call, call.body)
    return Reply(made, headers={"Location": f"/v1/opportunities/{made.id}"})


@app.route("/v1/opportunities", methods=["GET"])
@opportunities(
    "List or search opportunities, newest first",
    action="read",
    query=OpportunityQuery,
    listed=True,
)
def list_opportunities(call: AnyCall) -> DocumentPage:
    """List."""
    query = call.query
    wanted = query.to_list_query(call.context.actor)
    return page_of(call, Opportunity, wanted, text=query.q, limit=query.limit, cursor=query.cursor)


@app.route(ONE, methods=["GET"])
@opportunities("Read an opportunity", action="read")
def read_opportunity(call: AnyCall, opportunity: str) -> Opportunity:
    """Read."""
    return call.load(Opportunity, opportunity)


@app.route(ONE, methods=["PATCH"])
@changing("Change the given fields of an opportunity; null clears a field", body=OpportunityChange)
def change_opportunity(call: AnyCall, opportunity: str) -> Opportunity:
    """Change."""
    return use_cases.change(call, opportunity, call.body)


@app.route(f"{ONE}/closing", methods=["PUT"])
@changing("Close an opportunity: won or lost", body=NewClosing)
def close_opportunity(call: AnyCall, opportunity: str) -> Opportunity:
    """Close."""
    return use_cases.close(call, opportunity, call.body)


@app.route(f"{ONE}/closing", methods=["DELETE"])
@changing("Take up a closed opportunity again")
def reopen_opportunity(call: AnyCall, opportunity: str) -> Opportunity:
    """Reopen."""
    return use_cases.reopen(call, opportunity)


@app.route(ONE, methods=["DELETE"])
@changing("Move an opportunity to the archive", action="delete")
def archive_opportunity(call: AnyCall, opportunity: str) -> Opportunity:
    """Archive."""
    return use_cases.archive(call, opportunity)


@app.route(f"{ONE}/restoration", methods=["POST"])
@changing("Take an opportunity out of the archive", action="restore")
def restore_opportunity(call: AnyCall, opportunity: str) -> Opportunity:
    """Restore."""
    return use_cases.restore(call, opportunity)
