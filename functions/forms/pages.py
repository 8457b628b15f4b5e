"""Pages for visitors: the form itself without script, the confirmation, and short notices.

Everything that comes from outside is escaped; the security policy allows one style sheet and
nothing else.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from functions.forms.inputs import inputs
from functions.forms.wording import WORDINGS, after_submission, wording
from shared.domain.errors import FieldError
from shared.domain.forms.addresses import origin_of
from shared.domain.forms.form import Form, Language
from shared.http.call import Reply

MEDIA = "text/html; charset=utf-8"
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:1rem auto;max-width:34rem;padding:0 1rem}"
    "label{display:block;margin-top:1rem}"
    "input,select,textarea,button{font:inherit;box-sizing:border-box;max-width:100%}"
    "input:not([type=checkbox]),select,textarea{width:100%;padding:.4rem}"
    "button{margin-top:1.5rem;padding:.5rem 1.5rem}"
    ".error{color:#b00020;display:block}.help{color:#555;display:block}"
    ".apart{position:absolute;left:-6000px;width:1px;height:1px;overflow:hidden}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()


@dataclass(frozen=True, slots=True)
class Filled:
    """What was entered before and what was wrong with it."""

    values: Mapping[str, str] = field(default_factory=dict[str, str])
    errors: tuple[FieldError, ...] = ()


def form_page(form: Form, started: str, filled: Filled | None = None, status: int = 200) -> Reply:
    """The form as a page of its own, which works without script and inside a frame."""
    words = wording(form.language)
    before = filled or Filled()
    notice = f'<p class="error" role="alert">{escape(words.correct)}</p>' if before.errors else ""
    body = (
        f"{notice}<form method=post>"
        f'<input type=hidden name="_started" value="{escape(started, quote=True)}">'
        f"{inputs(form, before.values, before.errors)}"
        f"<button>{escape(form.submit_label or words.submit)}</button></form>"
    )
    page = _document(form.language, form.title, body)
    return Reply(page, status=status, headers=_headers(form), media=MEDIA)


def thanks_page(form: Form) -> Reply:
    """What follows a submission."""
    text = "<br>".join(escape(after_submission(form)).split("\n"))
    page = _document(form.language, form.title, f"<p role=status>{text}</p>")
    return Reply(page, headers=_headers(form), media=MEDIA)


def confirm_page(form: Form) -> Reply:
    """The page behind the link of the mail: nothing happens before its button is pressed."""
    words = wording(form.language)
    body = (
        f"<p>{escape(words.confirm_ask)}</p>"
        f"<form method=post><button>{escape(words.confirm_button)}</button></form>"
    )
    page = _document(form.language, words.confirm_title, body)
    return Reply(page, headers=_headers(None), media=MEDIA)


def confirmed_page(form: Form) -> Reply:
    """The address is confirmed."""
    words = wording(form.language)
    text = escape(form.thank_you or words.confirmed).replace("\n", "<br>")
    page = _document(form.language, words.confirm_title, f"<p role=status>{text}</p>")
    return Reply(page, headers=_headers(None), media=MEDIA)


def notice(text: str, status: int, languages: tuple[Language, ...] = ("zh", "en")) -> Reply:
    """A refusal as a page; in both languages, as no form may be known. `text` names a wording."""
    said = "".join(
        f'<p role=alert lang="{language}">{escape(getattr(WORDINGS[language], text))}</p>'
        for language in languages
    )
    return Reply(_document("en", "", said), status=status, headers=_headers(None), media=MEDIA)


def _document(language: Language, title: str, body: str) -> str:
    heading = f"<h1>{escape(title)}</h1>" if title else ""
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><main>{heading}{body}</main></body></html>"
    )


def _headers(form: Form | None) -> dict[str, str]:
    """`form`: its sites may frame the page, and its redirect may follow; None: nobody may."""
    ancestors = "'none'" if form is None else " ".join(form.allowed_origins) or "*"
    action = "'self'"
    if form is not None and form.redirect:
        action += f" {origin_of(form.redirect)}"
    policy = (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action {action}; "
        f"base-uri 'none'; frame-ancestors {ancestors}"
    )
    return {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
    }
