"""Telephone numbers: kept as typed, compared as E.164.

Rules and number plans come from Google's libphonenumber. Its data ages, so a number of a possible
length is accepted and only marked as not known to be valid; an impossible one is refused.
"""

import re
import unicodedata
from types import ModuleType
from typing import Literal

from pydantic import BaseModel, ConfigDict

from shared.domain.errors import InvalidInput
from shared.domain.text import clean

PhoneKind = Literal["mobile", "fixed", "fixed_or_mobile", "toll_free", "other"]

# libphonenumber knows "ext.", "x" and "#", but not the Chinese words for an extension.
_CHINESE_EXTENSION = re.compile(r"\s*(?:转|轉|分机|分機)+\s*:?\s*([0-9]{1,8})$")
_MAINLAND_MOBILE = re.compile(r"\+861[3-9][0-9]{9}")
LONGEST_TYPED = 64


class PhoneNumber(BaseModel):
    """A telephone number: what was typed, and what it means."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    typed: str
    e164: str
    extension: str | None = None
    country: str | None = None
    kind: PhoneKind = "other"
    valid: bool = True


def parse_phone(typed: str, region: str | None = None, path: str = "phone") -> PhoneNumber:
    """The number that `typed` means to somebody in `region` (ISO 3166 code such as `CN`).

    Without a region only international numbers (`+86 ...`) can be read. Raises InvalidInput at
    `path` with the code `phone_invalid`, or `phone_region_needed` when only the region is missing.
    """
    phonenumbers = _library()
    kept = clean(typed)
    try:
        number = phonenumbers.parse(_readable(kept), region)
    except phonenumbers.NumberParseException as refusal:
        if region is None and refusal.error_type == refusal.INVALID_COUNTRY_CODE:
            raise InvalidInput.of(
                path, "phone_region_needed", "Write the number with its country code, as in +86."
            ) from refusal
        raise _invalid(path) from refusal
    if len(kept) > LONGEST_TYPED or not phonenumbers.is_possible_number(number):
        raise _invalid(path)
    return PhoneNumber(
        typed=kept,
        e164=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
        extension=number.extension or None,
        country=phonenumbers.region_code_for_number(number),
        kind=_kind(phonenumbers.number_type(number)),
        valid=phonenumbers.is_valid_number(number),
    )


def is_mainland_mobile(e164: str) -> bool:
    """Whether this E.164 number is a mobile of mainland China (11 digits from 13 to 19)."""
    return _MAINLAND_MOBILE.fullmatch(e164) is not None


def is_region(code: str) -> bool:
    """Whether numbers can be read for this ISO 3166 region code."""
    return code in _library().SUPPORTED_REGIONS


def _library() -> ModuleType:
    # Loaded when the first number is read, not at a cold start.
    import phonenumbers

    return phonenumbers


def _kind(number_type: int) -> PhoneKind:
    types = _library().PhoneNumberType
    kinds: dict[int, PhoneKind] = {
        types.MOBILE: "mobile",
        types.FIXED_LINE: "fixed",
        types.FIXED_LINE_OR_MOBILE: "fixed_or_mobile",
        types.TOLL_FREE: "toll_free",
    }
    return kinds.get(number_type, "other")


def _readable(kept: str) -> str:
    return _CHINESE_EXTENSION.sub(r" ext. \1", unicodedata.normalize("NFKC", kept))


def _invalid(path: str) -> InvalidInput:
    return InvalidInput.of(path, "phone_invalid", "This is not a telephone number.")
