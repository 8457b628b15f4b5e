"""Every trigger of web forms. `{form}` is a form's id for staff and its token for the public."""

from chalice.app import CORSConfig

from functions.forms import embedding, intake, kept, mail, use_cases, visitors
from functions.forms.desk import open_form
from functions.forms.schemas import (
    FormChange,
    FormQuery,
    NewForm,
    PageInputs,
    PageQuery,
    PublicForm,
    Receipt,
    ReplayOrder,
    Snippet,
    SubmissionInput,
    SubmissionQuery,
)
from shared.domain.events.forms import FormConfirmationRequested
from shared.domain.forms.form import Form
from shared.domain.forms.submission import Submission
from shared.http.call import AnyCall, Reply
from shared.http.contract import FORM
from shared.http.endpoint import endpoint
from shared.runtime.app import create_app
from shared.runtime.consumers import Delivery, Job, consumes, works
from shared.runtime.timers import TimerDue
from shared.storage.store import DocumentPage

app = create_app("forms")
TAG = "Forms"
PUBLIC_BODY = 32 * 1024
FORM_BODY = 64 * 1024
"""A form is stored as one item, and its history holds it twice."""

# Any page may read these answers: pages that may not use the form get nothing but a refusal, and
# no answer depends on who the visitor is.
ANY_PAGE = CORSConfig(allow_origin="*", allow_headers=["Idempotency-Key"], max_age=600)


@app.route("/v1/forms", methods=["POST"])
@endpoint(
    "Create a web form",
    resource="form",
    action="create",
    tag=TAG,
    body=NewForm,
    returns=Form,
    status=201,
    writes=True,
    body_limit=FORM_BODY,
)
def create_form(call: AnyCall) -> Reply:
    """Its `token` is its public address. Without `allowed_origins` any site may use it."""
    form = use_cases.create(call, call.body)
    return Reply(form, headers={"Location": f"/v1/forms/{form.id}"})


@app.route("/v1/forms", methods=["GET"])
@endpoint(
    "List forms, newest first",
    resource="form",
    action="read",
    tag=TAG,
    query=FormQuery,
    returns=Form,
    listed=True,
)
def list_forms(call: AnyCall) -> DocumentPage:
    """List."""
    return use_cases.page_of_forms(call, call.query)


@app.route("/v1/forms/{form}", methods=["GET"])
@endpoint("Read a form", resource="form", action="read", tag=TAG, returns=Form)
def read_form(call: AnyCall, form: str) -> Form:
    """Read."""
    return call.load(Form, form)


@app.route("/v1/forms/{form}", methods=["PATCH"])
@endpoint(
    "Change the given settings of a form, or pause it",
    resource="form",
    action="update",
    tag=TAG,
    body=FormChange,
    returns=Form,
    precondition=True,
    writes=True,
    body_limit=FORM_BODY,
)
def change_form(call: AnyCall, form: str) -> Form:
    """Pages that embed the form show the change when they are loaded next."""
    return use_cases.change(call, form, call.body)


@app.route("/v1/forms/{form}", methods=["DELETE"])
@endpoint(
    "Move a form to the bin",
    resource="form",
    action="delete",
    tag=TAG,
    returns=Form,
    precondition=True,
    writes=True,
)
def delete_form(call: AnyCall, form: str) -> Form:
    """Its address leads nowhere from now on; what was submitted stays."""
    return use_cases.delete(call, form)


@app.route("/v1/forms/{form}/token-rotation", methods=["POST"])
@endpoint(
    "Give a form a new public address",
    resource="form",
    action="update",
    tag=TAG,
    returns=Form,
    precondition=True,
    writes=True,
)
def rotate_token(call: AnyCall, form: str) -> Form:
    """Pages with the old address stop working."""
    return use_cases.rotate(call, form)


@app.route("/v1/forms/{form}/snippet", methods=["GET"])
@endpoint(
    "Markup that shows the form on a site",
    resource="form",
    action="read",
    tag=TAG,
    returns=Snippet,
)
def form_snippet(call: AnyCall, form: str) -> Snippet:
    """Copy `script` or `frame` into a page."""
    return embedding.snippet(call, form)


