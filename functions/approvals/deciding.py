"""Decisions: each changes the approval and its subject in one transaction."""

from functions.approvals import circle
from functions.approvals.schemas import BulkDecision, Decision
from shared.domain.approval import flow, rounds
from shared.domain.approval.kinds import reviewable
from shared.domain.approval.model import Approval
from shared.domain.customers.customer import Customer
from shared.domain.entity import Entity
from shared.domain.errors import Forbidden, InvalidState
from shared.http import bulk
from shared.http.call import AnyCall
from shared.http.record_schemas import BulkAnswer
from shared.storage.customer_writes import put_customer
from shared.storage.reviews import ReviewDesk


def decide_many(call: AnyCall, order: BulkDecision) -> BulkAnswer:
    """The same decision on several approvals; each has its own result."""
    desk, decisions = ReviewDesk(call.store, call.context), order.each()
    return bulk.carry_out(
        call, list(decisions), call.grant, lambda one, i: decide(one, i, decisions[i], desk)
    )


def decide(
    call: AnyCall, approval_id: str, order: Decision, desk: ReviewDesk | None = None
) -> Approval:
    """Approve or return. A repeated decision changes nothing; one about a subject that is gone
    closes the approval. Raises Forbidden for whoever is not asked, InvalidState."""
    approval = circle.load(call, approval_id)
    subject = subject_of(call, approval)
    if subject is None:
        return put(call, approval, rounds.close(call.context, approval))
    if order.action == "return":
        return _send_back(call, approval, subject, order.comment)
    if approval.state == "pending" and order.subject_version != subject.version:
        message = "The record was changed since you looked at it."
        details = {"current_version": subject.version}
        raise InvalidState(message, code="content_changed", details=details)
    return _approve(call, approval, subject, order, desk or ReviewDesk(call.store, call.context))


def resubmit(call: AnyCall, approval_id: str, comment: str) -> Approval:
    """Another round for the corrected record, by who submitted it. Raises Forbidden,
    InvalidState."""
    approval = circle.load(call, approval_id)
    subject = subject_of(call, approval)
    if subject is None:
        message = "The record is in the archive; restore it first."
        raise InvalidState(message, code="subject_gone")
    _require_submitter(call, approval)
    desk = ReviewDesk(call.store, call.context)
    return desk.resubmitted(call.unit, approval, subject, comment)


def withdraw(call: AnyCall, approval_id: str, comment: str) -> Approval:
    """Take it back; the new record goes to the archive. Raises Forbidden, InvalidState."""
    approval = circle.load(call, approval_id)
    gone = rounds.withdraw(call.context, approval, comment)
    if gone is not approval and (subject := subject_of(call, approval)) is not None:
        how = reviewable(approval.about.kind)
        call.unit.put(how.withdraw(call.context, subject, gone))
    return put(call, approval, gone)


def subject_of(call: AnyCall, approval: Approval) -> Entity | None:
    """What is approved, None when it is gone or in the archive."""
    how = reviewable(approval.about.kind)
    found: Entity | None = call.store.find(how.entity, approval.about.id)
    return found


def put(call: AnyCall, before: Approval, after: Approval) -> Approval:
    """Put the changed approval into the call's unit; nothing if it is unchanged."""
    return before if after is before else call.unit.put(after)


def _approve(
    call: AnyCall, approval: Approval, subject: Entity, order: Decision, desk: ReviewDesk
) -> Approval:
    how = reviewable(subject.kind)
    decided = flow.approve(
        call.context,
        approval,
        how.content(subject),
        desk.deadline(desk.policy(subject.kind).rules),
        acting_for=circle.acting_for(call, approval),
        step=order.step,
        comment=order.comment,
    )
    if decided is approval:
        return approval
    if decided.state == "approved":
        approved = how.approve(call.context, subject, decided)
        _put_approved(call, approved)
        decided = flow.concerning(decided, approved.concerns())
    else:
        call.unit.expect(subject)
    return call.unit.put(decided)


def _put_approved(call: AnyCall, subject: Entity) -> None:
    """A customer takes its identities and affiliations when everybody may meet it, not before."""
    if isinstance(subject, Customer):
        put_customer(call.store, call.unit, call.context, subject)
    else:
        call.unit.put(subject)


def _send_back(call: AnyCall, approval: Approval, subject: Entity, comment: str) -> Approval:
    decided = flow.send_back(
        call.context,
        approval,
        acting_for=circle.acting_for(call, approval),
        comment=comment,
    )
    if decided is not approval:
        how = reviewable(subject.kind)
        call.unit.put(how.send_back(call.context, subject, decided, comment))
    return put(call, approval, decided)


def _require_submitter(call: AnyCall, approval: Approval) -> None:
    if call.context.actor != approval.submitter:
        raise Forbidden("Only the submitter may do this.", code="not_the_submitter")
