"""The file of rows to correct: the original columns as they were, then line, code and message.

It has the form of the file it comes from and can be uploaded again as it is: the three columns are
recognised and ignored. Cells that a spreadsheet would run get an apostrophe, which reading drops.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from functions.imports.layout import ERROR_COLUMNS, Layout
from functions.imports.results import RowResult
from functions.imports.written import csv_line

_BYTES_TOGETHER = 64 * 1024


class BadRow(NamedTuple):
    """The cells of a row as they were read, and why it was not imported."""

    cells: Sequence[str]
    result: RowResult


def error_file(header: Sequence[str], rows: Iterable[BadRow], layout: Layout) -> Iterator[bytes]:
    """The file in chunks, in the encoding and with the delimiter of `layout`, not compressed.

    Cells beyond the header (of rows with too many) are left out: they have no column. Characters
    of a message that the encoding lacks become `?`; original cells come back byte by byte.
    """
    if layout.kind == "xlsx":
        # openpyxl takes a quarter of a second to import: only workbooks pay for it.
        from functions.imports.spreadsheets import xlsx_chunks

        texts = (_cells(row, len(header)) for row in rows)
        yield from xlsx_chunks([*header, *ERROR_COLUMNS], texts)
        return
    yield from _csv_chunks(header, rows, layout)


def resubmission_layout(layout: Layout) -> Layout:
    """How the error file of a file with this layout is written: with a header and nothing above."""
    changes: dict[str, object] = {"compressed": False, "header": True, "skip": 0, "sheet": None}
    if layout.kind == "vcard":  # the columns of the cards, to be corrected in a spreadsheet
        changes |= {"kind": "csv", "encoding": "utf-8-sig"}
    return layout.model_copy(update=changes)


def error_file_name(name: str, layout: Layout) -> str:
    """`leads.csv.gz` gives `leads.errors.csv`, as does `leads.vcf`."""
    stem = name
    for ending in (".gz", ".csv", ".txt", ".tsv", ".xlsx", ".vcf"):
        if stem.lower().endswith(ending):
            stem = stem[: -len(ending)]
    return f"{stem}.errors.{resubmission_layout(layout).kind}"


def _csv_chunks(header: Sequence[str], rows: Iterable[BadRow], layout: Layout) -> Iterator[bytes]:
    buffer = bytearray(_encoded_start([*header, *ERROR_COLUMNS], layout))
    for row in rows:
        buffer += _encoded(_cells(row, len(header)), layout)
        if len(buffer) >= _BYTES_TOGETHER:
            yield bytes(buffer)
            buffer.clear()
    yield bytes(buffer)


def _cells(row: BadRow, width: int) -> list[str]:
    cells = [*row.cells[:width], *[""] * (width - len(row.cells))]
    return [*cells, str(row.result.line), row.result.code(), row.result.message()]


def _encoded_start(names: Sequence[str], layout: Layout) -> bytes:
    """The header; only here may an encoding put its byte order mark."""
    line = csv_line(names, layout.delimiter, layout.quote)
    return _encode(line, layout.encoding)


def _encoded(cells: Sequence[str], layout: Layout) -> bytes:
    continued = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
    line = csv_line(cells, layout.delimiter, layout.quote)
    return _encode(line, continued.get(layout.encoding, layout.encoding))


def _encode(line: str, encoding: str) -> bytes:
    try:
        return line.encode(encoding, "surrogateescape")
    except UnicodeEncodeError:
        return b"".join(_encode_character(character, encoding) for character in line)


def _encode_character(character: str, encoding: str) -> bytes:
    try:
        return character.encode(encoding, "surrogateescape")
    except UnicodeEncodeError:
        return "?".encode(encoding)
