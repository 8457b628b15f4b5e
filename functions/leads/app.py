"""Every trigger of leads: routes, what follows from events, timers."""

from functions.leads import bulk, intake, reading, setup, sla, use_cases
from functions.leads.schemas import (
    BulkOrder,
    Disqualify,
    Explanation,
    LeadQuery,
    NewBehaviour,
)
from shared.domain.events.leads import (
    LeadBehaved,
    LeadCaptured,
    LeadChanged,
    LeadRequalified,
    LeadRestored,
    ScoringModelChanged,
)
from shared.domain.leads.capture import LeadChange, NewLead
from shared.domain.leads.model import Lead
from shared.domain.notes import Note
from shared.http.call import AnyCall, Reply
from shared.http.endpoint import endpoint
from shared.http.record_schemas import BulkAnswer, History, NewNote, NewOwner, PageQuery
from shared.runtime.app import create_app
from shared.runtime.consumers import Delivery, Job, consumes, works
from shared.runtime.timers import TimerDue
from shared.storage.store import DocumentPage

app = create_app("leads")
TAG = "Leads"


@app.route("/v1/leads", methods=["POST"])
@endpoint(
    "Create a lead; it is scored and assigned at once in the background",
    resource="lead",
    action="create",
    tag=TAG,
    body=NewLead,
    returns=Lead,
    status=201,
    writes=True,
)
def create_lead(call: AnyCall) -> Reply:
    """Create."""
    lead = use_cases.create(call, call.body)
    return Reply(lead, headers={"Location": f"/v1/leads/{lead.id}"})


@app.route("/v1/leads", methods=["GET"])
@endpoint(
    "List or search leads, newest first",
    resource="lead",
    action="read",
    tag=TAG,
    query=LeadQuery,
    returns=Lead,
    listed=True,
)
def list_leads(call: AnyCall) -> DocumentPage:
    """List."""
    return reading.page_of_leads(call, call.query)


@app.route("/v1/leads/{lead}", methods=["GET"])
@endpoint("Read a lead", resource="lead", action="read", tag=TAG, returns=Lead)
def read_lead(call: AnyCall, lead: str) -> Lead:
    """Read."""
    return call.load(Lead, lead)


@app.route("/v1/leads/{lead}", methods=["PATCH"])
@endpoint(
    "Change the given fields of a lead; null clears a field",
    resource="lead",
    action="update",
    tag=TAG,
    body=LeadChange,
    returns=Lead,
    precondition=True,
    writes=True,
)
def change_lead(call: AnyCall, lead: str) -> Lead:
    """Change."""
    return use_cases.change(call, lead, call.body)


@app.route("/v1/leads/{lead}", methods=["DELETE"])
@endpoint(
    "Move a lead to the bin",
    resource="lead",
    action="delete",
    tag=TAG,
    returns=Lead,
    precondition=True,
    writes=True,
)
def delete_lead(call: AnyCall, lead: str) -> Lead:
    """Delete."""
    return use_cases.delete(call, lead)


@app.route("/v1/leads/{lead}/restoration", methods=["POST"])
@endpoint(
    "Take a lead out of the bin",
    resource="lead",
    action="restore",
    tag=TAG,
    returns=Lead,
    precondition=True,
    writes=True,
)
def restore_lead(call: AnyCall, lead: str) -> Lead:
    """Restore."""
    return use_cases.restore(call, lead)


@app.route("/v1/leads/{lead}/disqualification", methods=["POST"])
@endpoint(
    "Close a lead with a reason",
    resource="lead",
    action="disqualify",
    tag=TAG,
    body=Disqualify,
    returns=Lead,
    precondition=True,
    writes=True,
)
def disqualify_lead(call: AnyCall, lead: str) -> Lead:
    """Disqualify."""
    return use_cases.disqualify(call, lead, call.body)


@app.route("/v1/leads/{lead}/disqualification", methods=["DELETE"])
@endpoint(
    "Take up a disqualified lead again",
    resource="lead",
    action="disqualify",
    tag=TAG,
    returns=Lead,
    precondition=True,
    writes=True,
)
def requalify_lead(call: AnyCall, lead: str) -> Lead:
    """Requalify."""
    return use_cases.requalify(call, lead)


@app.route("/v1/leads/{lead}/owner", methods=["PUT"])
@endpoint(
    "Give a lead to a person",
    resource="lead",
    action="assign",
    tag=TAG,
    body=NewOwner,
    returns=Lead,
    precondition=True,
    writes=True,
)
def assign_lead(call: AnyCall, lead: str) -> Lead:
    """Assign by hand."""
    return use_cases.assign_by_hand(call, lead, call.body)


@app.route("/v1/leads/{lead}/assignment", methods=["POST"])
@endpoint(
    "Let the rules choose the owner again",
    resource="lead",
    action="assign",
    tag=TAG,
    returns=Lead,
    precondition=True,
    writes=True,
)
def reassign_lead(call: AnyCall, lead: str) -> Lead:
    """Assign by rule."""
    return intake.reassign(call, lead)


@app.route("/v1/leads/{lead}/behaviours", methods=["POST"])
@endpoint(
    "Record something the lead did; its score follows",
    resource="lead",
    action="annotate",
    tag=TAG,
    body=NewBehaviour,
    returns=Lead,
    status=201,
    writes=True,
)
def record_behaviour(call: AnyCall, lead: str) -> Lead:
    """Record a behaviour."""
    return use_cases.behave(call, lead, call.body)


