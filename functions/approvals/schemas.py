"""What the approval routes accept and answer where that is not the approval itself."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from shared.domain.approval.log import Comment, Flaw
from shared.domain.approval.model import Approval, ApprovalState, Delegation
from shared.domain.approval.review import ReviewRules
from shared.domain.entity import Moment, Value
from shared.domain.events.base import Subject
from shared.http.record_schemas import MAX_BULK, Cursor, FieldChange, Limit, RecordId

MOST_DELEGATIONS = 20
Kind = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,31}$")]


class ApprovalQuery(Value):
    """Which approvals to list: `mine` are those that wait for the caller or somebody who delegated
    to them, `submitted` those the caller asked for, `all` those of whom the caller manages."""

    whose: Literal["mine", "submitted", "all"] = "mine"
    state: ApprovalState | None = None
    kind: Kind | None = None
    overdue: bool = False
    subject: RecordId | None = None
    limit: Limit = 50
    cursor: Cursor | None = None


class ApprovalRow(Value):
    """An approval in a list, with what people call its subject."""

    id: str
    version: int
    about: Subject
    label: str
    state: ApprovalState
    submitter: str
    team: str | None
    round: int
    step: str | None
    approvers: tuple[str, ...]
    due: Moment | None
    overdue: bool
    reasons: tuple[str, ...]
    created_at: Moment
    updated_at: Moment


class Possible(Value):
    """What the caller may do now; `on_behalf_of` is the approver they would decide for."""

    decide: bool
    on_behalf_of: str | None = None
    resubmit: bool
    withdraw: bool


class ReviewScreen(Value):
    """Everything a reviewer needs at once.

    `subject` is the record as this caller may see it; `changes` are against what was submitted
    before (`changes_complete` is false while the newest edit is not in the history yet);
    `duplicates` are records that look alike, `completeness` the share of what counts (0 to 100).
    """

    approval: Approval
    subject: dict[str, Any] | None
    changes: tuple[FieldChange, ...]
    changes_complete: bool
    completeness: int | None = None
    missing: tuple[str, ...] = ()
    duplicates: tuple[dict[str, Any], ...] = ()
    possible: Possible


class Decision(Value):
    """Approve, or return with a reason.

    Who approves says which version of the record they saw: if it says something else by now,
    nothing is decided. `step` is the one they mean; by default whichever is asked.
    """

    action: Literal["approve", "return"]
    comment: Comment = ""
    step: Annotated[str, Field(max_length=100)] | None = None
    subject_version: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _says_enough(self) -> "Decision":
        if self.action == "return" and not self.comment:
            raise ValueError("a return needs a comment: what has to be corrected")
        if self.action == "approve" and self.subject_version is None:
            raise ValueError("an approval needs subject_version: which version was looked at")
        return self


class Seen(Value):
    """An approval in the queue, and the version of its subject that was looked at."""

    id: RecordId
    subject_version: Annotated[int, Field(ge=1)]


class BulkDecision(Value):
    """One decision on up to 100 approvals. Each succeeds or fails alone."""

    approvals: Annotated[tuple[Seen, ...], Field(min_length=1, max_length=MAX_BULK)]
    action: Literal["approve", "return"]
    comment: Comment = ""

    @model_validator(mode="after")
    def _each_once(self) -> "BulkDecision":
        if len({seen.id for seen in self.approvals}) != len(self.approvals):
            raise ValueError("an approval is repeated")
        if self.action == "return" and not self.comment:
            raise ValueError("a return needs a comment: what has to be corrected")
        return self

    def each(self) -> dict[str, Decision]:
        """The decision on each approval, by its id."""
        return {
            seen.id: Decision(
                action=self.action, comment=self.comment, subject_version=seen.subject_version
            )
            for seen in self.approvals
        }


class Remark(Value):
    """A few words for the log."""

    comment: Comment = ""


class Handover(Value):
    """Whom to ask instead of the caller (`transfer`, 转签) or too (`add`, 加签).

    `instead_of`: another approver, whom those with the right over everybody's approvals relieve.
    """

    to: RecordId
    instead_of: RecordId | None = None
    mode: Literal["transfer", "add"] = "transfer"
    comment: Comment = ""


class Verification(Value):
    """Whether the log is what was written. `sealed` is the newest hash, as events carried it."""

    whole: bool
    entries: int
    sealed: str
    flaw: Flaw | None = None


class ReviewerLoad(Value):
    """How much waits for one person."""

    user: str
    open: int
    overdue: int


class Load(Value):
    """What waits for whom, the busiest first. `complete` is false when not all was counted."""

    reviewers: tuple[ReviewerLoad, ...]
    open: int
    overdue: int
    complete: bool


class NewDelegation(Value):
    """Whom to let decide, from when until when, about which kinds (empty: all)."""

    to: RecordId
    start: Moment
    end: Moment
    kinds: Annotated[tuple[Kind, ...], Field(max_length=20)] = ()
    comment: Comment = ""

    @model_validator(mode="after")
    def _runs_forward(self) -> "NewDelegation":
        if self.end <= self.start:
            raise ValueError("it ends before it starts")
        return self


class Delegations(Value):
    """Who decides for the caller (`given`), and for whom the caller does (`received`)."""

    given: tuple[Delegation, ...]
    received: tuple[Delegation, ...]


class NewReviewPolicy(ReviewRules):
    """Rules that replace the present ones."""
