"""Asking somebody else, asking again: transfer, added approvers, reminders."""

from functions.approvals import circle
from functions.approvals.deciding import put
from functions.approvals.schemas import Handover
from shared.domain.approval import editing
from shared.domain.approval.flow import may_decide
from shared.domain.approval.model import Approval
from shared.domain.errors import Forbidden, InvalidInput
from shared.http.call import AnyCall
from shared.storage.people import StoredPeople


def hand_over(call: AnyCall, approval_id: str, order: Handover) -> Approval:
    """Somebody else is asked, instead of the caller or too. Raises Forbidden for whoever is not
    asked, InvalidInput for people who cannot decide."""
    approval = circle.load(call, approval_id)
    approver = _relieved(call, approval, order)
    require_decider(call, order.to)
    if order.mode == "add":
        changed = editing.ask_too(call.context, approval, order.to, order.comment)
    else:
        changed = editing.transfer(call.context, approval, approver, order.to, order.comment)
    return put(call, approval, changed)


def _relieved(call: AnyCall, approval: Approval, order: Handover) -> str:
    """The approver whose task it is: the caller, who delegated to them, or whom they relieve."""
    step = approval.open_step()
    if order.instead_of is None:
        approver = may_decide(approval, call.context.actor, circle.acting_for(call, approval))
    elif circle.oversees(call, approval):
        approver = order.instead_of if order.instead_of in step.deciders else None
    else:
        raise Forbidden("Only administrators relieve others.", code="not_an_approver")
    if approver is None:
        raise Forbidden("This person is not asked in this step.", code="not_an_approver")
    return approver


def remind(call: AnyCall, approval_id: str, comment: str) -> Approval:
    """Remind those who are asked; for the submitter and managers. Raises Forbidden,
    InvalidState."""
    approval = circle.load(call, approval_id)
    if call.context.actor != approval.submitter and not circle.oversees(call, approval):
        raise Forbidden("Only the submitter and managers remind.", code="not_the_submitter")
    return put(call, approval, editing.remind(call.context, approval, comment))


def require_decider(call: AnyCall, user: str) -> None:
    """Raises InvalidInput unless this is an active user whose role may decide."""
    if not StoredPeople(call.store).active([user]):
        message = "There is no active user with this id who may decide."
        raise InvalidInput.of("to", "unknown_user", message)
