"""What a site's owner copies into a page: the form drawn by a script, in a frame, or by a link."""

import json
from functools import cache
from html import escape
from pathlib import Path

from functions.forms.desk import public_address
from functions.forms.schemas import PublicConsent, PublicForm, Snippet
from functions.forms.visits import started_token
from functions.forms.wording import wording
from shared.domain.forms.form import Form
from shared.http.call import AnyCall

_PLACEHOLDER = "RAPPORT_ADDRESS"


def definition(call: AnyCall, form: Form) -> PublicForm:
    """The form as a page needs it; nothing else of it is public."""
    words = wording(form.language)
    consent = form.consent
    return PublicForm(
        title=form.title,
        language=form.language,
        fields=form.fields,
        honeypot=form.honeypot,
        consent=PublicConsent(text=consent.text, required=consent.required) if consent else None,
        started=started_token(call.runtime, form, call.context.now),
        texts={
            "submit": form.submit_label or words.submit,
            "sending": words.sending,
            "unavailable": words.unavailable,
            "choose": words.choose,
            "correct": words.correct,
        },
    )


def snippet(call: AnyCall, form_id: str) -> Snippet:
    """Markup for a site. It holds no secret but the form's public token."""
    form = call.load(Form, form_id)
    address = f"{public_address(call)}/v1/forms/{form.token}"
    page = f"{address}/page"
    title = escape(form.title or form.name, quote=True)
    link = f'<a href="{escape(page, quote=True)}">{title}</a>'
    script = _script().replace(_PLACEHOLDER, _inside_script(address))
    return Snippet(
        script=f"<div>{link}</div>\n<script>\n{script}</script>\n",
        frame=(
            f'<iframe src="{escape(page, quote=True)}" title="{title}" '
            'style="border:0;width:100%;height:40rem"></iframe>\n'
        ),
        page=page,
    )


@cache
def _script() -> str:
    return (Path(__file__).parent / "embed.js").read_text("utf-8")


def _inside_script(text: str) -> str:
    """A text as a script's literal that cannot end the script element."""
    return json.dumps(text).replace("<", "\\u003c").replace(">", "\\u003e")
