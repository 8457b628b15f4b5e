"""A submission comes in: kept as spam, refused and kept, waiting for confirmation, or a lead.

A lead and its submission are stored in one transaction, which also counts the sender's address.
"""

from typing import Any

from functions.forms.desk import Desk
from functions.forms.new_leads import put_lead
from functions.forms.schemas import Receipt, SubmissionInput
from functions.forms.visits import (
    count_mail,
    count_visit,
    require_fresh,
    spam_reason,
    visit_of,
)
from functions.forms.wording import after_submission, in_language
from shared.domain.errors import InvalidInput
from shared.domain.forms import submission as submissions
from shared.domain.forms.answers import read_answers
from shared.domain.forms.consent import with_consents
from shared.domain.forms.form import Form
from shared.http.call import AnyCall


def submit(call: AnyCall, desk: Desk, given: SubmissionInput) -> Receipt:
    """Take a visitor's submission into the call's unit. What machines send is answered alike.

    Raises InvalidInput with every bad answer; the submission is then kept as failed.
    """
    form, now = desk.form, call.context.now
    visit = visit_of(call, form, given)
    facts = {"answers": given.answers, "consented": given.consented, "visit": visit}
    reason = spam_reason(form, given, visit, now)
    if reason is not None:
        call.unit.put(submissions.keep_spam(call.context, form, reason, **facts))
    else:
        _take(call, desk, given, facts)
    count_visit(call.unit, form, visit, now)
    return receipt(form)


def receipt(form: Form) -> Receipt:
    """The answer to everybody."""
    confirmation = form.double_opt_in
    redirect = None if confirmation else form.redirect
    return Receipt(message=after_submission(form), redirect=redirect, confirmation=confirmation)


def _take(call: AnyCall, desk: Desk, given: SubmissionInput, facts: dict[str, Any]) -> None:
    form, visit, now = desk.form, facts["visit"], call.context.now
    try:
        require_fresh(visit, now)
        lead_input = read_answers(form, given.answers, given.consented, desk.terms)
    except InvalidInput as refused:
        _keep_failed(call, form, refused, facts)
        raise InvalidInput(in_language(form.language, refused.errors)) from None
    if given.consented:
        lead_input = with_consents(form, lead_input, visit, now)
    if form.double_opt_in:
        pending = submissions.await_confirmation(call.context, form, lead_input, **facts)
        count_mail(call.unit, call.runtime, pending.email or "", now)
        call.unit.put(pending)
        return
    lead = put_lead(call, form, lead_input)
    call.unit.put(submissions.accept(call.context, form, lead.id, **facts))


def _keep_failed(call: AnyCall, form: Form, refused: InvalidInput, facts: dict[str, Any]) -> None:
    unit = call.store.begin(call.context)
    unit.put(submissions.keep_failed(call.context, form, refused, **facts))
    count_visit(unit, form, facts["visit"], call.context.now)
    unit.commit()
