"""CSV records with the physical line each one starts on, resilient to what people's files contain.

A quotation mark that is never closed would swallow the rest of the file: such a record gives its
first line as malformed and reading goes on with the next line.
"""

import csv
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from functions.imports.layout import Layout
from shared.domain.errors import FieldError

_UNCLOSED = FieldError("", "unclosed_quote", "A quotation mark is opened and not closed.")
_TOO_LONG = FieldError("", "cell_too_long", "A cell is longer than 131072 characters.")


class Record(NamedTuple):
    """The raw cells of one record, and its `problem` when they cannot be trusted."""

    line: int
    cells: list[str]
    problem: FieldError | None = None


class _Lines(Iterator[str]):
    """Lines that can be given back, counted as they are taken."""

    def __init__(self, source: Iterator[str]) -> None:
        self._source = source
        self._again: deque[str] = deque()
        self.taken: list[str] = []
        self.line = 0
        self.ended = False

    def __next__(self) -> str:
        if self._again:
            line = self._again.popleft()
        else:
            try:
                line = next(self._source)
            except StopIteration:
                self.ended = True
                raise
        self.line += 1
        self.taken.append(line)
        return line

    def begin(self) -> int:
        """Start of a record: the number of its first line."""
        self.taken = []
        return self.line + 1

    def keep_first(self) -> str:
        """Give back all lines of this record but the first, which is returned."""
        rest = self.taken[1:]
        self._again.extendleft(reversed(rest))
        self.line -= len(rest)
        self.ended = False
        return self.taken[0]


def text_records(
    source: Iterator[str], layout: Layout, *, complete: bool = True
) -> Iterator[Record]:
    """The records of a text file, header included; blank lines give none.

    With `complete` false the source is a sample cut off somewhere: what is still open at its end
    is left out instead of being called malformed.
    """
    lines = _Lines(source)
    reader = csv.reader(lines, delimiter=layout.delimiter, quotechar=layout.quote)
    width = seen = 0
    while True:
        line = lines.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield _after_error(lines, line, layout)
            continue
        if lines.ended and not complete:
            return
        if lines.ended or _swallowed(lines.taken, len(cells), width, layout):
            yield Record(line, _split(lines.keep_first(), layout), _UNCLOSED)
        elif cells:
            width = len(cells) if seen == layout.skip else width
            seen += 1
            yield Record(line, cells)


def _after_error(lines: _Lines, line: int, layout: Layout) -> Record:
    """The record whose cell grew beyond the reader's limit."""
    if len(lines.taken) > 1:
        return Record(line, _split(lines.keep_first(), layout), _UNCLOSED)
    return Record(line, [lines.taken[0][:1000]], _TOO_LONG)


def _swallowed(taken: list[str], found: int, width: int, layout: Layout) -> bool:
    """Whether a record of several lines is really a stray quotation mark before complete rows.

    Its cells do not add up, or the mark that ends the long cell stands in the middle of another.
    """
    if len(taken) < 2 or width < 2 or len(_split(taken[1], layout)) != width:
        return False
    return found != width or not _strict(taken, layout)


def _strict(taken: list[str], layout: Layout) -> bool:
    """Whether every closing quotation mark is followed by a delimiter or the end of the record."""
    try:
        next(csv.reader(taken, delimiter=layout.delimiter, quotechar=layout.quote, strict=True))
    except csv.Error:
        return False
    return True


def _split(line: str, layout: Layout) -> list[str]:
    """The cells of one line taken alone, its line end removed."""
    bare = line.rstrip("\r\n")[:100_000]
    return next(csv.reader([bare], delimiter=layout.delimiter, quotechar=layout.quote), [""])
