"""What happens to web forms and to what people submit. Ids and codes, never answers."""

from typing import ClassVar

from shared.domain.events.base import Event


class FormCreated(Event):
    """A web form can be filled in."""

    name: ClassVar[str] = "form.created"


class FormChanged(Event):
    """A form's settings were changed; `fields` names them (`token`: its address)."""

    name: ClassVar[str] = "form.changed"

    fields: tuple[str, ...]


class FormDeleted(Event):
    """A form was removed; its address leads nowhere from now on."""

    name: ClassVar[str] = "form.deleted"


class FormSubmitted(Event):
    """Somebody filled in a form and became a lead."""

    name: ClassVar[str] = "form.submitted"

    form: str
    lead: str


class FormSubmissionFailed(Event):
    """A submission had bad answers; it is kept and can be replayed. `codes` says what was bad."""

    name: ClassVar[str] = "form.submission_failed"

    form: str
    codes: tuple[str, ...]


class FormConfirmationRequested(Event):
    """A submission waits until its address is confirmed by mail."""

    name: ClassVar[str] = "form.confirmation_requested"

    form: str


class FormSubmissionConfirmed(Event):
    """Somebody confirmed their address and became a lead."""

    name: ClassVar[str] = "form.submission_confirmed"

    form: str
    lead: str


class FormSubmissionReplayed(Event):
    """A kept submission was put through by hand; without a lead it waits for confirmation."""

    name: ClassVar[str] = "form.submission_replayed"

    form: str
    lead: str | None = None
