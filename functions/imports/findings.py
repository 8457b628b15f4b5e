"""What the inspection of a file finds out, and what its user may say beforehand."""

from functions.imports.columns import Column
from functions.imports.layout import Delimiter, Layout
from shared.domain.entity import Value


class Hints(Value):
    """What the user knows better; anything left None is found out."""

    encoding: str | None = None
    delimiter: Delimiter | None = None
    header: bool | None = None
    skip: int | None = None
    sheet: str | None = None


class Problem(Value):
    """A malformed row of the sample."""

    line: int
    column: str
    code: str
    message: str


class Inspection(Value):
    """What was found. `rows` is exact or an estimate; `problems` shows the first malformed rows.

    `encoding_certain` is false where the evidence allows doubt: show the sample and ask.
    `resubmitted` marks an error file of an earlier import.
    """

    layout: Layout
    encoding_certain: bool = True
    columns: tuple[Column, ...]
    sample: tuple[tuple[str, ...], ...] = ()
    rows: int
    rows_exact: bool
    sheets: tuple[str, ...] = ()
    repeated_headers: tuple[str, ...] = ()
    malformed: int = 0
    problems: tuple[Problem, ...] = ()
    resubmitted: bool = False
