"""An approval: of one subject in one version, by steps in order, with its sealed log."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.domain.approval.log import Log
from shared.domain.approval.steps import Step
from shared.domain.entity import Entity, Moment
from shared.domain.errors import InvalidState
from shared.domain.events.base import Subject

ApprovalState = Literal["pending", "approved", "returned", "withdrawn"]
DUE, REMIND = "due", "remind"


class Approval(Entity):
    """What is asked of whom. Its lists show it under names that the indexes carry.

    `about` is the subject in the version and with the content (hash) last looked at, `baseline`
    the version its changes are shown against; `channel` how it came in; `reasons` why it did not
    pass by itself; `concerned` on whose timeline its events stand; `sealed` the newest hash of the
    log. `due` is that of the current step.
    """

    kind: ClassVar[str] = "approval"
    prefix: ClassVar[str] = "apr"
    state_field: ClassVar[str | None] = "status"
    owner_field: ClassVar[str | None] = "owner"
    relation_field: ClassVar[str | None] = "subject_id"
    promoted: ClassVar[tuple[str, ...]] = ("status", "owner", "team", "source", "tags", "score")
    history: ClassVar[bool] = False  # the log tells it

    about: Subject
    baseline: int
    content: str
    state: ApprovalState = "pending"
    channel: str = ""
    submitter: str
    team: str | None = None
    self_approval: bool = False
    round: int = 1
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    step_since: Moment
    due: Moment | None = None
    overdue: bool = False
    reasons: tuple[str, ...] = ()
    concerned: tuple[str, ...] = ()
    log: Log = ()
    sealed: str = ""

    @property
    def position(self) -> int | None:
        """Which step is next: the first that has not passed; None when all have."""
        return next((n for n, step in enumerate(self.steps) if not step.passed), None)

    @property
    def current(self) -> Step | None:
        """The step whose approvers are asked now; None unless pending."""
        position = self.position
        return self.steps[position] if self.state == "pending" and position is not None else None

    def open_step(self) -> Step:
        """The current step. Raises InvalidState when nobody is asked."""
        if self.current is None:
            message = f"The approval is {self.state}: nobody is asked."
            details = {"state": self.state}
            raise InvalidState(message, code="approval_not_pending", details=details)
        return self.current

    @property
    def involved(self) -> frozenset[str]:
        """Everybody who may read it: submitter, approvers, fallback once asked, who acted."""
        asked = {user for step in self.steps for user in step.asked}
        return frozenset({self.submitter} | asked | {entry.by for entry in self.log})

    @property
    def status(self) -> str:
        """The state, under a name that list indexes carry."""
        return self.state

    @property
    def owner(self) -> str:
        """The submitter, under a name that list indexes carry."""
        return self.submitter

    @property
    def subject_id(self) -> str:
        """The id of what is approved."""
        return self.about.id

    @property
    def source(self) -> str:
        """The kind of what is approved, under a name that list indexes carry."""
        return self.about.kind

    @property
    def tags(self) -> tuple[str, ...]:
        """Who may decide now, under a name that list indexes carry."""
        return self.current.deciders if self.current else ()

    @property
    def score(self) -> int | None:
        """1 while overdue, under a name that list indexes carry."""
        return 1 if self.overdue and self.state == "pending" else None

    def concerns(self) -> tuple[str, ...]:
        """Nobody's timeline while the subject is hidden; afterwards those of the subject."""
        return self.concerned


class Delegation(Entity):
    """Somebody decides for somebody else for a time (委托). `kinds`: only these (empty: all)."""

    kind: ClassVar[str] = "delegation"
    prefix: ClassVar[str] = "dlg"
    owner_field: ClassVar[str | None] = "owner"
    relation_field: ClassVar[str | None] = "to"
    promoted: ClassVar[tuple[str, ...]] = ("owner",)

    owner: str
    to: str
    start: Moment
    end: Moment
    kinds: tuple[str, ...] = ()
    comment: str = ""

    @property
    def team(self) -> str | None:
        """A delegation is between two people."""
        return None

    def holds(self, at: Moment, kind: str) -> bool:
        """Whether the delegate may decide about this kind at `at`."""
        in_time = self.start <= at < self.end and self.deleted_at is None
        return in_time and (not self.kinds or kind in self.kinds)
