"""Double opt-in: the link in the mail, the page behind it, and the lead it makes.

Opening the link changes nothing, since mail scanners open links; the button on the page does.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from functions.forms.desk import terms_of
from functions.forms.new_leads import put_lead
from shared.domain.errors import Gone, NotFound
from shared.domain.forms import submission as submissions
from shared.domain.forms.consent import confirmed
from shared.domain.forms.form import Form
from shared.domain.forms.submission import CONFIRMATION_TIME, Submission
from shared.domain.signatures import Seal
from shared.domain.tenancy import Tenant
from shared.http.call import AnyCall
from shared.runtime.runtime import Runtime

PURPOSE = "form-confirmation"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A submission that can be, or has been, confirmed, and its form."""

    submission: Submission
    form: Form


def confirmation_token(runtime: Runtime, tenant: str, submission: Submission) -> str:
    """The signed part of the link; it says until when it is good."""
    until = int((submission.updated_at + CONFIRMATION_TIME).timestamp())
    return Seal(runtime.signing_secret, PURPOSE).sign(f"{tenant}.{submission.id}.{until}")


def find_waiting(call: AnyCall, token: str) -> Waiting:
    """What the link is for. Raises NotFound for a link that is not ours, Gone for one too late."""
    said = Seal(call.runtime.signing_secret, PURPOSE).read(token)
    if said is None:
        raise NotFound("There is no such link.")
    tenant, submission_id, until = said.split(".")
    if call.context.now >= datetime.fromtimestamp(int(until), tz=UTC):
        raise Gone("The link is no longer valid.", code="link_expired")
    call.enter(tenant, actor=submission_id)
    submission = call.store.find(Submission, submission_id)
    form = call.store.find(Form, submission.form) if submission else None
    if submission is None or form is None or submission.status not in ("pending", "confirmed"):
        raise Gone("The link is no longer valid.", code="link_expired")
    return Waiting(submission, form)


def confirm(call: AnyCall, token: str) -> Waiting:
    """Make the lead, once: a second confirmation changes nothing."""
    waiting = find_waiting(call, token)
    submission = waiting.submission
    if submission.status == "confirmed" or submission.lead_input is None:
        return waiting
    terms = terms_of(call.store.find(Tenant, call.context.tenant))
    call.enter(call.context.tenant, actor=waiting.form.id, region=terms.region)
    given = confirmed(submission.lead_input, call.context.now)
    lead = put_lead(call, waiting.form, given)
    call.unit.put(submissions.confirm(call.context, submission, lead.id))
    return waiting
