"""What the routes of exports accept and answer."""

from typing import Annotated

from pydantic import Field, JsonValue

from functions.imports.schemas import PageQuery
from shared.domain.entity import Value
from shared.domain.exports import ExportedColumn, ExportFormat, ExportJob, ExportStatus


class NewExport(Value):
    """Which records to take out, which of their fields, in which form (default: the usual ones,
    as CSV). The filters are those of the kind's list; `vcard` writes contacts as cards."""

    kind: Annotated[str, Field(max_length=30)] = "lead"
    filters: dict[str, JsonValue] = Field(default_factory=dict, max_length=50)
    columns: Annotated[tuple[ExportedColumn, ...], Field(max_length=200)] = ()
    format: ExportFormat = "csv"


class ExportQuery(PageQuery):
    """Filters of the list of exports."""

    status: ExportStatus | None = None


class ExportView(ExportJob):
    """An export and, while it is read, the rows so far."""


class UsageQuery(Value):
    """The month, as in `2026-03` (default: the present one)."""

    month: Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")] | None = None


class UsageDay(Value):
    """What one person took out on one day: exports asked for, rows in files, links fetched."""

    day: str
    user: str
    exports: int
    rows: int
    links: int


class Usage(Value):
    """Who took out how much in a month, the newest day first."""

    month: str
    items: tuple[UsageDay, ...]
