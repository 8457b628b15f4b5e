"""What a column holds, judged from its sample: type, format, blanks, placeholders, values.

The judgement is a proposal for the user and for the mapping; rows are checked again when imported.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC
from typing import Literal

from functions.imports.cells import (
    BOOLEAN_PAIRS,
    INTEGER,
    date_formats,
    is_bare_mobile,
    is_email,
    is_phone,
    is_placeholder,
    plain,
    read_date,
    read_number,
)
from functions.imports.vocabulary import concept_of
from shared.domain.entity import Value

ColumnType = Literal[
    "blank", "boolean", "integer", "decimal", "date", "email", "phone", "enum", "text"
]
CONFORMING = 0.95
"""The share of filled cells that must fit a type; the rest are counted as exceptions."""
_TOP = 20
_TRIED = 50
_SHOWN = 100
_DAY_FIRST = re.compile(r"(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}\b")  # as in 2024-10-28/2024-11-03


class ValueCount(Value):
    """One value of a column and how often the sample has it."""

    value: str
    count: int


class Column(Value):
    """The profile of one column of the sample.

    `formats` are the date formats that read every date, the likeliest first (several: ambiguous).
    `decimal_comma` tells how numbers are written, `yes` which word is true in a boolean column;
    `exceptions` counts filled cells that do not fit the type. `values` are the commonest values.
    """

    name: str
    type: ColumnType
    formats: tuple[str, ...] = ()
    decimal_comma: bool = False
    yes: str | None = None
    filled: int = 0
    blanks: int = 0
    exceptions: int = 0
    distinct: int = 0
    longest: int = 0
    placeholders: tuple[ValueCount, ...] = ()
    values: tuple[ValueCount, ...] = ()


def profile(name: str, cells: Sequence[str]) -> Column:
    """The profile of the column `name` with these sample cells."""
    texts = [cell.strip() for cell in cells]
    yes = _boolean_word({plain(text) for text in texts if text})
    missing = [text for text in texts if text and yes is None and is_placeholder(text)]
    counts = Counter(text for text in texts if text)
    for text in missing:
        counts.pop(text, None)
    kind, formats, comma, exceptions = _judge(name, counts, yes)
    return Column(
        name=name,
        type=kind,
        formats=formats,
        decimal_comma=comma,
        yes=yes,
        filled=counts.total(),
        blanks=len(texts) - counts.total() - len(missing),
        exceptions=exceptions,
        distinct=len(counts),
        longest=max(map(len, counts), default=0),
        placeholders=_commonest(Counter(missing)),
        values=_commonest(counts),
    )


def _commonest(counts: Counter[str]) -> tuple[ValueCount, ...]:
    top = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_TOP]
    return tuple(ValueCount(value=value[:_SHOWN], count=count) for value, count in top)


def _boolean_word(words: set[str]) -> str | None:
    """The word for yes, when the column says nothing but yes and no (1 and 0 need both)."""
    for yes, no in BOOLEAN_PAIRS:
        both = {plain(yes), plain(no)}
        if words and words <= both and (words == both or yes not in {"1", "有", "已", "t", "y"}):
            return yes
    return None


_Judgement = tuple[ColumnType, tuple[str, ...], bool, int]


def _judge(name: str, counts: Counter[str], yes: str | None) -> _Judgement:
    if not counts:
        return "blank", (), False, 0
    if yes is not None:
        return "boolean", (), False, 0
    phones = concept_of(name) in {"phone", "mobile"}
    if phones and (found := _fits("phone", counts, is_phone)):
        return found
    return (
        _dates(counts)
        or _numbers(counts)
        or _fits("email", counts, is_email)
        or _fits("phone", counts, _evident_phone)
        or (("enum" if _few(counts) else "text"), (), False, 0)
    )


def _fits(kind: ColumnType, counts: Counter[str], fits: Callable[[str], bool]) -> _Judgement | None:
    good = sum(count for value, count in counts.items() if fits(value))
    if good < counts.total() * CONFORMING:
        return None
    return kind, (), False, counts.total() - good


def _dates(counts: Counter[str]) -> _Judgement | None:
    """Dates in one format throughout, or in all but a few cells."""
    formats = date_formats(list(counts), UTC)
    if formats:
        return "date", formats, False, 0
    candidates = Counter(
        form for value in list(counts)[:_TRIED] for form in date_formats([value], UTC)
    )
    if not candidates:
        return None
    best = candidates.most_common(1)[0][0]
    found = _fits("date", counts, lambda value: read_date(value, best, UTC) is not None)
    return found and ("date", (best,), False, found[3])


def _numbers(counts: Counter[str]) -> _Judgement | None:
    if any(_phone_by_form(value) for value in counts) and all(map(is_phone, counts)):
        return None
    if found := _fits("integer", counts, lambda value: bool(INTEGER.fullmatch(value))):
        return found
    pointed = _fits("decimal", counts, lambda value: _is_quantity(value, comma=False))
    commaed = _fits("decimal", counts, lambda value: _is_quantity(value, comma=True))
    if commaed and (pointed is None or commaed[3] < pointed[3]):
        return "decimal", (), True, commaed[3]
    return pointed


def _is_quantity(value: str, *, comma: bool) -> bool:
    """A number that is no code: codes keep their leading zeros (`08123`)."""
    if len(value) > 1 and value.isdigit() and value.startswith("0"):
        return False
    return read_number(value, "," if comma else ".") is not None


def _evident_phone(value: str) -> bool:
    """A number that shows by its form that it is a telephone number, without a heading's help."""
    if _DAY_FIRST.match(value):
        return False
    return is_bare_mobile(value) or (is_phone(value) and not value.isdigit())


def _phone_by_form(value: str) -> bool:
    """Digits that are no quantity: a mobile of mainland China, or an international number."""
    return is_bare_mobile(value) or value.startswith("+")


def _few(counts: Counter[str]) -> bool:
    """Whether the column chooses from a short list instead of saying something new each time."""
    total = counts.total()
    return total >= 4 and len(counts) <= min(50, total / 2) and max(map(len, counts)) <= 80
