"""What changes an approval while it waits: edits of the subject, other approvers, reminders, time.

Editing a field voids the verdicts that rest on it, and only those.
"""

from datetime import timedelta
from typing import Any

from shared.domain.approval.content import Content, content_hash
from shared.domain.approval.log import has_room, without_comments
from shared.domain.approval.model import DUE, Approval
from shared.domain.approval.steps import MOST_APPROVERS, Step
from shared.domain.approval.telling import Deadline, Deed, clock, tell
from shared.domain.context import Context
from shared.domain.errors import Forbidden, InvalidInput, InvalidState
from shared.domain.events import reviews as events

BETWEEN_REMINDERS = timedelta(hours=1)


def follow_content(
    context: Context,
    approval: Approval,
    content: Content,
    deadline: Deadline,
    version: int | None = None,
) -> Approval:
    """The approval as it stands for this content: verdicts on other content are void.

    The same approval when nothing relevant changed. `version` is the subject's that says so.
    """
    whole = content_hash(content)
    if approval.state != "pending" or whole == approval.content:
        return approval
    steps = tuple(step.holding(content_hash(content, step.fields)) for step in approval.steps)
    voided = tuple(
        before.name for before, now in zip(approval.steps, steps, strict=True) if now is not before
    )
    about = approval.about.model_copy(update={"version": version or approval.about.version})
    if not voided:
        return approval.evolve(context, content=whole, about=about)
    step = next(step for step in steps if not step.passed)
    deed = Deed("voided", step=step.name, to=voided, content=whole)
    changes: dict[str, Any] = {"steps": steps, "content": whole, "about": about}
    changes |= clock(step, context.now, deadline)
    return tell(context, approval, deed, events.ApprovalVoided, {"steps": voided}, **changes)


def transfer(
    context: Context, approval: Approval, approver: str, to: str, comment: str = ""
) -> Approval:
    """The current step with `to` asked instead of `approver` (转签).

    Raises InvalidState when nobody is asked, InvalidInput for people who cannot be.
    """
    step = approval.open_step()
    _require_askable(approval, step, to)
    swapped = {
        name: tuple(to if user == approver else user for user in getattr(step, name))
        for name in ("approvers", "required", "fallback")
    }
    deed = Deed("transferred", step=step.name, on_behalf_of=approver, to=(to,), comment=comment)
    said = {"step": step.name, "to": to, "previous": approver}
    steps = _with_current(approval, step.model_copy(update=swapped))
    return tell(context, approval, deed, events.ApprovalReassigned, said, steps=steps)


def ask_too(context: Context, approval: Approval, to: str, comment: str = "") -> Approval:
    """The current step with `to` asked too; it does not pass until they agree as well (加签).

    Raises InvalidState, InvalidInput as `transfer`.
    """
    step = approval.open_step()
    _require_askable(approval, step, to)
    if len(step.asked) >= MOST_APPROVERS:
        raise InvalidState("The step has too many approvers.", code="too_many_approvers")
    deed = Deed("added", step=step.name, to=(to,), comment=comment)
    more = step.model_copy(update={"required": (*step.required, to)})
    said = {"step": step.name, "to": to}
    steps = _with_current(approval, more)
    return tell(context, approval, deed, events.ApprovalReassigned, said, steps=steps)


def remind(context: Context, approval: Approval, comment: str = "") -> Approval:
    """Those who are asked are reminded (催办), at most once an hour. Raises InvalidState."""
    step = approval.open_step()
    last = max((e.at for e in approval.log if e.action == "reminded"), default=None)
    if last is not None and context.now - last < BETWEEN_REMINDERS:
        message = "They were reminded within the last hour."
        raise InvalidState(message, code="reminded_already")
    return _reminded(context, approval, step, comment, approval.timers)


def on_time(context: Context, approval: Approval) -> Approval:
    """The approval after its timers that are due: a reminder; then escalation to the fallback.

    The same approval when none is due.
    """
    due = {name for name, at in approval.timers.items() if at <= context.now}
    left = {name: at for name, at in approval.timers.items() if name not in due}
    step = approval.current
    if not due:
        return approval
    if step is None or not has_room(approval.log, "reminded"):
        return approval.evolve(context, timers={}, overdue=step is not None)
    if DUE in due:
        return _escalated(context, approval, step)
    return _reminded(context, approval, step, "", left)


def forget_words(context: Context, approval: Approval) -> Approval:
    """The approval without what people wrote in it, for an erasure; the log stays provable. The
    same approval when nobody wrote anything."""
    log = without_comments(approval.log)
    return approval if log == approval.log else approval.evolve(context, log=log)


def _reminded(
    context: Context, approval: Approval, step: Step, comment: str, timers: Any
) -> Approval:
    deed = Deed("reminded", step=step.name, to=step.deciders, comment=comment)
    said = {"step": step.name, "approvers": step.deciders, "due": approval.due}
    return tell(context, approval, deed, events.ApprovalReminded, said, timers=timers)


def _escalated(context: Context, approval: Approval, step: Step) -> Approval:
    late = step.model_copy(update={"escalated": bool(step.fallback)})
    deed = Deed("escalated", step=step.name, to=late.fallback)
    said: dict[str, Any] = {"step": step.name, "approvers": step.deciders}
    said |= {"escalated_to": step.fallback, "due": approval.timers[DUE]}
    steps = _with_current(approval, late)
    changes: dict[str, Any] = {"steps": steps, "overdue": True, "timers": {}}
    return tell(context, approval, deed, events.ApprovalOverdue, said, **changes)


def _with_current(approval: Approval, step: Step) -> tuple[Step, ...]:
    return tuple(step if known.name == step.name else known for known in approval.steps)


def _require_askable(approval: Approval, step: Step, to: str) -> None:
    if to == approval.submitter and not approval.self_approval:
        raise Forbidden("Nobody approves what they submitted.", code="own_submission")
    if to in step.asked:
        raise InvalidInput.of("to", "already_asked", "They are asked in this step already.")
