"""What the routes of imports accept and answer where that is not the job itself."""

from typing import Annotated

from pydantic import Field

from functions.imports.files import MAX_UPLOAD_BYTES, Link
from functions.imports.findings import Hints, Inspection
from functions.imports.mapping import Mapping
from functions.imports.results import Outcome, RowResult
from functions.imports.suggestion import Suggestion
from functions.imports.undo_marks import UndoneRow, UndoOutcome
from shared.domain.entity import Name, Value
from shared.domain.imports import Counts, FileName, ImportJob, ImportStatus

Limit = Annotated[int, Field(ge=1, le=200)]
Cursor = Annotated[str, Field(max_length=500)] | None


class PageQuery(Value):
    """Paging of a list."""

    limit: Limit = 50
    cursor: Cursor = None


class ImportQuery(PageQuery):
    """Filters of the list of imports."""

    status: ImportStatus | None = None


class NewImport(Value):
    """A file to come. With its `size` in bytes, only a file of that size can be uploaded."""

    kind: Annotated[str, Field(max_length=30)] = "lead"
    file_name: FileName
    size: Annotated[int, Field(ge=1, le=MAX_UPLOAD_BYTES)] | None = None


class NewUpload(Value):
    """A file to come in place of the one before."""

    size: Annotated[int, Field(ge=1, le=MAX_UPLOAD_BYTES)] | None = None


class Progress(Value):
    """How far a run is: rows of the file, rows that are accounted for, and their outcomes."""

    rows: int | None
    done: int
    counts: Counts


class ImportView(ImportJob):
    """An import with the progress of its run and, while it waits for its file, where to put it."""

    progress: Progress | None = None
    upload: Link | None = None


class NewInspection(Hints):
    """What is known of the file beforehand; everything left out is found out."""


class InspectionView(Value):
    """What the file holds, and the mapping that suggests itself."""

    inspection: Inspection
    suggestion: Suggestion


class MappingChoice(Value):
    """The mapping of an import: given here, or the id of a saved one."""

    mapping: Mapping | None = None
    saved: Annotated[str, Field(max_length=64)] | None = None


class NewMapping(Value):
    """A mapping to keep for the next file."""

    name: Name
    mapping: Mapping


class MappingChange(Value):
    """What to change of a saved mapping."""

    name: Name | None = None
    mapping: Mapping | None = None


class RunOrder(Value):
    """A run. `dry_run` goes the whole way and writes nothing; `assign` lets the rules choose
    owners (default: as the mapping says)."""

    dry_run: bool = False
    assign: bool | None = None


class RowQuery(Value):
    """Which results to list, in file order."""

    outcome: Outcome | None = None
    limit: Limit = 50
    cursor: Cursor = None


class RowPage(Value):
    """Results of rows."""

    items: tuple[RowResult, ...]
    cursor: str | None = None


class UndoneQuery(Value):
    """Which undone rows to list."""

    outcome: UndoOutcome | None = None
    limit: Limit = 50
    cursor: Cursor = None


class UndonePage(Value):
    """What an undo did with rows."""

    items: tuple[UndoneRow, ...]
    cursor: str | None = None
