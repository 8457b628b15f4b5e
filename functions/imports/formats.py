"""Exports written as streams: NDJSON, CSV and XLSX, safe to open in a spreadsheet.

A cell that a spreadsheet would take for a formula gets a leading apostrophe in CSV and is plain
text in XLSX; numbers stay numbers. A Manifest has the row count, size and hash of what was written.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal
from zoneinfo import ZoneInfo

from functions.imports.vcards.writing import card_of
from functions.imports.written import as_text, csv_line, json_value
from shared.domain.entity import Value

Format = Literal["ndjson", "csv", "xlsx", "vcard"]
CONTENT_TYPES: dict[Format, str] = {
    "ndjson": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
    "vcard": "text/vcard; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_TOGETHER = 64 * 1024


class ExportColumn(Value):
    """A field by its dotted name, and the heading it is written under."""

    field: str
    title: str


class Manifest:
    """Rows, bytes and SHA-256 of an export; complete once its chunks are consumed."""

    def __init__(self) -> None:
        self.rows = 0
        self.bytes = 0
        self._hash = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """The hash of everything written so far, in hexadecimal."""
        return self._hash.hexdigest()

    def counting(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        """The same rows, counted."""
        for row in rows:
            self.rows += 1
            yield row

    def hashing(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The same chunks, measured."""
        for chunk in chunks:
            self.bytes += len(chunk)
            self._hash.update(chunk)
            yield chunk


def export(
    form: Format,
    columns: Sequence[ExportColumn],
    rows: Iterable[Mapping[str, Any]],
    manifest: Manifest,
    zone: str = "UTC",
    watermark: str = "",
) -> Iterator[bytes]:
    """The file in chunks of some 64 KB. A field that a row does not have is left empty.

    Values may be texts, numbers, truth values, dates, lists and objects. Times in CSV and XLSX
    are local to `zone` (XLSX) or carry their offset (CSV, NDJSON). A workbook carries `watermark`
    in its properties and at the foot of its pages.
    """
    counted = manifest.counting(rows)
    if form == "ndjson":
        chunks = _together(_json_line(columns, row) for row in counted)
    elif form == "csv":
        chunks = _csv_chunks(columns, counted)
    elif form == "vcard":
        chunks = _together(card_of(row).encode() for row in counted)
    else:
        # openpyxl takes a quarter of a second to import: only workbooks pay for it.
        from functions.imports.spreadsheets import xlsx_chunks

        cells = ([_field(row, column.field) for column in columns] for row in counted)
        titles = [column.title for column in columns]
        chunks = xlsx_chunks(titles, cells, ZoneInfo(zone), watermark)
    return manifest.hashing(chunks)


def _together(lines: Iterable[bytes]) -> Iterator[bytes]:
    buffer = bytearray()
    for line in lines:
        buffer += line
        if len(buffer) >= _TOGETHER:
            yield bytes(buffer)
            buffer.clear()
    if buffer:
        yield bytes(buffer)


def _field(row: Mapping[str, Any], name: str) -> Any:
    """The value at a dotted name, or None."""
    found: Any = row
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    return found  # pyright: ignore[reportUnknownVariableType]


def _json_line(columns: Sequence[ExportColumn], row: Mapping[str, Any]) -> bytes:
    record = {column.field: _field(row, column.field) for column in columns}
    return json.dumps(record, ensure_ascii=False, default=json_value).encode() + b"\n"


def _csv_chunks(
    columns: Sequence[ExportColumn], rows: Iterable[Mapping[str, Any]]
) -> Iterator[bytes]:
    header = csv_line([column.title for column in columns])
    lines = (
        csv_line([as_text(_field(row, column.field)) for column in columns]).encode()
        for row in rows
    )
    # The mark makes spreadsheets read UTF-8 instead of the machine's old encoding.
    yield b"\xef\xbb\xbf" + header.encode()
    yield from _together(lines)
