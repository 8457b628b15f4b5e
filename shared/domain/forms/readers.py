"""One answer, as a browser sends it, read by the type of its field.

Each reader gives the value to store or raises InvalidInput at `path`; answers are never empty here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from pydantic import ValidationError

from shared.domain.email import parse_email
from shared.domain.errors import InvalidInput
from shared.domain.forms.addresses import is_web_address
from shared.domain.forms.form import FieldType, FormField
from shared.domain.money import Money
from shared.domain.phone import parse_phone
from shared.domain.text import clean

Answer = bool | int | float | str
Readable = bool | int | float | str | Money
LONGEST_NUMBER = 30
_YES = frozenset({"on", "true", "yes", "1"})


@dataclass(frozen=True, slots=True)
class Terms:
    """By what the tenant's people read numbers and amounts: region and currency."""

    region: str | None
    currency: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A field, the path under which its errors are told, and the terms."""

    field: FormField
    path: str
    terms: Terms


def read(asked: Asked, answer: Answer) -> Readable:
    """The answer's value. Raises InvalidInput."""
    return _READERS[asked.field.type](asked, answer)


def ticked(answer: Answer | None) -> bool:
    """Whether a tick box's answer means yes."""
    if isinstance(answer, str):
        return answer.strip().lower() in _YES
    return bool(answer)


def _text(asked: Asked, answer: Answer) -> str:
    if isinstance(answer, bool):
        raise InvalidInput.of(asked.path, "text_expected", "A text, please.")
    return str(answer)


def _line(asked: Asked, answer: Answer) -> str:
    return clean(_text(asked, answer))


def _email(asked: Asked, answer: Answer) -> str:
    return parse_email(_text(asked, answer), asked.path).address


def _phone(asked: Asked, answer: Answer) -> str:
    number = parse_phone(_text(asked, answer), asked.terms.region, asked.path)
    return number.e164 if asked.field.custom_name else number.typed


def _number(asked: Asked, answer: Answer) -> int | float:
    text = _text(asked, answer).strip().replace(",", "")
    try:
        number = Decimal(text) if len(text) <= LONGEST_NUMBER else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        raise InvalidInput.of(asked.path, "number_invalid", "A number, please.")
    return int(number) if number == number.to_integral_value() else float(number)


def _money(asked: Asked, answer: Answer) -> Money:
    text = _text(asked, answer).strip().replace(",", "")
    try:
        money = Money.of(text, asked.field.currency or asked.terms.currency)
    except ValidationError as refusal:
        raise InvalidInput.of(asked.path, "amount_invalid", "An amount, please.") from refusal
    if money.amount < 0:
        raise InvalidInput.of(asked.path, "amount_invalid", "An amount, please.")
    return money


def _select(asked: Asked, answer: Answer) -> str:
    text = _text(asked, answer)
    if text not in {option.value for option in asked.field.options}:
        raise InvalidInput.of(asked.path, "not_an_option", "One of the choices, please.")
    return text


def _checkbox(_: Asked, answer: Answer) -> bool:
    return ticked(answer)


def _date(asked: Asked, answer: Answer) -> str:
    try:
        return date.fromisoformat(_text(asked, answer).strip()).isoformat()
    except ValueError as refusal:
        message = "A date such as 2026-03-31, please."
        raise InvalidInput.of(asked.path, "date_invalid", message) from refusal


def _url(asked: Asked, answer: Answer) -> str:
    text = _text(asked, answer).strip()
    address = text if "://" in text or ":" in text.split("/")[0] else f"https://{text}"
    if "." not in address or not is_web_address(address):
        raise InvalidInput.of(asked.path, "address_invalid", "A web address, please.")
    return address


_READERS: Mapping[FieldType, Callable[[Asked, Answer], Readable]] = {
    "text": _line,
    "textarea": _text,
    "hidden": _line,
    "email": _email,
    "phone": _phone,
    "number": _number,
    "money": _money,
    "select": _select,
    "checkbox": _checkbox,
    "date": _date,
    "url": _url,
}
