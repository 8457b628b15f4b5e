"""Workbooks written as a stream, in which no text ever becomes a formula."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from functions.imports.written import as_text

SHEET_ROWS = 1_048_576
CELL_CHARACTERS = 32_767
_CHUNK_BYTES = 64 * 1024
# A spreadsheet keeps 15 digits of a number; longer ones are names, such as order numbers.
_EXACT = 10**15


def xlsx_chunks(
    titles: Sequence[str],
    rows: Iterable[Sequence[Any]],
    zone: tzinfo | None = None,
    watermark: str = "",
) -> Iterator[bytes]:
    """A workbook with one worksheet, or several when the rows exceed what one holds.

    Texts never become formulas; one longer than a cell may be ends in an ellipsis. Characters that
    XML cannot hold are dropped. Aware times are shown as local to `zone` (UTC without).
    `watermark` stands in the properties of the file and at the foot of printed pages.
    """
    book = Workbook(write_only=True)
    if watermark:
        properties: Any = book.properties
        properties.creator, properties.description = watermark, watermark
    sheet = _sheet(book, titles, watermark)
    used = 1
    for row in rows:
        if used == SHEET_ROWS:
            sheet, used = _sheet(book, titles, watermark), 1
        sheet.append([_cell(sheet, value, zone) for value in row])
        used += 1
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        yield from _read(file)


def _read(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK_BYTES):
        yield chunk


def _sheet(book: Workbook, titles: Sequence[str], watermark: str) -> Any:
    sheet: Any = book.create_sheet(f"Export {len(book.worksheets) + 1}")
    if watermark:
        sheet.oddFooter.left.text = watermark.replace("&", "&&")
    sheet.append([_cell(sheet, title, None) for title in titles])
    return sheet


def _cell(sheet: Any, value: object, zone: tzinfo | None) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(zone or UTC).replace(tzinfo=None)
    if value is None or isinstance(value, bool | date):
        return value
    if isinstance(value, int | float | Decimal) and abs(value) < _EXACT:
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("", as_text(value))
    if len(text) > CELL_CHARACTERS:
        text = text[: CELL_CHARACTERS - 1] + "…"
    cell: Any = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell
