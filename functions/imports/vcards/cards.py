"""Cards out of lines. A card that cannot be read completely is told as malformed, never in part."""

from collections.abc import Iterator
from typing import NamedTuple

from functions.imports.vcards.lines import (
    LogicalLine,
    Property,
    Unreadable,
    read_property,
    unfolded,
)
from shared.domain.errors import FieldError

VERSIONS = frozenset({"2.1", "3.0", "4.0"})


class Card(NamedTuple):
    """The properties of one card; `problem` says why they cannot be trusted."""

    line: int
    properties: tuple[Property, ...]
    problem: FieldError | None = None


def read_cards(source: Iterator[str], encoding: str) -> Iterator[Card]:
    """Every card of the file, and a malformed one for each run of lines outside of cards."""
    lines, stray = unfolded(source), False
    held: LogicalLine | None = None
    while (line := held or next(lines, None)) is not None:
        held = None
        if _is(line, "BEGIN"):
            stray = False
            card, held = _card(line, lines, encoding)
            yield card
        elif not stray:
            stray = True
            yield Card(line.line, (), FieldError("", "outside_card", _outside(line)))


def _outside(line: LogicalLine) -> str:
    return f"Line {line.line} belongs to no card: '{line.text[:40]}'."


def _is(line: LogicalLine, what: str) -> bool:
    return line.text.strip().upper().replace(" ", "") == f"{what}:VCARD"


def _card(
    begin: LogicalLine, lines: Iterator[LogicalLine], encoding: str
) -> tuple[Card, LogicalLine | None]:
    """The card that begins here, and the beginning of the next one if this was never ended."""
    found: list[Property] = []
    problem: FieldError | None = None
    inner = 0
    for line in lines:
        if _is(line, "END"):
            if not inner:
                return Card(begin.line, tuple(found), problem or _unfit(found)), None
            inner -= 1
        elif _is(line, "BEGIN"):
            if not _opens_agent(found, inner):
                return _unclosed(begin, found), line
            inner += 1
        elif not inner and problem is None:
            try:
                found.append(read_property(line, encoding))
            except Unreadable as refusal:
                problem = refusal.problem
    return _unclosed(begin, found), None


def _opens_agent(found: list[Property], inner: int) -> bool:
    """vCard 2.1 writes the card of an assistant inside the card."""
    return inner > 0 or bool(found and found[-1].name == "AGENT" and not found[-1].value)


def _unclosed(begin: LogicalLine, found: list[Property]) -> Card:
    message = f"The card that begins on line {begin.line} has no end."
    return Card(begin.line, tuple(found), FieldError("", "card_unclosed", message))


def _unfit(found: list[Property]) -> FieldError | None:
    """Why a card that could be read is no contact."""
    version = next((each.value.strip() for each in found if each.name == "VERSION"), "3.0")
    if version not in VERSIONS:
        return FieldError("", "vcard_version", f"vCard {version[:20]} cannot be read.")
    if any(each.name == "KIND" and each.value.strip().lower() == "group" for each in found):
        return FieldError("", "card_of_group", "The card lists a group and is no contact.")
    return None
