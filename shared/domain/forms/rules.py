"""What a form's settings must be together, beyond each being well-formed."""

from collections.abc import Iterable, Mapping
from typing import get_args

from shared.domain.errors import FieldError, InvalidInput
from shared.domain.forms.form import FieldType, FormField, FormSettings
from shared.domain.leads.model import Urgency

_WORDS: frozenset[FieldType] = frozenset({"text", "textarea", "select", "hidden"})
_FREE: frozenset[FieldType] = frozenset(set(get_args(FieldType)) - {"money"})

LEAD_FIELDS: Mapping[str, frozenset[FieldType]] = {
    **dict.fromkeys(("name", "given_name", "family_name", "job_title", "company"), _WORDS),
    **dict.fromkeys(("interest", "industry", "country", "region", "city"), _WORDS),
    "email": frozenset({"email"}),
    "phone": frozenset({"phone"}),
    "website": frozenset({"url"}),
    "budget": frozenset({"money"}),
    "company_size": frozenset({"number"}),
    "urgency": frozenset({"select"}),
}
"""Lead fields that the public may fill, and how they may be asked. Source, campaign, tags and
outside ids are the form's or the staff's to say."""

_IDENTIFYING = frozenset({"name", "given_name", "family_name", "company", "email", "phone"})


def check_settings(settings: FormSettings) -> None:
    """Raises InvalidInput with everything that does not go together."""
    errors = [error for n, field in enumerate(settings.fields) for error in _field(n, field)]
    errors += _names(settings)
    if settings.double_opt_in and not _asks_for_email(settings):
        message = "Confirmation by mail needs a required field 'email'."
        errors.append(FieldError("double_opt_in", "email_needed", message))
    if errors:
        raise InvalidInput(errors)


def _names(settings: FormSettings) -> Iterable[FieldError]:
    names = [field.name for field in settings.fields]
    for n, name in enumerate(names):
        if name in names[:n]:
            yield FieldError(f"fields.{n}.name", "repeated", "Another field fills this already.")
    if not _IDENTIFYING & set(names):
        message = "Ask for at least one of name, company, email, phone."
        yield FieldError("fields", "identity_required", message)
    if settings.honeypot in names or settings.honeypot in LEAD_FIELDS:
        message = "This input must not be one that people fill in."
        yield FieldError("honeypot", "name_taken", message)


def _field(n: int, field: FormField) -> Iterable[FieldError]:
    path = f"fields.{n}"
    types = _FREE if field.custom_name else LEAD_FIELDS.get(field.name)
    if types is None:
        message = "Not a lead field that a form may fill; own fields are called custom.<name>."
        yield FieldError(f"{path}.name", "unknown_lead_field", message)
    elif field.type not in types:
        message = f"'{field.name}' is asked as {' or '.join(sorted(types))}."
        yield FieldError(f"{path}.type", "type_does_not_fit", message)
    if (field.type == "select") != bool(field.options):
        message = "Select fields, and no others, have options."
        yield FieldError(f"{path}.options", "options_do_not_fit", message)
    if field.name == "urgency" and not {o.value for o in field.options} <= set(get_args(Urgency)):
        message = f"Urgency is one of {', '.join(get_args(Urgency))}."
        yield FieldError(f"{path}.options", "options_do_not_fit", message)
    if len({option.value for option in field.options}) != len(field.options):
        yield FieldError(f"{path}.options", "repeated", "A value is repeated.")


def _asks_for_email(settings: FormSettings) -> bool:
    return any(field.name == "email" and field.required for field in settings.fields)
