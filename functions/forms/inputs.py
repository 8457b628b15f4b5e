"""A form's fields as HTML inputs, with labels, help and errors that assistive software reads."""

from collections.abc import Iterable, Mapping
from html import escape

from functions.forms.wording import wording
from shared.domain.errors import FieldError
from shared.domain.forms.form import Form, FormField

CONSENT = "_consented"
_HTML_TYPES = {"email": "email", "phone": "tel", "date": "date"}
"""Numbers, amounts and web addresses stay texts: browsers refuse forms in which we read them."""

_AUTOCOMPLETE = {
    "name": "name",
    "given_name": "given-name",
    "family_name": "family-name",
    "email": "email",
    "phone": "tel",
    "company": "organization",
    "job_title": "organization-title",
    "country": "country-name",
    "city": "address-level2",
    "website": "url",
}


def inputs(form: Form, values: Mapping[str, str], errors: Iterable[FieldError]) -> str:
    """All inputs of the form: its fields, the consent box, and the honeypot out of sight."""
    told = {error.path.removeprefix("answers."): error.message for error in errors}
    known = {field.name for field in form.fields} | {"consent"}
    general = [message for path, message in told.items() if path not in known]
    parts = [f'<p class="error" role="alert">{escape(message)}</p>' for message in general]
    for n, field in enumerate(form.fields):
        value, error = values.get(field.name, ""), told.get(field.name, "")
        parts.append(_field(form, field, f"f{n}", value, error))
    parts.append(_consent(form, values, told.get("consent", "")))
    parts.append(_honeypot(form))
    return "".join(parts)


def _field(form: Form, field: FormField, place: str, value: str, error: str) -> str:
    if field.type == "hidden":
        return f"<input type=hidden name={_quoted(field.name)} value={_quoted(value)}>"
    about = f'<span class="error" id="{place}e">{escape(error)}</span>' if error else ""
    about += f'<span class="help" id="{place}h">{escape(field.help)}</span>' if field.help else ""
    mark = " *" if field.required else ""
    label = f'<label for="{place}">{escape(field.label)}{mark}</label>'
    return f"{label}{_control(form, field, _attributes(field, place, error), value)}{about}"


def _control(form: Form, field: FormField, attributes: str, value: str) -> str:
    if field.type == "textarea":
        return f"<textarea rows=5{attributes}>\n{escape(value)}</textarea>"
    if field.type == "select":
        choices = [("", wording(form.language).choose)]
        choices += [(option.value, option.label) for option in field.options]
        options = "".join(
            f"<option value={_quoted(v)}{' selected' if v == value else ''}>{escape(text)}</option>"
            for v, text in choices
        )
        return f"<select{attributes}>{options}</select>"
    if field.type == "checkbox":
        return f"<input type=checkbox{attributes}{' checked' if value else ''}>"
    kind = _HTML_TYPES.get(field.type, "text")
    return f"<input type={kind}{attributes} value={_quoted(value)}>"


def _attributes(field: FormField, place: str, error: str) -> str:
    told = " ".join(f"{place}{end}" for end, there in (("e", error), ("h", field.help)) if there)
    parts = [f"id={_quoted(place)}", f"name={_quoted(field.name)}"]
    parts += ["required"] if field.required else []
    parts += [f"placeholder={_quoted(field.placeholder)}"] if field.placeholder else []
    parts += [f"aria-describedby={_quoted(told)}"] if told else []
    parts += ["aria-invalid=true"] if error else []
    hint = _AUTOCOMPLETE.get(field.name)
    parts += [f"autocomplete={_quoted(hint)}"] if hint else []
    return " " + " ".join(parts)


def _consent(form: Form, values: Mapping[str, str], error: str) -> str:
    if form.consent is None:
        return ""
    text = escape(form.consent.text).replace("\n", "<br>")
    checked = " checked" if values.get(CONSENT) else ""
    needed = " required" if form.consent.required else ""
    about = f'<span class="error" id="ce">{escape(error)}</span>' if error else ""
    said = " aria-describedby=ce aria-invalid=true" if error else ""
    box = f"<input type=checkbox name={CONSENT}{checked}{needed}{said}>"
    return f"<label>{box} {text}</label>{about}"


def _honeypot(form: Form) -> str:
    label = escape(wording(form.language).leave_empty)
    box = f"<input name={_quoted(form.honeypot)} tabindex=-1 autocomplete=off>"
    return f'<div class="apart" aria-hidden="true"><label>{label}{box}</label></div>'


def _quoted(text: str) -> str:
    return f'"{escape(text, quote=True)}"'
