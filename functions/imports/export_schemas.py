"""What the routes of exports accept and answer."""

from typing import Annotated

from pydantic import Field

from functions.imports.files import Link
from functions.imports.schemas import PageQuery
from shared.domain.entity import Value
from shared.domain.exports import ExportedColumn, ExportFormat, ExportJob, ExportStatus
from shared.storage.lead_filters import LeadFilters


class NewExport(Value):
    """Which records to take out, which of their fields, in which form (default: the usual ones,
    as CSV). The filters are those of the list."""

    kind: Annotated[str, Field(max_length=30)] = "lead"
    filters: LeadFilters = LeadFilters()
    columns: Annotated[tuple[ExportedColumn, ...], Field(max_length=200)] = ()
    format: ExportFormat = "csv"


class ExportQuery(PageQuery):
    """Filters of the list of exports."""

    status: ExportStatus | None = None


class ExportView(ExportJob):
    """An export and, once it is complete and for seven days, the link to its file."""

    link: Link | None = None