@app.route("/v1/leads/{lead}/notes", methods=["POST"])
@endpoint(
    "Write a note on a lead; a contact stops the first-touch clock",
    resource="lead",
    action="annotate",
    tag=TAG,
    body=NewNote,
    returns=Note,
    status=201,
    writes=True,
)
def add_note(call: AnyCall, lead: str) -> Note:
    """Add a note."""
    return use_cases.add_note(call, lead, call.body)


@app.route("/v1/leads/{lead}/notes", methods=["GET"])
@endpoint(
    "The notes of a lead, newest first",
    resource="lead",
    action="read",
    tag=TAG,
    query=PageQuery,
    returns=Note,
    listed=True,
)
def list_notes(call: AnyCall, lead: str) -> DocumentPage:
    """List notes."""
    return reading.notes(call, lead, call.query)


@app.route("/v1/leads/{lead}/notes/{note}", methods=["DELETE"])
@endpoint("Remove a note", resource="lead", action="delete", tag=TAG, status=204, writes=True)
def delete_note(call: AnyCall, lead: str, note: str) -> None:
    """Delete a note."""
    use_cases.delete_note(call, lead, note)


@app.route("/v1/leads/{lead}/history", methods=["GET"])
@endpoint(
    "Who changed which field when, newest first",
    resource="lead",
    action="read",
    tag=TAG,
    query=PageQuery,
    returns=History,
)
def read_history(call: AnyCall, lead: str) -> History:
    """History."""
    return reading.history(call, lead, call.query)


@app.route("/v1/leads/{lead}/explanation", methods=["GET"])
@endpoint(
    "Why the lead has this score and this owner",
    resource="lead",
    action="read",
    tag=TAG,
    returns=Explanation,
)
def explain_lead(call: AnyCall, lead: str) -> Explanation:
    """Explain."""
    return reading.explanation(call, lead)


@app.route("/v1/leads/bulk", methods=["POST"])
@endpoint(
    "One action on up to 100 leads, with a result for each",
    resource="lead",
    action="bulk",
    tag=TAG,
    body=BulkOrder,
    returns=BulkAnswer,
    writes=True,
    piecemeal=True,
)
def change_many(call: AnyCall) -> BulkAnswer:
    """Bulk."""
    return bulk.carry_out(call, call.body)


@app.route("/v1/scoring-model", methods=["GET"])
@endpoint(
    "The scoring rules",
    resource="scoring",
    action="read",
    tag="Scoring",
    returns=setup.ScoringSetup,
)
def read_scoring(call: AnyCall) -> setup.ScoringSetup:
    """Read the scoring model."""
    return setup.scoring_setup(call.store, call.context)


@app.route("/v1/scoring-model", methods=["PUT"])
@endpoint(
    "Replace the scoring rules; open leads are scored again in the background",
    resource="scoring",
    action="update",
    tag="Scoring",
    body=setup.NewScoringModel,
    returns=setup.ScoringSetup,
    precondition=True,
    writes=True,
)
def replace_scoring(call: AnyCall) -> setup.ScoringSetup:
    """Replace the scoring model."""
    return setup.replace_scoring(call, call.body)


@app.route("/v1/lead-routing", methods=["GET"])
@endpoint(
    "The assignment rules and first-touch policy",
    resource="routing",
    action="read",
    tag="Routing",
    returns=setup.RoutingSetup,
)
def read_routing(call: AnyCall) -> setup.RoutingSetup:
    """Read the routing setup."""
    return setup.routing_setup(call.store, call.context)


@app.route("/v1/lead-routing", methods=["PUT"])
@endpoint(
    "Replace the assignment rules and first-touch policy; owned leads stay where they are",
    resource="routing",
    action="update",
    tag="Routing",
    body=setup.NewRouting,
    returns=setup.RoutingSetup,
    precondition=True,
    writes=True,
)
def replace_routing(call: AnyCall) -> setup.RoutingSetup:
    """Replace the routing setup."""
    return setup.replace_routing(call, call.body)


@app.on_sqs_message(queue="lead-intake", batch_size=50, maximum_batching_window_in_seconds=1)
@consumes(LeadCaptured)
def score_and_assign(delivery: Delivery) -> None:
    """A lead came in: score it and find its owner, in one write."""
    intake.take_in(delivery)


@app.on_sqs_message(queue="lead-scoring", batch_size=50, maximum_batching_window_in_seconds=1)
@consumes(LeadChanged, LeadBehaved, LeadRequalified, LeadRestored)
def score_again(delivery: Delivery) -> None:
    """What is known of a lead changed: score it again."""
    intake.score_again(delivery.store, delivery.context, delivery.envelope.subject.id)


@app.on_sqs_message(queue="lead-rescoring", batch_size=1)
@consumes(ScoringModelChanged)
def rescore_all(delivery: Delivery) -> None:
    """The rules changed: send every open lead to be scored again."""
    intake.rescore_all(delivery)


@app.on_sqs_message(queue="lead-rescoring-chunks", batch_size=1)
@works(intake.RescoreChunk)
def rescore_chunk(job: Job[intake.RescoreChunk]) -> None:
    """Score some leads again."""
    intake.rescore_chunk(job)


@app.on_sqs_message(queue="lead-timers", batch_size=10)
@works(TimerDue)
def act_on_timer(job: Job[TimerDue]) -> None:
    """A lead's timer fell due: first touch missed, or a score that fades."""
    sla.act(job)
