"""Telephone numbers: is what people type understood as the right international number?"""

import re
from collections.abc import Callable, Iterable

import phonenumbers

from shared.domain.errors import InvalidInput
from shared.domain.phone import parse_phone
from tests.quality.metrics import percent
from tests.quality.pages import prose, section, table
from tests.quality.samples import records

FILE = "07_dedup/phone_normalisation_part_a.csv"
_NOT_DIGIT = re.compile(r"\D")
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")

Reader = Callable[[str, str], str | None]


def measure() -> str:
    """The section of the report."""
    rows = records(FILE)
    regions = len({row["region"] for row in rows})
    forms = {
        "as dialled in the country": lambda row: row["raw_national"],
        "the same in full-width digits": lambda row: row["raw_national"].translate(_FULL_WIDTH),
        "international": lambda row: row["raw_international"],
        "international, odd signs and spaces": lambda row: row["raw_messy"],
    }
    results: list[tuple[object, ...]] = []
    for name, form in forms.items():
        wanted = [(row["region"], form(row), row["expected_e164"]) for row in rows]
        results.append((name, len(rows), *(_share(wanted, read) for read in (ours, naive))))
    return section(
        "Telephone numbers",
        prose(
            f"""{len(rows)} numbers of {regions} regions, each in several written forms, read for
            their region; right is exactly the expected E.164 form. Naive: keep the digits and put
            the country code before them, unless the number begins with a plus sign."""
        ),
        table(("form", "numbers", "right", "naive"), results),
    )


def ours(region: str, typed: str) -> str | None:
    """What the product makes of it."""
    try:
        return parse_phone(typed, region).e164
    except InvalidInput:
        return None


def naive(region: str, typed: str) -> str:
    """Digits only, behind the country code."""
    digits = _NOT_DIGIT.sub("", typed)
    if typed.strip().startswith("+"):
        return f"+{digits}"
    return f"+{phonenumbers.country_code_for_region(region)}{digits}"


def _share(wanted: Iterable[tuple[str, str, str]], read: Reader) -> str:
    answers = [read(region, typed) == expected for region, typed, expected in wanted]
    return percent(sum(answers), len(answers))
