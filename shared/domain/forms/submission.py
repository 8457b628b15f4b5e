"""A submission: what somebody sent through a form, and what became of it."""

from datetime import timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from shared.domain.context import Context
from shared.domain.entity import Moment, Value
from shared.domain.errors import InvalidInput, InvalidState
from shared.domain.events.forms import (
    FormConfirmationRequested,
    FormSubmissionConfirmed,
    FormSubmissionFailed,
    FormSubmissionReplayed,
    FormSubmitted,
)
from shared.domain.forms.answers import Answers
from shared.domain.forms.form import Form
from shared.domain.leads.capture import LeadInput
from shared.domain.tenancy import Setup
from shared.domain.text import Line

SubmissionStatus = Literal["accepted", "failed", "spam", "pending", "confirmed", "replayed"]
SpamReason = Literal["honeypot", "too_fast", "no_start", "forged_start"]

EXPIRE = "expire"
CONFIRMATION_TIME = timedelta(days=7)
KEPT = {"pending": CONFIRMATION_TIME, "spam": timedelta(days=30), "failed": timedelta(days=180)}
"""How long a submission that became no lead is kept: nobody has agreed to more."""


class AnswerError(Value):
    """Why an answer was refused."""

    path: str
    code: str
    message: str


class Visit(Value):
    """How a submission came: a stand-in for the network address, the site, the page, the time
    at which the form was shown."""

    address: str
    origin: Annotated[Line, Field(max_length=300)] = ""
    page: Annotated[Line, Field(max_length=2000)] = ""
    started_at: Moment | None = None


class Submission(Setup):
    """A stored submission. `lead_input` is what the answers mean, while they wait to be used."""

    kind: ClassVar[str] = "submission"
    prefix: ClassVar[str] = "sub"
    state_field: ClassVar[str | None] = "status"
    relation_field: ClassVar[str | None] = "form"
    listed: ClassVar[bool] = False
    history: ClassVar[bool] = False
    promoted: ClassVar[tuple[str, ...]] = ("status",)

    form: str
    form_version: int
    status: SubmissionStatus
    answers: Answers
    consented: bool = False
    visit: Visit
    errors: tuple[AnswerError, ...] = ()
    spam_reason: SpamReason | None = None
    lead_input: LeadInput | None = None
    lead: str | None = None
    settled_at: Moment | None = None

    @property
    def email(self) -> str | None:
        """The address to confirm."""
        return self.lead_input.email if self.lead_input else None


def _new(context: Context, form: Form, status: SubmissionStatus, **facts: Any) -> Submission:
    timers = {EXPIRE: context.now + KEPT[status]} if status in KEPT else {}
    fields = {"form": form.id, "form_version": form.version, "status": status, "timers": timers}
    return Submission.model_validate(Submission.stamp(context) | fields | facts)


def accept(context: Context, form: Form, lead: str, **facts: Any) -> Submission:
    """A submission that is a lead at once. `facts`: answers, consented, visit."""
    event = FormSubmitted(form=form.id, lead=lead)
    made = _new(context, form, "accepted", lead=lead, settled_at=context.now, **facts)
    return made.recording(event)


def await_confirmation(
    context: Context, form: Form, lead_input: LeadInput, **facts: Any
) -> Submission:
    """A submission that becomes a lead when its address is confirmed."""
    made = _new(context, form, "pending", lead_input=lead_input, **facts)
    return made.recording(FormConfirmationRequested(form=form.id))


def keep_failed(context: Context, form: Form, refused: InvalidInput, **facts: Any) -> Submission:
    """A submission with bad answers."""
    errors = [AnswerError(**error.as_dict()) for error in refused.errors]
    codes = tuple(sorted({error.code for error in errors}))
    made = _new(context, form, "failed", errors=tuple(errors), **facts)
    return made.recording(FormSubmissionFailed(form=form.id, codes=codes))


def keep_spam(context: Context, form: Form, reason: SpamReason, **facts: Any) -> Submission:
    """A submission that looks like a machine's."""
    return _new(context, form, "spam", spam_reason=reason, **facts)


def confirm(context: Context, submission: Submission, lead: str) -> Submission:
    """The submission whose address was confirmed. Raises InvalidState unless it waits for that."""
    if submission.status != "pending":
        raise InvalidState("Nothing waits for this.", details={"status": submission.status})
    event = FormSubmissionConfirmed(form=submission.form, lead=lead)
    changes = {"status": "confirmed", "lead": lead, "settled_at": context.now}
    return submission.evolve(context, event, **changes, lead_input=None, timers={})


def require_replayable(submission: Submission) -> None:
    """Raises InvalidState unless the submission failed or was taken for spam."""
    if submission.status not in ("failed", "spam"):
        message = f"A submission that is {submission.status} is not replayed."
        raise InvalidState(message, details={"status": submission.status})


def replay(context: Context, submission: Submission, lead: str, **facts: Any) -> Submission:
    """The kept submission, put through by hand as this lead."""
    require_replayable(submission)
    event = FormSubmissionReplayed(form=submission.form, lead=lead)
    changes = {"status": "replayed", "lead": lead, "settled_at": context.now, "errors": ()}
    return submission.evolve(context, event, **changes, timers={}, **facts)


def replay_to_confirm(
    context: Context, submission: Submission, lead_input: LeadInput, **facts: Any
) -> Submission:
    """The kept submission, put through by hand; its address must still be confirmed."""
    require_replayable(submission)
    events = (
        FormSubmissionReplayed(form=submission.form),
        FormConfirmationRequested(form=submission.form),
    )
    timers = {EXPIRE: context.now + KEPT["pending"]}
    changes = {"status": "pending", "lead_input": lead_input, "errors": (), "timers": timers}
    return submission.evolve(context, *events, **changes, **facts)
