"""Kept submissions: listed for those who may replay them, replayed, and removed in time."""

from typing import Any

from functions.forms.desk import terms_of
from functions.forms.new_leads import put_lead
from functions.forms.schemas import ReplayOrder, SubmissionQuery
from functions.forms.visits import count_mail
from shared.domain.errors import NotFound
from shared.domain.forms import submission as submissions
from shared.domain.forms.answers import read_answers
from shared.domain.forms.consent import with_consents
from shared.domain.forms.form import Form
from shared.domain.forms.submission import EXPIRE, Submission
from shared.domain.tenancy import Tenant
from shared.http.call import AnyCall
from shared.runtime.consumers import Job
from shared.runtime.timers import TimerDue
from shared.storage.list_query import ListQuery
from shared.storage.store import DocumentPage


def page_of_submissions(call: AnyCall, form_id: str, query: SubmissionQuery) -> DocumentPage:
    """A form's submissions, newest first; also those of a form in the bin."""
    form = call.load(Form, form_id, deleted=True)
    wanted = ListQuery(relation=form.id, state=query.status)
    return call.store.page(Submission, wanted, call.grant, limit=query.limit, cursor=query.cursor)


def replay(call: AnyCall, form_id: str, submission_id: str, order: ReplayOrder) -> Submission:
    """Put a kept submission through, with corrected answers; under double opt-in it still waits
    for confirmation. Raises NotFound, InvalidState, InvalidInput."""
    form = call.load(Form, form_id)
    submission = call.store.load(Submission, submission_id)
    if submission.form != form.id:
        raise NotFound("There is no such submission of this form.")
    call.expect(submission)
    submissions.require_replayable(submission)
    corrected = {**submission.answers, **order.answers}
    answers = {name: value for name, value in corrected.items() if value is not None}
    terms = terms_of(call.store.find(Tenant, call.context.tenant))
    given = read_answers(form, answers, submission.consented, terms)
    if submission.consented:
        given = with_consents(form, given, submission.visit, submission.created_at)
    facts: dict[str, Any] = {"answers": answers, "form_version": form.version}
    if form.double_opt_in:
        waiting = submissions.replay_to_confirm(call.context, submission, given, **facts)
        count_mail(call.unit, call.runtime, waiting.email or "", call.context.now)
        return call.unit.put(waiting)
    lead = put_lead(call, form, given)
    return call.unit.put(submissions.replay(call.context, submission, lead.id, **facts))


def remove_expired(job: Job[TimerDue]) -> None:
    """Remove a submission that became no lead in time; one whose timer moved stays."""
    submission = job.store.find(Submission, job.message.id)
    if submission is None or submission.timers.get(EXPIRE) is None:
        return
    if submission.timers[EXPIRE] <= job.context.now:
        unit = job.store.begin(job.context)
        unit.purge(submission)
        unit.commit()
