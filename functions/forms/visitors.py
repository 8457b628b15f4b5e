"""The form's own page: shown, sent without script, and every refusal as a page."""

from collections.abc import Callable

from pydantic import ValidationError

from functions.forms import confirmations, pages
from functions.forms.desk import Desk, open_form
from functions.forms.inputs import CONSENT
from functions.forms.intake import submit
from functions.forms.schemas import PageInputs, PageQuery, SubmissionInput
from functions.forms.visits import started_token
from shared.domain.errors import Forbidden, Gone, InvalidInput, NotFound, RateLimited
from shared.domain.forms.readers import ticked
from shared.http.call import AnyCall, Reply
from shared.http.problems import invalid_input, problem

STARTED = "_started"
_NOTICES = {
    NotFound: ("not_found", 404),
    Gone: ("closed", 410),
    Forbidden: ("elsewhere", 403),
    RateLimited: ("too_many", 429),
}


def show_form(call: AnyCall, token: str, query: PageQuery) -> Reply:
    """The form to fill in, or what follows when it is done."""

    def show() -> Reply:
        form = open_form(call, token).form
        if query.done:
            return pages.thanks_page(form)
        filled = pages.Filled(query.filling(form.fields))
        return pages.form_page(form, started_token(call.runtime, form, call.context.now), filled)

    return _or_notice(show)


def take_form(call: AnyCall, token: str, given: PageInputs) -> Reply:
    """Take what the page sent; bad answers come back in the page."""

    def take() -> Reply:
        desk = open_form(call, token)
        try:
            return _taken(call, desk, given)
        except InvalidInput as refused:
            filled = pages.Filled(given.inputs, refused.errors)
            started = started_token(call.runtime, desk.form, call.context.now)
            # A page that was open for days starts anew; otherwise the first showing counts.
            if not any(error.code == "stale" for error in refused.errors):
                started = given.inputs.get(STARTED, started)
            return pages.form_page(desk.form, started, filled, status=422)

    return _or_notice(take)


def show_confirmation(call: AnyCall, token: str) -> Reply:
    """The page behind a link in a mail."""

    def show() -> Reply:
        waiting = confirmations.find_waiting(call, token)
        if waiting.submission.status == "confirmed":
            return pages.confirmed_page(waiting.form)
        return pages.confirm_page(waiting.form)

    return _or_notice(show, over="link_over")


def take_confirmation(call: AnyCall, token: str) -> Reply:
    """The button on that page."""

    def take() -> Reply:
        return pages.confirmed_page(confirmations.confirm(call, token).form)

    return _or_notice(take, over="link_over")


def _taken(call: AnyCall, desk: Desk, given: PageInputs) -> Reply:
    inputs = given.inputs
    names = {field.name for field in desk.form.fields} | {desk.form.honeypot}
    try:
        submission = SubmissionInput.model_validate(
            {
                "answers": {name: value for name, value in inputs.items() if name in names},
                "consented": ticked(inputs.get(CONSENT)),
                "started": inputs.get(STARTED),
                "page": call.origin.header("referer")[:2000],
            }
        )
    except ValidationError as error:
        raise invalid_input(error) from None
    receipt = submit(call, desk, submission)
    # Written here, so that a refusal of the write is still answered with a page.
    unit, call.unit = call.unit, call.store.begin(call.context)
    unit.commit()
    # Gone to by GET: loading the page again sends nothing twice.
    return Reply(status=303, headers={"Location": receipt.redirect or "?done=true"})


def _or_notice(answer: Callable[[], Reply], over: str | None = None) -> Reply:
    """The answer, or its refusal as a page; `over` words what is said of a link that is no more."""
    try:
        return answer()
    except (NotFound, Gone, Forbidden, RateLimited) as refused:
        text, status = _NOTICES[type(refused)]
        page = pages.notice(over if over and status in (404, 410) else text, status)
        _, _, headers = problem(refused, "")
        headers = {name: headers[name] for name in headers if name != "Content-Type"}
        return Reply(page.body, status, headers | page.headers, page.media)
