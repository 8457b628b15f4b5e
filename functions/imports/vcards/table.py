"""A vCard file as records: first the columns that its cards use, then a record for each card."""

from collections.abc import Callable, Iterator

from functions.imports.csv_records import Record
from functions.imports.layout import MAX_COLUMNS, refused
from functions.imports.vcards.cards import read_cards
from functions.imports.vcards.columns import FIRST, cells_of, rank

Reopen = Callable[[], Iterator[str]]


def vcard_records(reopen: Reopen, encoding: str) -> Iterator[Record]:
    """The header and a record for each card. The file is read twice: `reopen` starts it anew.

    Raises InvalidInput: `too_many_columns`, and what reading the lines raises.
    """
    header = _header(reopen(), encoding)
    yield Record(1, list(header))
    for card in read_cards(reopen(), encoding):
        cells = {} if card.problem else cells_of(card.properties)
        yield Record(card.line, [cells.get(name, "") for name in header], card.problem)


def _header(lines: Iterator[str], encoding: str) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for card in read_cards(lines, encoding):
        if card.problem is None:
            names.update(dict.fromkeys(cells_of(card.properties)))
        if len(names) > MAX_COLUMNS:
            raise refused("too_many_columns", f"The cards have more than {MAX_COLUMNS} columns.")
    return tuple(sorted(names, key=rank)) or FIRST
