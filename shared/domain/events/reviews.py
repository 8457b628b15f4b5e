"""What happens to approvals. Every event carries the newest seal of the log: what was published
cannot be changed afterwards without showing.
"""

from datetime import datetime
from typing import ClassVar

from shared.domain.events.base import Event


class _OfApproval(Event):
    timeline: ClassVar[str | None] = "approval"

    subject_kind: str
    subject_id: str
    entries: int
    sealed: str


class ApprovalSubmitted(_OfApproval):
    """Something waits for approval; `approvers` are asked first."""

    name: ClassVar[str] = "approval.submitted"

    step: str
    approvers: tuple[str, ...]
    due: datetime


class ApprovalStepPassed(_OfApproval):
    """A step is through; `step` comes next, and `approvers` are asked."""

    name: ClassVar[str] = "approval.step_passed"

    passed: str
    step: str
    approvers: tuple[str, ...]
    due: datetime


class ApprovalVerdictGiven(_OfApproval):
    """Somebody approved in a step that waits for others."""

    name: ClassVar[str] = "approval.verdict_given"

    step: str
    by: str


class ApprovalGranted(_OfApproval):
    """All steps are through: the subject is approved."""

    name: ClassVar[str] = "approval.granted"

    by: str
    submitter: str


class ApprovalReturned(_OfApproval):
    """The subject went back to its submitter, with a reason."""

    name: ClassVar[str] = "approval.returned"

    step: str
    by: str
    submitter: str


class ApprovalResubmitted(_OfApproval):
    """The submitter corrected the subject: another round."""

    name: ClassVar[str] = "approval.resubmitted"

    round: int
    step: str
    approvers: tuple[str, ...]
    due: datetime


class ApprovalWithdrawn(_OfApproval):
    """The submitter took it back."""

    name: ClassVar[str] = "approval.withdrawn"


class ApprovalVoided(_OfApproval):
    """The subject was edited: verdicts of these `steps` on what it said before no longer count."""

    name: ClassVar[str] = "approval.voided"

    steps: tuple[str, ...]


class ApprovalReassigned(_OfApproval):
    """Somebody else is asked: instead of `previous` or, when it is None, too."""

    name: ClassVar[str] = "approval.reassigned"

    step: str
    to: str
    previous: str | None = None


class ApprovalReminded(_OfApproval):
    """Those who are asked are reminded: by somebody, or because the step is due soon."""

    name: ClassVar[str] = "approval.reminded"

    step: str
    approvers: tuple[str, ...]
    due: datetime | None = None


class ApprovalOverdue(_OfApproval):
    """A step was not decided in time; `escalated_to` may decide now as well."""

    name: ClassVar[str] = "approval.overdue"

    step: str
    approvers: tuple[str, ...]
    escalated_to: tuple[str, ...]
    due: datetime


class ReviewPolicyChanged(Event):
    """The tenant's review policy for a kind of record was replaced."""

    name: ClassVar[str] = "review_policy.changed"
    timeline: ClassVar[str | None] = None

    record_kind: str
    enabled: bool


class DelegationChanged(Event):
    """Somebody lets somebody else decide for a time, or no longer does."""

    name: ClassVar[str] = "delegation.changed"
    timeline: ClassVar[str | None] = None

    owner: str
    to: str
    start: datetime
    end: datetime
    revoked: bool = False
