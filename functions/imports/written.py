"""Single values as an export writes them: as text, as JSON, as harmless spreadsheet cells."""

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast

from functions.imports.layout import FORMULA_STARTS

_FORMULA = re.compile(f"'*[{FORMULA_STARTS}]")
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?([eE][+-]?[0-9]+)?")


def as_text(value: object) -> str:
    """Text for a cell: ISO dates, plain decimals, lists joined by semicolons, objects as JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, list | tuple):
        return "; ".join(as_text(each) for each in cast(Sequence[Any], value))
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False, default=json_value)
    return str(value)


def json_value(value: object) -> str:
    """Decimals keep their digits as text; days and times are ISO 8601."""
    return value.isoformat() if isinstance(value, date) else str(value)


def csv_line(cells: Sequence[str], delimiter: str = ",", quote: str = '"') -> str:
    """One record with CRLF, every cell made harmless for spreadsheets."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quotechar=quote)
    writer.writerow([harmless(cell) for cell in cells])
    return text.getvalue()


def harmless(cell: str) -> str:
    """The cell with an apostrophe in front if a spreadsheet would run it; numbers stay as they are.

    A cell that looks guarded already is guarded once more, so that reading gives back the original.
    """
    if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell):
        return "'" + cell
    return cell
