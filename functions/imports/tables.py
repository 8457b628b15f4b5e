"""Rows of an import file as a stream: CSV, XLSX and vCard alike, nothing held in memory.

Every record is accounted for: a malformed one comes as a row with a `problem`, never as an
exception. `line` is the physical line (in a worksheet: the row) on which the record starts.
Errors of the file as a whole are InvalidInput at `file`.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import BinaryIO, NamedTuple, cast

from functions.imports.csv_records import Record, text_records
from functions.imports.layout import (
    ERROR_COLUMNS,
    FORMULA_STARTS,
    MAX_COLUMNS,
    MAX_FILE_BYTES,
    MAX_ROWS,
    Layout,
    refused,
    unique_names,
)
from functions.imports.streams import text_lines
from functions.imports.vcards.table import vcard_records
from shared.domain.errors import FieldError
from shared.domain.text import clean

_BROKEN = re.compile("[\ud800-\udfff\0]")
# The apostrophe that exports put before what a spreadsheet would run as a formula.
_GUARDED = re.compile(f"'+[{FORMULA_STARTS}]")


class Row(NamedTuple):
    """One record: its cells in the order of the header, and what is wrong with it, if anything."""

    line: int
    cells: tuple[str, ...]
    problem: FieldError | None = None


class Table:
    """The header and, iterated once, the rows. Blank records are left out and counted.

    `resubmitted` tells that this is an error file of an earlier import, whose three added columns
    are already taken away.
    """

    def __init__(self, records: Iterator[Record], layout: Layout) -> None:
        for _ in range(layout.skip):
            next(records, None)
        first = next(records, None)
        if first is None:
            raise refused("file_empty", "The file has no rows.")
        names = _header_names(first, layout)
        self.resubmitted = tuple(names[-len(ERROR_COLUMNS) :]) == ERROR_COLUMNS
        self._width = len(names)
        if self.resubmitted:
            names = names[: -len(ERROR_COLUMNS)]
        self.header = unique_names(names)
        self.header_repeats = sorted({name for name in names if name and names.count(name) > 1})
        self.blank_rows = 0
        self._pad = layout.kind == "xlsx" or layout.short_rows == "pad"
        self._guarded = layout.kind == "csv"
        self._records = records if layout.header else chain((first,), records)

    def __iter__(self) -> Iterator[Row]:
        rows = 0
        for record in self._records:
            if record.problem is None and not any(cell.strip() for cell in record.cells):
                self.blank_rows += 1
                continue
            rows += 1
            if rows > MAX_ROWS:
                raise refused("too_many_rows", f"The file has more than {MAX_ROWS} rows.")
            yield self._row(record)

    def _row(self, record: Record) -> Row:
        cells = record.cells
        if self._guarded:
            cells = [cell[1:] if _GUARDED.match(cell) else cell for cell in cells]
        problem = record.problem or self._width_problem(cells) or self._text_problem(cells)
        kept = len(self.header)
        padded = (*cells[:kept], *[""] * (kept - len(cells)))
        beyond = cells[self._width :] if problem else ()
        return Row(record.line, (*padded, *beyond), problem)

    def _width_problem(self, cells: list[str]) -> FieldError | None:
        if len(cells) < self._width and not self._pad:
            return FieldError(
                "", "too_few_cells", f"The row has {len(cells)} cells, the header {self._width}."
            )
        if any(cell.strip() for cell in cells[self._width :]):
            return FieldError(
                "", "too_many_cells", f"The row has {len(cells)} cells, the header {self._width}."
            )
        return None

    def _text_problem(self, cells: list[str]) -> FieldError | None:
        if not _BROKEN.search("".join(cells)):
            return None
        position = next(i for i, cell in enumerate(cells) if _BROKEN.search(cell))
        column = self.header[position] if position < len(self.header) else ""
        if "\0" in cells[position]:
            return FieldError(column, "nul_character", "The cell contains a NUL character.")
        return FieldError(column, "undecodable", "The cell is not text in the file's encoding.")


def _from_start(file: BinaryIO | Iterable[bytes], layout: Layout) -> Callable[[], Iterator[str]]:
    """The lines of a file of cards, which is read twice."""

    def lines() -> Iterator[str]:
        cast(BinaryIO, file).seek(0)
        return text_lines(file, layout, MAX_FILE_BYTES)

    return lines


def _header_names(first: Record, layout: Layout) -> list[str]:
    if len(first.cells) > MAX_COLUMNS:
        raise refused("too_many_columns", f"The file has more than {MAX_COLUMNS} columns.")
    if not layout.header:
        return [""] * len(first.cells)
    if first.problem or _BROKEN.search("".join(first.cells)):
        raise refused("header_unreadable", "The header is not text, or a quotation mark is open.")
    return [clean(cell) for cell in first.cells]


def open_table(file: BinaryIO | Iterable[bytes], layout: Layout) -> Table:
    """The table in `file`; workbooks and cards need a seekable file, text any stream of bytes.

    Raises InvalidInput: `file_empty`, `file_too_large`, `file_damaged`, `header_unreadable`,
    `too_many_columns`, `too_many_rows` (while iterating); for workbooks what `sheet_records` does.
    """
    if layout.kind == "xlsx":
        # openpyxl takes a quarter of a second to import: only workbooks pay for it.
        from functions.imports.workbooks import sheet_records

        return Table(sheet_records(file, layout.sheet), layout)
    if layout.kind == "vcard":
        return Table(vcard_records(_from_start(file, layout), layout.encoding), layout)
    return Table(text_records(text_lines(file, layout, MAX_FILE_BYTES), layout), layout)
