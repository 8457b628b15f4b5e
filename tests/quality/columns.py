"""Columns of import files: is their type found, and the right lead field proposed for them?"""

import csv
import io
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from itertools import islice

from functions.imports.adapters.leads import TARGETS
from functions.imports.columns import Column
from functions.imports.inspection import inspect
from functions.imports.proposals import Locality
from functions.imports.suggestion import suggest
from tests.quality.files import FILES, expected_mappings, expected_types
from tests.quality.pages import prose, table
from tests.quality.samples import DATA, plain_bytes

JUDGED_ROWS = 2_000
REGION = "US"


def typing() -> Iterable[str]:
    """How many column types are found."""
    counts: list[tuple[str, int, int, int, str]] = []
    for name, wanted in expected_types().items():
        found = {column.name: str(column.type) for column in _columns(name)}
        wrong = [f"{c}: {found[c]}" for c, kind in wanted.items() if found[c] != kind]
        firsts = _first_cells(name)
        naive = sum(_naive_type(firsts[c]) == _coarse(kind) for c, kind in wanted.items())
        right = len(wanted) - len(wrong)
        counts.append((name.split("/")[-1], len(wanted), right, naive, ", ".join(wrong)))
    total = ("all", *(sum(int(row[n]) for row in counts) for n in (1, 2, 3)), "")
    yield prose(
        """Types of columns as a person names them, found in the first 2,000 rows. Naive: what the
        first filled cell looks like (integer, decimal, ISO date, true/false, something with an @; a
        short list counts as text). Four columns that this list first showed to be wrong have been
        mended since, so it says what is held, not what to expect of any file."""
    )
    yield table(("file", "columns", "right", "naive", "found instead"), [*counts, total])


def mapping() -> Iterable[str]:
    """How many of the proposed fields are the right ones."""
    fields = {target.field for target in TARGETS}
    rows: list[tuple[object, ...]] = []
    for name, wanted in expected_mappings().items():
        columns = _columns(name)
        proposed = suggest(columns, TARGETS, Locality(region=REGION)).fields
        ours = {column: each.field for each in proposed for column in each.columns}
        naive = {c.name: c.name.lower() for c in columns if c.name.lower() in fields}
        row = (name.split("/")[-1], len(columns), *_judged(ours, wanted), *_judged(naive, wanted))
        rows.append((*row, _differing(ours, wanted)))
    header = ("file", "columns", "right", "wrong", "missed", "naive right", "wrong", "missed")
    yield prose(
        """Fields proposed for a lead import. Naive: headings that equal a field's name. `right`
        counts proposals a person would have made, `wrong` the others, `missed` fields that a person
        would have found."""
    )
    yield table((*header, "proposed wrongly"), rows)


@cache
def _columns(name: str) -> tuple[Column, ...]:
    with (DATA / name).open("rb") as file:
        return inspect(file).columns


def _first_cells(name: str) -> dict[str, str]:
    """The first filled cell of each column."""
    file = next(each for each in FILES if each.name == name)
    lines = io.StringIO(plain_bytes(name).decode(file.encoding), newline="")
    rows = csv.DictReader(lines, delimiter=file.delimiter, skipinitialspace=True)
    firsts: dict[str, str] = {}
    for row in islice(rows, JUDGED_ROWS):
        for column, cell in row.items():
            if cell and column not in firsts:
                firsts[column] = cell
    return firsts


def _coarse(kind: str) -> str:
    return "text" if kind == "enum" else kind


def _naive_type(cell: str) -> str:
    for kind, reads in (("integer", int), ("decimal", float), ("date", datetime.fromisoformat)):
        try:
            reads(cell)
        except ValueError:
            continue
        return kind
    if cell.lower() in ("true", "false"):
        return "boolean"
    return "email" if "@" in cell else "text"


def _judged(proposed: dict[str, str], wanted: dict[str, str]) -> tuple[int, int, int]:
    right = sum(wanted.get(column) == field for column, field in proposed.items())
    return right, len(proposed) - right, len(wanted) - right


def _differing(proposed: dict[str, str], wanted: dict[str, str]) -> str:
    wrong = [f"{c}: {field}" for c, field in proposed.items() if wanted.get(c) != field]
    return ", ".join(wrong)
