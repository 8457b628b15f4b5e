"""Steps that read a cell as something other than text: dates, numbers, truth values, telephones.

What a step cannot read raises Unreadable, which becomes the row's error.
"""

import re
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from functions.imports.cells import (
    INTEGER,
    DecimalMark,
    plain,
    read_boolean,
    read_date,
    read_number,
)
from shared.domain.entity import Value
from shared.domain.errors import InvalidInput
from shared.domain.phone import is_region, parse_phone

_PROBE = datetime(2024, 2, 29, 13, 5, 7)  # noqa: DTZ001 (only its written form is used)


class Unreadable(Exception):
    """A step cannot read the text: the stable `code` and the message of the row error."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Date(Value):
    """A day or a moment in one format, written as ISO 8601; times without zone are in `zone`."""

    step: Literal["date"] = "date"
    format: str = Field(default="iso", max_length=40)
    zone: str = Field(default="UTC", max_length=64)
    day_only: bool = False

    @field_validator("format")
    @classmethod
    def _a_real_format(cls, value: str) -> str:
        read = _PROBE.date() if value == "iso" else _read_back(value)
        if read is None or (read.year, read.month, read.day) != (2024, 2, 29):
            raise ValueError("not a format with day, month and year")
        return value

    @field_validator("zone")
    @classmethod
    def _a_real_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as unknown:
            raise ValueError("not a time zone of the IANA database") from unknown
        return value

    def apply(self, text: str) -> str | bool | None:
        """`2024-03-05`, or `2024-03-05T14:30:00+08:00`; else `date_invalid`."""
        moment = read_date(text, self.format, ZoneInfo(self.zone))
        if moment is None:
            raise Unreadable("date_invalid", f"'{text[:50]}' is no date written as {self._shown}.")
        if self.day_only and isinstance(moment, datetime):
            moment = date(moment.year, moment.month, moment.day)
        return moment.isoformat()

    @property
    def _shown(self) -> str:
        return "2024-02-29" if self.format == "iso" else _PROBE.strftime(self.format)


def _read_back(form: str) -> date | None:
    """The probe as the format writes and reads it."""
    try:
        return read_date(_PROBE.strftime(form), form, ZoneInfo("UTC"))
    except (ValueError, re.error):  # strptime compiles the format into a pattern
        return None


class ExcelDate(Value):
    """The serial day number that spreadsheets leave behind when dates lose their format."""

    step: Literal["excel_date"] = "excel_date"

    def apply(self, text: str) -> str | bool | None:
        """The ISO day; else `date_invalid`. Day 1 is 1900-01-01, and 1900 counts as a leap year."""
        number = read_number(text)
        days = int(number.split(".")[0]) if number else 0
        if not 61 <= days <= 2_958_465:
            raise Unreadable("date_invalid", f"'{text[:50]}' is no day number.")
        return (date(1899, 12, 30) + timedelta(days=days)).isoformat()


class Number(Value):
    """A quantity, written with a decimal point or comma, as plain digits with a point."""

    step: Literal["number"] = "number"
    mark: DecimalMark = "."
    whole: bool = False

    def apply(self, text: str) -> str | bool | None:
        """The digits; else `number_invalid`, or `integer_invalid` where only whole ones do."""
        number = read_number(text, self.mark)
        if number is None:
            raise Unreadable("number_invalid", f"'{text[:50]}' is not a number.")
        if self.whole and not INTEGER.fullmatch(number):
            raise Unreadable("integer_invalid", f"'{text[:50]}' is not a whole number.")
        return number


class Boolean(Value):
    """Words for yes and no; without words, the usual English and Chinese ones.

    `silent` is the answer that says nothing: "Do Not Email: No" is not yet a permission.
    """

    step: Literal["boolean"] = "boolean"
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    negate: bool = False
    silent: bool | None = None

    @cached_property
    def _words(self) -> dict[str, bool] | None:
        words = dict.fromkeys(map(plain, self.yes), True)
        return words | dict.fromkeys(map(plain, self.no), False) or None

    def apply(self, text: str) -> str | bool | None:
        """True or False (`negate` turns it round: "do not call" -> may be called)."""
        found = read_boolean(text, self._words)
        if found is None:
            raise Unreadable("boolean_invalid", f"'{text[:50]}' is neither yes nor no.")
        answer = found is not self.negate
        return None if answer is self.silent else answer


class Phone(Value):
    """A telephone number as somebody in `region` writes it, made international."""

    step: Literal["phone"] = "phone"
    region: str | None = None

    @field_validator("region")
    @classmethod
    def _known_region(cls, value: str | None) -> str | None:
        if value is not None and not is_region(value):
            raise ValueError("not a region code such as CN")
        return value

    def apply(self, text: str) -> str | bool | None:
        """`+8613812345678`, with ` ext. 12` if there is one; else `phone_invalid`."""
        try:
            number = parse_phone(text, self.region)
        except InvalidInput as refusal:
            error = refusal.errors[0]
            raise Unreadable(error.code, error.message) from refusal
        return number.e164 + (f" ext. {number.extension}" if number.extension else "")
