"""How a text file separates its cells and where its header is, judged from a sample of it."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC
from typing import NamedTuple

from functions.imports.cells import date_formats, is_email, is_phone, read_number
from functions.imports.layout import DELIMITERS, ERROR_COLUMNS, Delimiter, Quote

_JUDGED_RECORDS = 300
_SEPARATOR_LINE = re.compile(r"^\ufeff?\"?sep=([,;\t|])\"?\r?\n", re.I)
_SINGLE_QUOTED = re.compile(r"(?:^|[,;\t|\n])'[^'\n]*'(?=[,;\t|\r\n]|$)")


class Dialect(NamedTuple):
    """`skip` counts records above the header (or above the first row without one)."""

    delimiter: Delimiter
    quote: Quote
    skip: int


def find_dialect(text: str) -> Dialect:
    """The delimiter under which the sample's records are widest and most alike.

    Spreadsheets may say it themselves in a first line such as `sep=;`.
    """
    quote: Quote = "'" if _single_quoted(text) else '"'
    if (match := _SEPARATOR_LINE.match(text)) and (said := _delimiter(match.group(1))):
        return Dialect(said, quote, 1)
    delimiter = max(DELIMITERS, key=lambda each: _score(split(text, each, quote)))
    return Dialect(delimiter, quote, preamble(split(text, delimiter, quote)))


def _delimiter(character: str) -> Delimiter | None:
    return next((each for each in DELIMITERS if each == character), None)


def split(text: str, delimiter: Delimiter, quote: Quote) -> list[list[str]]:
    """The first records of the sample without blank ones, up to where it makes no sense."""
    records: list[list[str]] = []
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, quotechar=quote)
    try:
        for record in reader:
            if any(cell.strip() for cell in record):
                records.append(record)
            if len(records) >= _JUDGED_RECORDS:
                break
    except csv.Error:
        return records
    return records


def _score(records: Sequence[Sequence[str]]) -> float:
    """0 for one column; else the share of records of the commonest width, wider being better."""
    widths = Counter(len(record) for record in records)
    if not widths:
        return 0.0
    width, count = max(widths.items(), key=lambda pair: (pair[1] * (pair[0] > 1), pair[0]))
    return 0.0 if width < 2 else count / len(records) + min(width, 50) / 500


def _single_quoted(text: str) -> bool:
    """Apostrophes that enclose whole cells, in a file that uses no double quotes."""
    return '"' not in text and len(_SINGLE_QUOTED.findall(text)) >= 2


def preamble(records: Sequence[Sequence[str]]) -> int:
    """How many leading records are titles or notes: far narrower than what follows them."""
    filled = [sum(1 for cell in record if cell.strip()) for record in records]
    if not filled:
        return 0
    usual = max(Counter(filled).items(), key=lambda pair: (pair[1], pair[0]))[0]
    for position, count in enumerate(filled[:20]):
        if count >= max(2, usual / 2) or usual < 3:
            return position
    return 0


def has_header(records: Sequence[Sequence[str]]) -> bool:
    """Whether the first of the records names the columns instead of being a row itself.

    It does when its cells are words, different from each other and from what stands below them.
    """
    if not records:
        return False
    first, rest = [cell.strip() for cell in records[0]], records[1:]
    if tuple(first[-len(ERROR_COLUMNS) :]) == ERROR_COLUMNS:
        return True
    named = [cell for cell in first if cell]
    if not named or any(is_email(cell) or date_formats([cell], UTC) for cell in named):
        return False
    if sum(1 for cell in named if _is_value(cell)) > len(named) / 2:
        return False
    return not _repeats_below(first, rest)


def _is_value(cell: str) -> bool:
    return read_number(cell) is not None or is_phone(cell)


def _repeats_below(first: Sequence[str], rest: Sequence[Sequence[str]]) -> bool:
    """Most of the first record's texts come again in their own columns: it is a row like others."""
    if len(rest) < 2:
        return False
    again = 0
    for position, cell in enumerate(first):
        again += bool(cell) and any(
            position < len(record) and record[position].strip() == cell for record in rest
        )
    return again > len([cell for cell in first if cell]) / 2
