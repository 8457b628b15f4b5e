"""From a form's answers to what a lead is made of, with every bad answer named at once."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import Field, ValidationError

from shared.domain.errors import FieldError, InvalidInput
from shared.domain.forms.form import CUSTOM, Form
from shared.domain.forms.readers import Answer, Asked, Readable, Terms, read, ticked
from shared.domain.leads.capture import LeadInput
from shared.domain.text import Lines, clean

AnswerName = Annotated[str, Field(max_length=80)]
AnswerValue = bool | int | Annotated[float, Field(allow_inf_nan=False)] | Lines | None
Answers = Annotated[dict[AnswerName, AnswerValue], Field(max_length=100)]
"""Answers by field name, as typed."""

_PATH = "answers."
_IDENTIFYING = ("name", "given_name", "family_name", "company", "email", "phone")


def read_answers(
    form: Form, answers: Mapping[str, Answer | None], consented: bool, terms: Terms
) -> LeadInput:
    """What the answers say about a lead. Raises InvalidInput; paths start with `answers.`."""
    errors = list(_unknown(form, answers))
    values: dict[str, Readable] = {}
    for field in form.fields:
        answer = _given(answers.get(field.name))
        if answer is None or (field.type == "checkbox" and not ticked(answer)):
            if field.required:
                errors.append(FieldError(_PATH + field.name, "required", "This is needed."))
            continue
        try:
            values[field.name] = read(Asked(field, _PATH + field.name, terms), answer)
        except InvalidInput as refused:
            errors += refused.errors
    if form.consent is not None and form.consent.required and not consented:
        errors.append(FieldError("consent", "required", "This is needed."))
    lead = _validated(values, errors)
    if not errors and not any(name in values for name in _IDENTIFYING):
        message = "At least one of name, company, email, phone is needed."
        errors.append(FieldError("answers", "identity_required", message))
    if errors or lead is None:
        raise InvalidInput(errors)
    return lead


def _given(answer: Answer | None) -> Answer | None:
    """The answer, None for one that holds nothing to read."""
    return None if isinstance(answer, str) and not clean(answer) else answer


def _unknown(form: Form, answers: Mapping[str, Answer | None]) -> Iterable[FieldError]:
    known = {field.name for field in form.fields} | {form.honeypot}
    for name in answers:
        if name not in known:
            yield FieldError(_PATH + name, "unknown_field", "The form has no such field.")


def _validated(values: Mapping[str, Readable], errors: list[FieldError]) -> LeadInput | None:
    """The lead input; what its own rules refuse is added to `errors`, once a field."""
    given: dict[str, Any] = {n: v for n, v in values.items() if not n.startswith(CUSTOM)}
    given["custom"] = {
        name.removeprefix(CUSTOM): value
        for name, value in values.items()
        if name.startswith(CUSTOM)
    }
    try:
        return LeadInput.model_validate(given)
    except ValidationError as refused:
        told: dict[str, FieldError] = {}
        for entry in refused.errors(include_url=False, include_input=False, include_context=False):
            path = _PATH + ".".join(str(part) for part in entry["loc"][: _depth(entry["loc"])])
            # Of the types that a custom value may have, an answer was meant as a text.
            if path not in told or entry["type"] == "too_long":
                told[path] = FieldError(path, entry["type"], entry["msg"])
        errors += told.values()
        return None


def _depth(place: tuple[int | str, ...]) -> int:
    return 2 if place[0] == "custom" else 1
