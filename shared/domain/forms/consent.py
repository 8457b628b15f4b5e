"""The evidence for a permission given on a form: who said what, where, to which wording."""

from datetime import datetime

from shared.domain.forms.form import Form
from shared.domain.forms.submission import Visit
from shared.domain.leads.capture import LeadInput
from shared.domain.leads.model import Consent

LONGEST_EVIDENCE = 500


def with_consents(form: Form, given: LeadInput, visit: Visit, at: datetime) -> LeadInput:
    """The input with the permissions of a ticked consent box, one a channel."""
    request = form.consent
    if request is None:
        return given
    where = visit.origin or visit.page or "no page named"
    wording = " ".join(request.text.split())
    evidence = f"Ticked on {where}, form {form.id}: {wording}"[:LONGEST_EVIDENCE]
    consents = tuple(
        Consent(
            channel=channel, granted=True, at=at, evidence=evidence, text_version=request.version
        )
        for channel in request.channels
    )
    return given.model_copy(update={"consents": consents})


def confirmed(given: LeadInput, at: datetime) -> LeadInput:
    """The input after its address was confirmed by mail, which the evidence then says."""
    moment = at.isoformat(timespec="seconds")
    consents = tuple(
        consent.model_copy(
            update={
                "evidence": f"Confirmed by mail at {moment}. {consent.evidence}"[:LONGEST_EVIDENCE]
            }
        )
        for consent in given.consents
    )
    return given.model_copy(update={"consents": consents})
