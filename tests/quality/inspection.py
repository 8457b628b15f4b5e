"""Import files: are they read as they were written, counted right, and understood?"""

import csv
import gzip
import io
from typing import NamedTuple

from functions.imports.findings import Inspection
from functions.imports.inspection import inspect
from functions.imports.tables import open_table
from tests.quality.columns import mapping, typing
from tests.quality.files import FILES, VARIANTS, Written
from tests.quality.metrics import percent
from tests.quality.pages import prose, section, table
from tests.quality.samples import DATA

SNIFFED = 64 * 1024


class Reading(NamedTuple):
    """What somebody makes of a file; None where they fail."""

    encoding: str | None
    delimiter: str | None
    header: bool | None
    rows: int | None


class Answers(NamedTuple):
    """A file's readings: the true one, the product's, the naive one; and the first inspection."""

    truth: Reading
    ours: Reading
    naive: Reading
    inspection: Inspection


def measure() -> str:
    """The section of the report."""
    written = [_answers(file) for file in FILES]
    variants = [_answers(file) for file in VARIANTS]
    groups = {"as written": written, "other encodings": variants}
    lines = [line for title, answers in groups.items() for line in _lines(title, answers)]
    exact = [a for a in written + variants if a.inspection.rows_exact]
    told_right = sum(a.inspection.rows == a.truth.rows for a in exact)
    guessed = [a for a in written + variants if not a.inspection.rows_exact]
    worst = max(abs(a.inspection.rows / (a.truth.rows or 1) - 1) for a in guessed)
    return section(
        "Import files",
        prose(
            f"""{len(FILES)} CSV files as their owners wrote them (12 of them corner cases), and
            {len(VARIANTS)} variants saved in another encoding. Each is read without any hint. Rows
            are right when importing the file as inspected gives exactly the number that Python's
            csv module counts with the true encoding and delimiter. Naive: UTF-8 and
            `csv.Sniffer`."""
        ),
        table(("files", "finding", "right", "naive"), lines),
        prose(
            f"""The inspection itself reads a sample of 1 MiB. For the {len(exact)} files that are
            shorter it tells the rows exactly ({told_right} right); for the {len(guessed)} others
            its estimate is off by at most {100 * worst:.1f} %."""
        ),
        *typing(),
        *mapping(),
    )


def _lines(title: str, answers: list[Answers]) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for position, what in enumerate(Reading._fields):
        ours = sum(a.ours[position] == a.truth[position] for a in answers)
        naive = sum(a.naive[position] == a.truth[position] for a in answers)
        found.append((title, what, percent(ours, len(answers)), percent(naive, len(answers))))
    return found


def _answers(file: Written) -> Answers:
    upload = (DATA / file.name).read_bytes()
    content = gzip.decompress(upload) if file.name.endswith(".gz") else upload
    if file.saved_as is not None:
        content = upload = content.decode("utf-8-sig").encode(file.saved_as, "ignore")
    inspection = inspect(io.BytesIO(upload), None, len(upload))
    layout = inspection.layout
    sound = sum(row.problem is None for row in open_table(io.BytesIO(upload), layout))
    return Answers(
        _truth(content, file),
        Reading(layout.encoding, layout.delimiter, layout.header, sound),
        _naive(content),
        inspection,
    )


def _truth(content: bytes, file: Written) -> Reading:
    lines = io.StringIO(content.decode(file.encoding), newline="")
    rows = csv.reader(lines, delimiter=file.delimiter)
    filled = sum(1 for row in rows if any(map(str.strip, row)))
    return Reading(file.encoding, file.delimiter, True, filled - 1)


def _naive(content: bytes) -> Reading:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return Reading(None, None, None, None)
    sniffer, sample = csv.Sniffer(), text[:SNIFFED]
    try:
        dialect, header = sniffer.sniff(sample), sniffer.has_header(sample)
        rows = sum(1 for row in csv.reader(io.StringIO(text, newline=""), dialect) if row)
    except csv.Error:
        return Reading("utf-8", None, None, None)
    return Reading("utf-8", dialect.delimiter, header, rows - header)
