"""Every trigger of approvals: the queue, decisions, delegations, review policies, timers."""

from functools import partial

from functions.approvals import (
    deciding,
    delegations,
    policies,
    queues,
    reassigning,
    screens,
    timers,
)
from functions.approvals.schemas import (
    ApprovalQuery,
    ApprovalRow,
    BulkDecision,
    Decision,
    Delegations,
    Handover,
    Load,
    NewDelegation,
    NewReviewPolicy,
    Remark,
    ReviewScreen,
    Verification,
)
from shared.domain.approval.kinds import REVIEWABLE
from shared.domain.approval.model import Approval, Delegation
from shared.domain.approval.review import ReviewPolicy
from shared.http.call import AnyCall, Reply
from shared.http.endpoint import endpoint
from shared.http.record_schemas import BulkAnswer
from shared.http.rendering import etag
from shared.runtime.app import create_app
from shared.runtime.consumers import Job, works
from shared.runtime.timers import TimerDue
from shared.storage.store import DocumentPage

app = create_app("approvals")
approvals = partial(endpoint, resource="approval", tag="Approvals")
changing = partial(approvals, returns=Approval, precondition=True, writes=True)
ONE = "/v1/approvals/{approval}"


@app.route("/v1/approvals", methods=["GET"])
@approvals(
    "Approvals that wait for the caller, or that they submitted or oversee, newest first",
    action="read",
    query=ApprovalQuery,
    returns=ApprovalRow,
    listed=True,
)
def list_approvals(call: AnyCall) -> DocumentPage:
    """List."""
    return queues.page(call, call.query)


@app.route("/v1/approvals/load", methods=["GET"])
@approvals("How much waits for each reviewer, and how much is overdue", action="read", returns=Load)
def read_load(call: AnyCall) -> Load:
    """Load."""
    return queues.load(call)


@app.route("/v1/approvals/bulk", methods=["POST"])
@approvals(
    "One decision on up to 100 approvals, with a result for each",
    action="decide",
    body=BulkDecision,
    returns=BulkAnswer,
    writes=True,
    piecemeal=True,
)
def decide_many(call: AnyCall) -> BulkAnswer:
    """Bulk."""
    return deciding.decide_many(call, call.body)


@app.route(ONE, methods=["GET"])
@approvals(
    "The reviewer's screen: record, changes, duplicates, completeness, log",
    action="read",
    returns=ReviewScreen,
)
def read_approval(call: AnyCall, approval: str) -> Reply:
    """Read; the ETag is that of the approval."""
    shown = screens.screen(call, approval)
    return Reply(shown, headers={"ETag": etag(shown.approval.version)})


@app.route(f"{ONE}/verification", methods=["GET"])
@approvals("Whether the decision log is what was written", action="read", returns=Verification)
def verify_log(call: AnyCall, approval: str) -> Verification:
    """Verify."""
    return screens.verification(call, approval)


@app.route(f"{ONE}/decision", methods=["POST"])
@changing("Approve, or return with a reason", action="decide", body=Decision)
def decide(call: AnyCall, approval: str) -> Approval:
    """Decide."""
    return deciding.decide(call, approval, call.body)


@app.route(f"{ONE}/resubmission", methods=["POST"])
@changing("Submit the corrected record again", action="update", body=Remark)
def resubmit(call: AnyCall, approval: str) -> Approval:
    """Resubmit."""
    return deciding.resubmit(call, approval, call.body.comment)


@app.route(f"{ONE}/withdrawal", methods=["POST"])
@changing("Take it back; the new record goes to the archive", action="update", body=Remark)
def withdraw(call: AnyCall, approval: str) -> Approval:
    """Withdraw."""
    return deciding.withdraw(call, approval, call.body.comment)


@app.route(f"{ONE}/delegation", methods=["POST"])
@changing("Have somebody else asked, instead of the caller or too", action="decide", body=Handover)
def hand_over(call: AnyCall, approval: str) -> Approval:
    """Transfer or add."""
    return reassigning.hand_over(call, approval, call.body)


@app.route(f"{ONE}/reminder", methods=["POST"])
@changing("Remind those who are asked, at most once an hour", action="remind", body=Remark)
def remind(call: AnyCall, approval: str) -> Approval:
    """Remind."""
    return reassigning.remind(call, approval, call.body.comment)


@app.route("/v1/me/delegations", methods=["GET"])
@approvals("Who decides for the caller, and for whom they do", action="read", returns=Delegations)
def read_delegations(call: AnyCall) -> Delegations:
    """Delegations."""
    return delegations.delegations(call)


@app.route("/v1/me/delegations", methods=["POST"])
@approvals(
    "Let somebody else decide between two dates",
    action="decide",
    body=NewDelegation,
    returns=Delegation,
    status=201,
    writes=True,
)
def delegate(call: AnyCall) -> Delegation:
    """Delegate."""
    return delegations.delegate(call, call.body)


@app.route("/v1/me/delegations/{delegation}", methods=["DELETE"])
@approvals("End a delegation at once", action="decide", status=204, writes=True)
def revoke(call: AnyCall, delegation: str) -> None:
    """Revoke."""
    delegations.revoke(call, delegation)


def _add_policy(kind: str) -> None:
    """Publish the review policy of a kind."""
    path = f"/v1/review-policies/{kind}"
    about = partial(endpoint, resource="review_policy", tag="Approvals", returns=ReviewPolicy)

    @app.route(path, methods=["GET"], name=f"read_{kind}_review")
    @about(f"Which new records of {kind} are reviewed, by whom", action="read")
    def read(call: AnyCall) -> ReviewPolicy:
        """Read the policy."""
        return policies.policy(call, kind)

    @app.route(path, methods=["PUT"], name=f"replace_{kind}_review")
    @about(
        f"Replace the review policy of {kind}",
        action="update",
        body=NewReviewPolicy,
        precondition=True,
        writes=True,
    )
    def replace(call: AnyCall) -> ReviewPolicy:
        """Replace the policy."""
        return policies.replace_policy(call, kind, call.body)


for _kind in REVIEWABLE:
    _add_policy(_kind)


@app.on_sqs_message(queue="approval-timers", batch_size=10)
@works(TimerDue)
def act_on_timer(job: Job[TimerDue]) -> None:
    """A step is due soon, or overdue."""
    timers.act(job)
