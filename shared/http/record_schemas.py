"""What routes about any kind of record accept and answer alike."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from shared.domain.entity import Value
from shared.domain.notes import NoteChannel, Touch
from shared.domain.text import Lines

MAX_BULK = 100
Limit = Annotated[int, Field(ge=1, le=100)]
Cursor = Annotated[str, Field(max_length=500)]
RecordId = Annotated[str, Field(min_length=1, max_length=64)]


class PageQuery(Value):
    """Paging of a list without filters."""

    limit: Limit = 50
    cursor: Cursor | None = None


class NewOwner(Value):
    """Who shall own the record, in which of their teams (default: their first)."""

    owner: Annotated[str, Field(max_length=64)]
    team: Annotated[str, Field(max_length=64)] | None = None


class NewNote(Touch):
    """A note; a channel other than `internal` records a contact with the customer.

    The tenant's standard may require some of the facts beside the text.
    """

    text: Annotated[Lines, Field(min_length=1, max_length=20_000)]
    channel: NoteChannel = "internal"


class FieldChange(Value):
    """One field's old and new value."""

    field: str
    before: Any = None
    after: Any = None


class HistoryEntry(Value):
    """Who changed what with one version."""

    version: int
    at: datetime
    by: str
    changes: tuple[FieldChange, ...]


class History(Value):
    """A record's versions, newest first."""

    items: tuple[HistoryEntry, ...]
    cursor: str | None = None


class BulkResult(Value):
    """What became of one record."""

    id: str
    outcome: Literal["done", "unchanged", "failed"]
    version: int | None = None
    code: str | None = None
    message: str | None = None


class BulkAnswer(Value):
    """A result for every id, in the order given, and the sums."""

    results: tuple[BulkResult, ...]
    done: int
    unchanged: int
    failed: int
