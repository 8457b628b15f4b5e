"""How an import file is written down: all that is needed to read it again, row by row.

Inspection finds a layout, the user may correct it, every later reading and the error file use it.
"""

from typing import Literal

from pydantic import Field, field_validator, model_validator

from shared.domain.entity import Value
from shared.domain.errors import InvalidInput

FileKind = Literal["csv", "xlsx", "vcard"]
Delimiter = Literal[",", ";", "\t", "|"]
Quote = Literal['"', "'"]

DELIMITERS: tuple[Delimiter, ...] = (",", ";", "\t", "|")

#: Encodings a file may be read in, by the name Python's codecs know them.
ENCODINGS = (
    *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030", "cp950"),
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1257", "cp932", "cp949", "euc_jp"),
    *("iso8859_2", "iso8859_15", "koi8_r", "mac_roman"),
)

#: The columns an error file adds behind the original ones; ignored when it is uploaded again.
ERROR_COLUMNS = ("import_line", "import_code", "import_message")

#: Characters that make a spreadsheet take a cell for a formula, as the inside of a pattern.
FORMULA_STARTS = r"=+\-@\t\r\n＝＋－＠"

MAX_FILE_BYTES = 500 * 1024 * 1024
"""Size of a file after decompression."""
MAX_COLUMNS = 1_000
MAX_ROWS = 1_048_576
"""Rows of one file, the same for CSV as a worksheet's own limit."""
MAX_LINE_CHARACTERS = 4 * 1024 * 1024


class Layout(Value):
    """The written form of one file.

    `skip` is the number of records (titles, notes) above the header, or above the first row when
    there is no header. `short_rows` says what a CSV row with too few cells means: `refuse` it, as
    it is often half of a broken row, or `pad` it with blanks. `sheet` names a worksheet.
    """

    kind: FileKind = "csv"
    compressed: bool = False
    encoding: str = "utf-8"
    delimiter: Delimiter = ","
    quote: Quote = '"'
    header: bool = True
    skip: int = Field(default=0, ge=0, le=100)
    sheet: str | None = None
    short_rows: Literal["refuse", "pad"] = "refuse"

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str) -> str:
        if value not in ENCODINGS:
            raise ValueError("an encoding this import cannot read")
        return value

    @model_validator(mode="after")
    def _workbooks_are_not_compressed(self) -> "Layout":
        if self.kind == "xlsx" and self.compressed:
            raise ValueError("a workbook is not compressed again")
        return self


def refused(code: str, message: str) -> InvalidInput:
    """The error for a file that cannot be imported at all."""
    return InvalidInput.of("file", code, message)


def unique_names(cells: list[str]) -> tuple[str, ...]:
    """Column names from a header: blanks get their position, repeats a number.

    `["Name", "", "Name"]` gives `("Name", "column_2", "Name (2)")`; no two names are equal.
    """
    names: list[str] = []
    taken = {cell for cell in cells if cell}
    for position, cell in enumerate(cells, start=1):
        name = cell or f"column_{position}"
        if name in names or (not cell and name in taken):
            name = _numbered(name, taken.union(names))
        names.append(name)
    return tuple(names)


def _numbered(name: str, taken: set[str]) -> str:
    number = 2
    while f"{name} ({number})" in taken:
        number += 1
    return f"{name} ({number})"