@app.route("/v1/forms/{form}/submissions", methods=["GET"])
@endpoint(
    "List what was submitted, newest first",
    resource="form",
    action="replay",
    tag=TAG,
    query=SubmissionQuery,
    returns=Submission,
    listed=True,
)
def list_submissions(call: AnyCall, form: str) -> DocumentPage:
    """Answers stand here as typed, so only those who may replay them see them."""
    return kept.page_of_submissions(call, form, call.query)


@app.route("/v1/forms/{form}/submissions/{submission}/replay", methods=["POST"])
@endpoint(
    "Put a failed submission through, with corrected answers",
    resource="form",
    action="replay",
    tag=TAG,
    body=ReplayOrder,
    returns=Submission,
    precondition=True,
    writes=True,
    body_limit=PUBLIC_BODY,
)
def replay_submission(call: AnyCall, form: str, submission: str) -> Submission:
    """Also one that was taken for spam. With double opt-in it then waits for confirmation."""
    return kept.replay(call, form, submission, call.body)


@app.route("/v1/forms/{form}/definition", methods=["GET"], cors=ANY_PAGE)
@endpoint(
    "What a page needs to show the form",
    resource=None,
    tag=TAG,
    returns=PublicForm,
    other_statuses=(403, 410),
)
def form_definition(call: AnyCall, form: str) -> PublicForm:
    """`form` is the form's token."""
    return embedding.definition(call, open_form(call, form).form)


@app.route("/v1/forms/{form}/submissions", methods=["POST"], cors=ANY_PAGE)
@endpoint(
    "Submit a form",
    resource=None,
    tag=TAG,
    body=SubmissionInput,
    returns=Receipt,
    status=201,
    other_statuses=(403, 410),
    writes=True,
    rehearsable=False,
    body_limit=PUBLIC_BODY,
)
def submit_form(call: AnyCall, form: str) -> Receipt:
    """`form` is the form's token; `started` comes from its definition. Bad answers are refused
    all at once, and kept. Send an Idempotency-Key, so that trying again submits nothing twice."""
    return intake.submit(call, open_form(call, form), call.body)


@app.route("/v1/forms/{form}/page", methods=["GET"])
@endpoint(
    "The form as a page of its own",
    resource=None,
    tag=TAG,
    query=PageQuery,
    other_statuses=(403, 410),
    media="text/html",
)
def form_page(call: AnyCall, form: str) -> Reply:
    """`form` is the form's token. The page needs no script and may stand in a frame."""
    return visitors.show_form(call, form, call.query)


@app.route("/v1/forms/{form}/page", methods=["POST"])
@endpoint(
    "Submit the form's own page",
    resource=None,
    tag=TAG,
    body=PageInputs,
    status=303,
    other_statuses=(403, 410),
    writes=True,
    rehearsable=False,
    body_limit=PUBLIC_BODY,
    media="text/html",
    body_media=FORM,
)
def submit_page(call: AnyCall, form: str) -> Reply:
    """What a browser sends without script; bad answers come back in the page."""
    return visitors.take_form(call, form, call.body)


@app.route("/v1/forms/confirmations/{confirmation}", methods=["GET"])
@endpoint(
    "The page behind a confirmation link",
    resource=None,
    tag=TAG,
    other_statuses=(410,),
    media="text/html",
)
def confirmation_page(call: AnyCall, confirmation: str) -> Reply:
    """Opening it changes nothing: mail scanners open links too."""
    return visitors.show_confirmation(call, confirmation)


@app.route("/v1/forms/confirmations/{confirmation}", methods=["POST"])
@endpoint(
    "Confirm an address",
    resource=None,
    tag=TAG,
    other_statuses=(410,),
    writes=True,
    rehearsable=False,
    body_limit=PUBLIC_BODY,
    media="text/html",
)
def confirm_address(call: AnyCall, confirmation: str) -> Reply:
    """The button on that page. A second time changes nothing."""
    return visitors.take_confirmation(call, confirmation)


@app.on_sqs_message(queue="form-mail", batch_size=10)
@consumes(FormConfirmationRequested)
def send_confirmation(delivery: Delivery) -> None:
    """Send the mail that asks to confirm."""
    mail.send_confirmation(delivery)


@app.on_sqs_message(queue="submission-timers", batch_size=10)
@works(TimerDue)
def remove_expired(job: Job[TimerDue]) -> None:
    """Remove submissions that became no lead in time."""
    kept.remove_expired(job)
