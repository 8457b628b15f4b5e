"""What every change of an approval does: one sealed log entry, one event with the seal, and, where
another step begins, its clock.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.domain.approval.log import Action, LogEntry, extended
from shared.domain.approval.model import DUE, REMIND, Approval
from shared.domain.approval.steps import Step
from shared.domain.context import Context
from shared.domain.events.base import Event

Deadline = Callable[[datetime, int], datetime]
"""The instant at which so many working hours have passed since a time."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did, for the log. `by` defaults to the caller."""

    action: Action
    step: str | None = None
    on_behalf_of: str | None = None
    to: tuple[str, ...] = ()
    comment: str = ""
    content: str | None = None


def tell(
    context: Context,
    approval: Approval,
    deed: Deed,
    event: type[Event],
    said: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Approval:
    """The approval with `changes`, the deed sealed in its log, and `event` with what is `said`."""
    entry = LogEntry(
        seq=0,
        at=context.now,
        by=context.actor,
        action=deed.action,
        round=changes.get("round", approval.round),
        step=deed.step,
        on_behalf_of=deed.on_behalf_of,
        to=deed.to,
        comment=deed.comment,
        salt=context.entropy().hex() if deed.comment else "",
        content=deed.content,
        previous="",
    )
    log = extended(approval.log, approval.id, entry)
    about = changes.get("about", approval.about)
    facts = {"subject_kind": about.kind, "subject_id": about.id, "entries": len(log)}
    made = event.model_validate({**facts, "sealed": log[-1].hash, **(said or {})})
    return approval.evolve(context, made, log=log, sealed=log[-1].hash, **changes)


def clock(step: Step, at: datetime, deadline: Deadline) -> dict[str, Any]:
    """The fields of an approval at which `step` begins at `at`: due time, reminder, not overdue."""
    due = deadline(at, step.hours)
    timers = {DUE: due}
    if 0 < step.remind < step.hours:
        timers[REMIND] = deadline(at, step.hours - step.remind)
    return {"step_since": at, "due": due, "overdue": False, "timers": timers}


STOPPED: Mapping[str, Any] = {"due": None, "overdue": False, "timers": {}}
"""The fields of an approval that asks nobody any more."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What events say of the step that begins."""

    step: Step
    clock: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def said(self) -> dict[str, Any]:
        """Step, whom it asks, and until when."""
        return {
            "step": self.step.name,
            "approvers": self.step.deciders,
            "due": self.clock["due"],
        }
