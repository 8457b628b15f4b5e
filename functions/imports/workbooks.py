"""Rows of an XLSX worksheet as text cells, streamed; hostile archives are refused before reading.

Formulas give the value the spreadsheet last computed. A formula that was never computed, and an
error value, make the row malformed instead of a blank. Dates come as ISO 8601.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, ParseError
from zlib import error as zlib_error

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

# The parser under openpyxl's read-only mode: the public iterator pads rows up to whatever column
# a file claims and cannot tell a formula without a value from a blank cell.
from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

from functions.imports.csv_records import Record
from functions.imports.layout import MAX_COLUMNS, MAX_FILE_BYTES, refused
from functions.imports.streams import byte_chunks
from shared.domain.errors import FieldError

MAX_PARTS = 2_000
MAX_STRINGS_BYTES = 150 * 1024 * 1024
_DAMAGED = (
    *(zipfile.BadZipFile, zlib_error, InvalidFileException, ParseError, EOFError, OSError),
    *(KeyError, IndexError, ValueError, TypeError, AttributeError, NotImplementedError),
)
# Up to the root element a part may hold a declaration and comments, but no document type: that is
# where entity bombs live, and no spreadsheet program writes one.
_PROLOGUE = re.compile(rb"(\xef\xbb\xbf)?\s*(<\?xml[^>]*\?>)?\s*(<!--.*?-->\s*)*<[A-Za-z_]", re.S)
_NEVER_COMPUTED = "#FORMULA!"
_NO_VALUE = "#N/A"


def sheet_names(file: BinaryIO | Iterable[bytes]) -> tuple[str, ...]:
    """The names of the visible worksheets, in order. Raises as `sheet_records` does."""
    return tuple(sheet.title for sheet in _worksheets(_open(file)))


def sheet_records(file: BinaryIO | Iterable[bytes], sheet: str | None = None) -> Iterator[Record]:
    """The non-empty rows of the worksheet of this name, else of the first visible one.

    Raises InvalidInput: `workbook_unreadable`, `workbook_too_large`, `sheet_unknown`, and
    `too_many_columns` while iterating.
    """
    book = _open(file)
    sheets = _worksheets(book)
    chosen = next((each for each in sheets if sheet in (None, each.title)), None)
    if chosen is None:
        raise refused("sheet_unknown", f"The workbook has no worksheet '{sheet}'.")
    return _records(book, chosen)


def _worksheets(book: Workbook) -> list[ReadOnlyWorksheet]:
    sheets: list[Any] = book.worksheets
    return [sheet for sheet in sheets if sheet.sheet_state == "visible"]


def _open(file: BinaryIO | Iterable[bytes]) -> Workbook:
    seekable = _seekable(file)
    try:
        _check_archive(seekable)
        seekable.seek(0)
        return load_workbook(seekable, read_only=True, data_only=True, keep_links=False)
    except _DAMAGED as damage:
        raise _unreadable() from damage


def _seekable(file: BinaryIO | Iterable[bytes]) -> BinaryIO:
    if hasattr(file, "seek"):
        return file  # pyright: ignore[reportReturnType]
    return io.BytesIO(b"".join(byte_chunks(file)))


def _check_archive(file: BinaryIO) -> None:
    """Sizes as declared (zipfile reads no more than that) and the beginning of each XML part."""
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_FILE_BYTES:
            raise _too_large()
        if any(p.file_size > MAX_STRINGS_BYTES for p in parts if "sharedStrings" in p.filename):
            raise _too_large()
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                with archive.open(part) as content:
                    if not _PROLOGUE.match(content.read(4096)):
                        raise _unreadable()


def _records(book: Workbook, sheet: ReadOnlyWorksheet) -> Iterator[Record]:
    private: Any = sheet
    properties: Any = book
    try:
        with private._get_source() as source:
            parser = _Parser(
                source,
                private._shared_strings,
                data_only=True,
                epoch=properties.epoch,
                date_formats=properties._date_formats,
                timedelta_formats=properties._timedelta_formats,
            )
            for number, cells in parser.parse():
                if record := _record(number, cells):
                    yield record
    except _DAMAGED as damage:
        raise _unreadable() from damage


class _Parser(WorkSheetParser):
    """Marks formulas that have no computed value."""

    def parse_cell(self, element: Element) -> Any:
        """The cell as openpyxl reads it, or an error value of our own."""
        cell: dict[str, Any] = super().parse_cell(element)  # pyright: ignore[reportUnknownMemberType]
        if cell["value"] is None and element.find(FORMULA_TAG) is not None:
            return {**cell, "value": _NEVER_COMPUTED, "data_type": "e"}
        return cell


def _record(number: int, cells: Iterable[Any]) -> Record | None:
    """The row's texts up to its last filled cell; None for an empty row."""
    filled = [cell for cell in cells if cell["value"] not in (None, "")]
    if not filled:
        return None
    last = max(cell["column"] for cell in filled)
    if last > MAX_COLUMNS:
        raise refused("too_many_columns", f"The worksheet has more than {MAX_COLUMNS} columns.")
    texts = [""] * last
    problem: FieldError | None = None
    for cell in filled:
        value, kind = cell["value"], cell["data_type"]
        if kind == "e" and value != _NO_VALUE:
            problem = problem or _cell_problem(cell["column"], str(value))
        texts[cell["column"] - 1] = "" if value == _NO_VALUE else cell_text(value)
    return Record(number, texts, problem)


def cell_text(value: object) -> str:
    """A worksheet value as text: integers without point, ISO dates, `true` and `false`.

    Numbers have the 15 digits that a spreadsheet shows, not the noise of binary fractions.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return format(int(value), "d") if value.is_integer() else format(value, ".15g")
    if isinstance(value, datetime):
        midnight = value.time() == time.min
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def _cell_problem(column: int, value: str) -> FieldError:
    place = f"column {column}"
    if value == _NEVER_COMPUTED:
        return FieldError(
            "", "formula_not_computed", f"The formula in {place} has no value; save the file again."
        )
    return FieldError("", "cell_error", f"The cell in {place} holds the error {value}.")


def _unreadable() -> Exception:
    return refused("workbook_unreadable", "The file is not a workbook this import can read.")


def _too_large() -> Exception:
    return refused("workbook_too_large", "The workbook is too large when unpacked.")
