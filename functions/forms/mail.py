"""The mail that asks to confirm an address: once for each time it is asked for."""

from datetime import timedelta
from html import escape
from typing import Any

from functions.forms.confirmations import confirmation_token
from functions.forms.wording import wording
from shared.domain.email import parse_email
from shared.domain.errors import AlreadyHandled
from shared.domain.forms.form import Form
from shared.domain.forms.submission import Submission
from shared.runtime.consumers import Delivery
from shared.runtime.runtime import Runtime, runtime
from shared.storage import keys

KEPT = timedelta(days=14)
"""Longer than any redelivery of the event."""


def send_confirmation(delivery: Delivery) -> None:
    """Ask the visitor to confirm, if the submission still waits for it.

    The send key is taken before SES is asked, so no mail goes out twice; when SES says that it
    did not take the mail, the key is given back and the message comes again.
    """
    submission = delivery.store.find(Submission, delivery.envelope.subject.id)
    if submission is None or submission.status != "pending" or submission.email is None:
        return
    form = delivery.store.find(Form, submission.form)
    if form is None:
        return
    now = runtime()
    token = confirmation_token(now, delivery.context.tenant, submission)
    link = f"{now.settings.public_url}/v1/forms/confirmations/{token}"
    message = confirmation_mail(now.settings.mail_from, submission.email, form, link)
    _send_once(delivery, now, message)


def confirmation_mail(sender: str, to: str, form: Form, link: str) -> dict[str, Any]:
    """The mail as SES takes it, as text and HTML, in the form's language."""
    words = wording(form.language)
    title = form.title or form.name
    ask = words.mail_ask.format(form=title)
    address = escape(link, quote=True)
    html = (
        f'<!doctype html><html lang="{form.language}"><meta charset="utf-8">'
        f'<p>{escape(ask)}</p><p><a href="{address}">{address}</a></p>'
        f"<p>{escape(words.mail_ignore)}</p></html>"
    )
    text = f"{ask}\n\n{link}\n\n{words.mail_ignore}\n"
    return {
        "FromEmailAddress": sender,
        "Destination": {"ToAddresses": [_deliverable(to)]},
        "Content": {
            "Simple": {
                "Subject": _content(f"{words.mail_subject}: {title}"),
                "Body": {"Text": _content(text), "Html": _content(html)},
            }
        },
    }


def _send_once(delivery: Delivery, now: Runtime, message: dict[str, Any]) -> None:
    from botocore.exceptions import ClientError

    context = delivery.context
    key = keys.note(context.tenant, f"confirmation-mail#{delivery.envelope.id}")
    unit = delivery.store.begin(context)
    unit.claim(key, {}, lambda _: AlreadyHandled(), expires=context.now + KEPT)
    unit.commit()
    try:
        now.client("sesv2").send_email(**message)
    except ClientError:
        now.table.write_many(deletes=[key])
        raise


def _content(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}


def _deliverable(address: str) -> str:
    """SES takes domains in their ASCII form only."""
    return f"{address.rpartition('@')[0]}@{parse_email(address).domain}"
