"""What a submitter does later: correct and resubmit, or withdraw."""

from collections.abc import Sequence
from typing import Any

from shared.domain.approval.content import Content, content_hash
from shared.domain.approval.flow import Matter
from shared.domain.approval.model import Approval
from shared.domain.approval.steps import Step
from shared.domain.approval.telling import STOPPED, Asked, Deadline, Deed, clock, tell
from shared.domain.context import Context
from shared.domain.errors import Forbidden, InvalidState
from shared.domain.events import reviews as events


def resubmit(
    context: Context,
    approval: Approval,
    matter: Matter,
    steps: Sequence[Step],
    deadline: Deadline,
    *,
    comment: str = "",
    reasons: tuple[str, ...] = (),
) -> Approval:
    """Another round, by the submitter. Verdicts stand in steps whose fields nobody touched, up to
    the step that sent it back.

    Raises InvalidState unless it was returned or withdrawn, Forbidden for others.
    """
    _require_submitter(context, approval)
    if approval.state not in ("returned", "withdrawn"):
        raise InvalidState("Only what came back is resubmitted.", details=_state(approval))
    kept = _carried_over(approval, steps, matter.content)
    whole = content_hash(matter.content)
    next_step = next(step for step in kept if not step.passed)
    begun = clock(next_step, context.now, deadline)
    number = approval.round + 1
    deed = Deed(
        "resubmitted", step=next_step.name, to=next_step.approvers, comment=comment, content=whole
    )
    said = {**Asked(next_step, begun).said, "round": number}
    changes: dict[str, Any] = {"state": "pending", "round": number, "steps": kept, **begun}
    changes |= {
        "about": matter.about,
        "baseline": approval.about.version,
        "content": whole,
        "reasons": reasons,
    }
    return tell(context, approval, deed, events.ApprovalResubmitted, said, **changes)


def withdraw(context: Context, approval: Approval, comment: str = "") -> Approval:
    """The approval taken back by its submitter; a repetition changes nothing.

    Raises InvalidState once it is approved, Forbidden for others.
    """
    _require_submitter(context, approval)
    if approval.state == "approved":
        raise InvalidState("What is approved cannot be withdrawn.", details=_state(approval))
    return close(context, approval, comment)


def close(context: Context, approval: Approval, comment: str = "") -> Approval:
    """The approval when its subject is gone: nobody is asked any more. One that was decided or
    withdrawn stays as it is."""
    if approval.state in ("approved", "withdrawn"):
        return approval
    deed = Deed("withdrawn", comment=comment, content=approval.content)
    return tell(context, approval, deed, events.ApprovalWithdrawn, state="withdrawn", **STOPPED)


def _carried_over(approval: Approval, steps: Sequence[Step], content: Content) -> tuple[Step, ...]:
    returned = next((e.step for e in reversed(approval.log) if e.action == "returned"), None)
    before = {step.name: step for step in approval.steps if step.name != returned}
    kept = tuple(_kept(step, before.get(step.name), content) for step in steps)
    # Nobody resubmits into a void: where all is agreed by what others said, all are asked again.
    return tuple(steps) if all(step.passed for step in kept) else kept


def _kept(step: Step, before: Step | None, content: Content) -> Step:
    if before is None:
        return step
    said = content_hash(content, step.fields)
    again = step.model_copy(update={"required": before.required, "escalated": before.escalated})
    verdicts = tuple(v for v in before.verdicts if v.content == said and v.approver in again.asked)
    return again.model_copy(update={"verdicts": verdicts})


def _require_submitter(context: Context, approval: Approval) -> None:
    if context.actor != approval.submitter:
        raise Forbidden("Only the submitter may do this.", code="not_the_submitter")


def _state(approval: Approval) -> dict[str, str]:
    return {"state": approval.state}
