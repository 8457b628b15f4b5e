"""Submitting and deciding: submit, approve, send back; `rounds` has what the submitter does then.

Each function gives the next state; guards live here, so no caller can forget one. A verdict counts
only for the content it was given on, and a repeated one changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.domain.approval.content import Content, content_hash
from shared.domain.approval.editing import follow_content
from shared.domain.approval.model import Approval
from shared.domain.approval.steps import Step, Verdict
from shared.domain.approval.telling import STOPPED, Asked, Deadline, Deed, clock, tell
from shared.domain.context import Context
from shared.domain.errors import Forbidden, InvalidInput, InvalidState
from shared.domain.events import reviews as events
from shared.domain.events.base import Subject


@dataclass(frozen=True, slots=True)
class Matter:
    """What is to be approved: the subject in its version, what it says, who asks for it, from
    which department, how it came in, and on whose timeline it stands."""

    about: Subject
    content: Content
    submitter: str
    team: str | None = None
    concerned: tuple[str, ...] = ()
    channel: str = ""


def submit(
    context: Context,
    matter: Matter,
    steps: Sequence[Step],
    deadline: Deadline,
    *,
    self_approval: bool = False,
    reasons: tuple[str, ...] = (),
) -> Approval:
    """A new approval; the first step is asked at once. `steps` come from a plan."""
    first, whole = steps[0], content_hash(matter.content)
    begun = clock(first, context.now, deadline)
    approval = Approval(
        **Approval.stamp(context),
        about=matter.about,
        content=whole,
        channel=matter.channel,
        baseline=matter.about.version,
        submitter=matter.submitter,
        team=matter.team,
        self_approval=self_approval,
        steps=tuple(steps),
        reasons=reasons,
        concerned=matter.concerned,
        **begun,
    )
    deed = Deed("submitted", step=first.name, to=first.approvers, content=whole)
    return tell(context, approval, deed, events.ApprovalSubmitted, Asked(first, begun).said)


def approve(
    context: Context,
    approval: Approval,
    content: Content,
    deadline: Deadline,
    *,
    acting_for: frozenset[str] = frozenset(),
    step: str | None = None,
    comment: str = "",
) -> Approval:
    """The approval with the caller's verdict; approved when it was the last one needed.

    `acting_for` are approvers who delegated to the caller, `step` the one the caller means (None:
    whichever is current). A verdict that stands already changes nothing. Raises Forbidden for
    whoever is not asked, InvalidState when nobody is, or not in that step.
    """
    approval = follow_content(context, approval, content, deadline)
    if _stands(approval, context.actor, acting_for, step):
        return approval
    current = approval.open_step()
    if step not in (None, current.name):
        raise InvalidState("Another step is asked now.", code="step_not_current")
    approver = _approver(context, approval, current, acting_for)
    said = content_hash(content, current.fields)
    verdict = Verdict(approver=approver, by=context.actor, at=context.now, content=said)
    agreed = current.model_copy(update={"verdicts": (*current.verdicts, verdict)})
    deed = Deed(
        "approved",
        step=current.name,
        on_behalf_of=None if approver == context.actor else approver,
        comment=comment,
        content=said,
    )
    return _agreed(context, approval, agreed, deed, deadline)


def send_back(
    context: Context,
    approval: Approval,
    *,
    acting_for: frozenset[str] = frozenset(),
    comment: str,
) -> Approval:
    """The approval returned to its submitter with a reason; one approver is enough for that.

    A repeated return changes nothing. Raises Forbidden, InvalidState as `approve`, InvalidInput
    without a reason.
    """
    last = approval.log[-1]
    if (approval.state, last.by, last.action) == ("returned", context.actor, "returned"):
        return approval
    step = approval.open_step()
    approver = _approver(context, approval, step, acting_for)
    if not comment:
        raise InvalidInput.of("comment", "reason_missing", "Say what has to be corrected.")
    deed = Deed(
        "returned",
        step=step.name,
        on_behalf_of=None if approver == context.actor else approver,
        comment=comment,
        content=approval.content,
    )
    said = {"step": step.name, "by": context.actor, "submitter": approval.submitter}
    return tell(context, approval, deed, events.ApprovalReturned, said, state="returned", **STOPPED)


def concerning(approval: Approval, concerned: tuple[str, ...]) -> Approval:
    """The approval, with its events on the timelines of these customers from now on."""
    return approval.model_copy(update={"concerned": concerned})


def may_decide(
    approval: Approval, actor: str, acting_for: frozenset[str] = frozenset()
) -> str | None:
    """For which approver `actor` may decide now: themselves first; None when not at all."""
    step = approval.current
    if step is None or (actor == approval.submitter and not approval.self_approval):
        return None
    if actor in step.deciders:
        return actor
    return next((user for user in step.deciders if user in acting_for), None)


def _agreed(
    context: Context, approval: Approval, agreed: Step, deed: Deed, deadline: Deadline
) -> Approval:
    position = approval.position or 0
    steps = (*approval.steps[:position], agreed, *approval.steps[position + 1 :])
    said: dict[str, Any] = {"step": agreed.name, "by": context.actor}
    if not agreed.passed:
        return tell(context, approval, deed, events.ApprovalVerdictGiven, said, steps=steps)
    following = next((step for step in steps if not step.passed), None)
    if following is None:
        said = {"by": context.actor, "submitter": approval.submitter}
        done: dict[str, Any] = {"steps": steps, "state": "approved", **STOPPED}
        return tell(context, approval, deed, events.ApprovalGranted, said, **done)
    begun = clock(following, context.now, deadline)
    said = {**Asked(following, begun).said, "passed": agreed.name}
    return tell(context, approval, deed, events.ApprovalStepPassed, said, steps=steps, **begun)


def _approver(context: Context, approval: Approval, step: Step, acting_for: frozenset[str]) -> str:
    approver = may_decide(approval, context.actor, acting_for)
    if approver is not None:
        return approver
    asked = {context.actor, *acting_for} & set(step.deciders)
    if context.actor == approval.submitter and asked:
        raise Forbidden("Nobody approves what they submitted.", code="own_submission")
    raise Forbidden("You are not asked in this step.", code="not_an_approver")


def _stands(approval: Approval, actor: str, acting_for: frozenset[str], step: str | None) -> bool:
    """Whether this verdict was given before: in the step named or, where the actor is not asked
    again, in any."""
    current = approval.current
    meant = current is not None and step in (None, current.name)
    if meant and may_decide(approval, actor, acting_for) is not None:
        return False
    return approval.state in ("pending", "approved") and _agreed_in(approval, actor, step)


def _agreed_in(approval: Approval, actor: str, name: str | None) -> bool:
    return any(
        verdict.by == actor
        for step in approval.steps
        if name in (None, step.name)
        for verdict in step.verdicts
    )
