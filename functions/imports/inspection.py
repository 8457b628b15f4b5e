"""The first look at an uploaded file: how it is written, which columns it has, what they hold.

The encoding is judged on the whole file (up to SCAN_BYTES), everything else on a sample from its
beginning; the sample is cut where a line ends, never inside a character or a quoted cell.
"""

import io
from itertools import chain, islice
from typing import BinaryIO, NamedTuple

from functions.imports.columns import profile
from functions.imports.csv_records import text_records
from functions.imports.dialects import find_dialect, has_header, preamble, split
from functions.imports.findings import Hints, Inspection, Problem
from functions.imports.foreign_files import refuse_binary, refuse_foreign_text
from functions.imports.layout import Layout, refused
from functions.imports.scanning import SCAN_BYTES, Counted, Scan, sample_text, scan
from functions.imports.streams import byte_chunks, plain_chunks
from functions.imports.tables import Row, Table, open_table

SAMPLE_ROWS = 2_000
SHOWN_ROWS = 10
SHOWN_PROBLEMS = 10
_SHOWN_CHARACTERS = 200
_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"


def inspect(file: BinaryIO, hints: Hints | None = None, size: int | None = None) -> Inspection:
    """Inspect the file; workbooks and cards must be seekable, other text need only be readable.

    `size` is the file's length in bytes, to estimate the rows of one that is not read to its end.

    Raises InvalidInput at `file`: `file_empty`, `file_kind_not_supported`, `file_damaged`,
    `file_too_large` and what `open_table` raises.
    """
    hints = hints or Hints()
    head = file.read(8)
    if not head:
        raise refused("file_empty", "The file is empty.")
    refuse_binary(head)
    if head.startswith(_ZIP):
        file.seek(0)
        return _inspect_workbook(file, hints)
    stream = Counted(chain((head,), byte_chunks(file)), size)
    found = _read(stream, hints, compressed=head.startswith(_GZIP))
    if found.text.lstrip("\ufeff \t\r\n")[:11].upper() == "BEGIN:VCARD":
        return _inspect_cards(file, found)
    return _inspect_text(found, hints)


class _Read(NamedTuple):
    """A text file as far as it was read."""

    scan: Scan
    text: str
    whole: bool
    times: float
    compressed: bool


def _read(file: Counted, hints: Hints, *, compressed: bool) -> _Read:
    # A sum of sizes above what may be imported is refused when the rows are read, not here.
    found = scan(plain_chunks(file, compressed=compressed, limit=2 * SCAN_BYTES), hints)
    whole = found.complete and len(found.sample) == found.size
    text = sample_text(found.sample, found.encoding, whole=whole)
    if not text.strip("\ufeff \t\r\n"):
        raise refused("file_empty", "The file has no text.")
    refuse_foreign_text(text)
    return _Read(found, text, whole, file.times, compressed)


def _inspect_text(read: _Read, hints: Hints) -> Inspection:
    layout = _text_layout(read.text, read.scan, hints, compressed=read.compressed)
    # StringIO cuts lines as the file reader does; splitlines would also cut at rare separators.
    lines = iter(io.StringIO(read.text, newline=""))
    table = Table(text_records(lines, layout, complete=read.whole), layout)
    rows = list(islice(table, SAMPLE_ROWS))
    rest = sum(1 for _ in table) if read.whole else 0
    estimate = round(_estimate(rows, read.scan) * read.times)
    count = len(rows) + rest if read.whole else estimate
    return _inspection(table, rows, layout, count, exact=read.whole).model_copy(
        update={"encoding_certain": read.scan.certain}
    )


def _inspect_cards(file: BinaryIO, read: _Read) -> Inspection:
    layout = Layout(kind="vcard", compressed=read.compressed, encoding=read.scan.encoding)
    table = open_table(file, layout)
    rows = list(islice(table, SAMPLE_ROWS))
    count = len(rows) + sum(1 for _ in table)
    return _inspection(table, rows, layout, count, exact=True).model_copy(
        update={"encoding_certain": read.scan.certain}
    )


def _text_layout(text: str, scan: Scan, hints: Hints, *, compressed: bool) -> Layout:
    dialect = find_dialect(text)
    delimiter = hints.delimiter or dialect.delimiter
    records = split(text, delimiter, dialect.quote)
    skip = dialect.skip if hints.skip is None else hints.skip
    header = has_header(records[skip:]) if hints.header is None else hints.header
    return Layout(
        kind="csv",
        compressed=compressed,
        encoding=scan.encoding,
        delimiter=delimiter,
        quote=dialect.quote,
        header=header,
        skip=skip,
    )


def _inspect_workbook(file: BinaryIO, hints: Hints) -> Inspection:
    # openpyxl takes a quarter of a second to import: only workbooks pay for it.
    from functions.imports.workbooks import sheet_names, sheet_records

    sheets = sheet_names(file)
    records = [r.cells for r in islice(sheet_records(file, hints.sheet), 300)]
    skip = preamble(records) if hints.skip is None else hints.skip
    header = has_header(records[skip:]) if hints.header is None else hints.header
    layout = Layout(kind="xlsx", sheet=hints.sheet, header=header, skip=skip)
    table = Table(sheet_records(file, hints.sheet), layout)
    rows = list(islice(table, SAMPLE_ROWS))
    count = len(rows) + sum(1 for _ in table)
    return _inspection(table, rows, layout, count, exact=True).model_copy(update={"sheets": sheets})


def _estimate(rows: list[Row], scan: Scan) -> int:
    """Records by line ends: the sample shows how many physical lines a record takes."""
    if len(rows) < 2:
        return len(rows)
    lines_each = (rows[-1].line - rows[0].line) / (len(rows) - 1)
    below_header = scan.lines - rows[0].line + 1
    return max(round(below_header / lines_each), len(rows))


def _inspection(
    table: Table, rows: list[Row], layout: Layout, count: int, *, exact: bool
) -> Inspection:
    sound = [row for row in rows if row.problem is None]
    cells = list(zip(*(row.cells for row in sound), strict=True)) or [()] * len(table.header)
    bad = [row for row in rows if row.problem is not None][:SHOWN_PROBLEMS]
    return Inspection(
        layout=layout,
        columns=tuple(map(profile, table.header, cells)),
        sample=tuple(tuple(c[:_SHOWN_CHARACTERS] for c in r.cells) for r in sound[:SHOWN_ROWS]),
        rows=count,
        rows_exact=exact,
        repeated_headers=tuple(table.header_repeats),
        malformed=len(rows) - len(sound),
        problems=tuple(
            Problem(
                line=row.line,
                column=row.problem.path,
                code=row.problem.code,
                message=row.problem.message,
            )
            for row in bad
            if row.problem is not None
        ),
        resubmitted=table.resubmitted,
    )
