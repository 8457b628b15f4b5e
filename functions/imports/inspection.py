"""The first look at an uploaded file: how it is written, which columns it has, what they hold.

The encoding is judged on the whole file (up to SCAN_BYTES), everything else on a sample from its
beginning; the sample is cut where a line ends, never inside a character or a quoted cell.
"""

import codecs
import io
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import BinaryIO, NamedTuple

from functions.imports.columns import profile
from functions.imports.csv_records import text_records
from functions.imports.dialects import find_dialect, has_header, preamble, split
from functions.imports.encodings import EncodingDetector
from functions.imports.findings import Hints, Inspection, Problem
from functions.imports.layout import Layout, refused
from functions.imports.streams import KEEP_BROKEN, byte_chunks, plain_chunks
from functions.imports.tables import Row, Table

SAMPLE_BYTES = 1024 * 1024
SCAN_BYTES = 64 * 1024 * 1024
SAMPLE_ROWS = 2_000
SHOWN_ROWS = 10
SHOWN_PROBLEMS = 10
_SHOWN_CHARACTERS = 200
_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
_FOREIGN = {
    b"\xd0\xcf\x11\xe0": "The file is an old workbook (.xls); save it as .xlsx or CSV.",
    b"%PDF": "The file is a PDF; export the data as CSV or XLSX.",
    b"\x89PNG": "The file is a picture.",
    b"\xff\xd8\xff": "The file is a picture.",
    b"7z\xbc\xaf": "The file is an archive; unpack it first.",
    b"Rar!": "The file is an archive; unpack it first.",
}


def inspect(file: BinaryIO, hints: Hints | None = None, size: int | None = None) -> Inspection:
    """Inspect the file; a workbook must be seekable, text and gzip need only be readable.

    `size` is the file's length in bytes, to estimate the rows of one that is not read to its end.

    Raises InvalidInput at `file`: `file_empty`, `file_kind_not_supported`, `file_damaged`,
    `file_too_large` and what `open_table` raises.
    """
    hints = hints or Hints()
    head = file.read(8)
    if not head:
        raise refused("file_empty", "The file is empty.")
    for magic, message in _FOREIGN.items():
        if head.startswith(magic):
            raise refused("file_kind_not_supported", message)
    if head.startswith(_ZIP):
        file.seek(0)
        return _inspect_workbook(file, hints)
    stream = _Counted(chain((head,), byte_chunks(file)), size)
    return _inspect_text(stream, hints, compressed=head.startswith(_GZIP))


class _Counted(Iterator[bytes]):
    """The chunks of a file, and how many times the part read so far fits into the whole."""

    def __init__(self, chunks: Iterator[bytes], size: int | None) -> None:
        self._chunks = chunks
        self._size = size
        self._read = 0

    def __next__(self) -> bytes:
        chunk = next(self._chunks)
        self._read += len(chunk)
        return chunk

    @property
    def times(self) -> float:
        """1 when everything was read, or when the size is not known."""
        return max((self._size or 0) / max(self._read, 1), 1.0)


class _Scan(NamedTuple):
    """The sample's bytes, the line ends in all that was read, and what the detector says."""

    sample: bytes
    lines: int
    size: int
    complete: bool
    encoding: str
    certain: bool


def _scan(chunks: Iterable[bytes], hints: Hints) -> _Scan:
    detector = EncodingDetector()
    sample, lines, size, complete, end = bytearray(), 0, 0, True, b""
    for chunk in chunks:
        if len(sample) < SAMPLE_BYTES:
            sample += chunk[: SAMPLE_BYTES - len(sample)]
        detector.feed(chunk)
        size += len(chunk)
        lines += chunk.count(b"\n")
        end = chunk[-1:]
        if size >= SCAN_BYTES:
            complete = False
            break
    lines += end != b"\n"
    if hints.encoding:
        return _Scan(bytes(sample), lines, size, complete, hints.encoding, True)
    found = detector.result(complete)
    return _Scan(bytes(sample), lines, size, complete, found.encoding, found.certain)


def _inspect_text(file: _Counted, hints: Hints, *, compressed: bool) -> Inspection:
    # A sum of sizes above what may be imported is refused when the rows are read, not here.
    chunks = plain_chunks(file, compressed=compressed, limit=2 * SCAN_BYTES)
    scan = _scan(chunks, hints)
    whole = scan.complete and len(scan.sample) == scan.size
    text = _sample_text(scan.sample, scan.encoding, whole=whole)
    if not text.strip("\ufeff \t\r\n"):
        raise refused("file_empty", "The file has no text.")
    layout = _text_layout(text, scan, hints, compressed=compressed)
    # StringIO cuts lines as the file reader does; splitlines would also cut at rare separators.
    lines = iter(io.StringIO(text, newline=""))
    table = Table(text_records(lines, layout, complete=whole), layout)
    rows = list(islice(table, SAMPLE_ROWS))
    rest = sum(1 for _ in table) if whole else 0
    count = len(rows) + rest if whole else round(_estimate(rows, scan) * file.times)
    return _inspection(table, rows, layout, count, exact=whole).model_copy(
        update={"encoding_certain": scan.certain}
    )


def _sample_text(sample: bytes, encoding: str, *, whole: bool) -> str:
    """The sample decoded, without the bytes of a last character or line that is cut off."""
    decoder = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)(
        KEEP_BROKEN
    )
    text = decoder.decode(sample, whole)
    if whole:
        return text
    end = max(text.rfind("\n"), text.rfind("\r"))
    return text[: end + 1] if end >= 0 else text


def _text_layout(text: str, scan: _Scan, hints: Hints, *, compressed: bool) -> Layout:
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


def _estimate(rows: list[Row], scan: _Scan) -> int:
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
