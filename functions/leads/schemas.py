"""What the lead routes accept and answer where that is not the lead itself."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from shared.domain.entity import Value
from shared.domain.leads.capture import LeadChange
from shared.domain.leads.model import Behaviour, Tag
from shared.domain.leads.work import DisqualifyReason
from shared.domain.notes import NoteChannel
from shared.domain.scoring import Score
from shared.domain.text import Lines
from shared.storage.lead_filters import LeadFilters

Limit = Annotated[int, Field(ge=1, le=100)]
MAX_BULK = 100


class LeadQuery(LeadFilters):
    """Filters and paging of the lead list."""

    limit: Limit = 50
    cursor: Annotated[str, Field(max_length=500)] | None = None


class PageQuery(Value):
    """Paging of a list without filters."""

    limit: Limit = 50
    cursor: Annotated[str, Field(max_length=500)] | None = None


class Disqualify(Value):
    """Why the lead is not pursued."""

    reason: DisqualifyReason
    note: Annotated[Lines, Field(max_length=2000)] = ""


class NewOwner(Value):
    """Who shall own the lead, in which of their teams (default: their first)."""

    owner: Annotated[str, Field(max_length=64)]
    team: Annotated[str, Field(max_length=64)] | None = None


class NewNote(Value):
    """A note; a channel other than `internal` records a contact with the lead."""

    text: Annotated[Lines, Field(min_length=1, max_length=20_000)]
    channel: NoteChannel = "internal"


class NewBehaviour(Behaviour):
    """Something the lead did, at a time not in the future."""


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


class Explanation(Value):
    """Why the lead has this score and this owner: the reasons as they were decided."""

    score: Score | None
    assignment: dict[str, Any] | None


class BulkOrder(Value):
    """One action on up to 100 leads. Each lead succeeds or fails alone."""

    ids: Annotated[tuple[str, ...], Field(min_length=1, max_length=MAX_BULK)]
    action: Literal["change", "assign", "disqualify", "requalify", "delete", "restore", "tag"]
    change: LeadChange | None = None
    owner: NewOwner | None = None
    disqualification: Disqualify | None = None
    add_tags: Annotated[tuple[Tag, ...], Field(max_length=50)] = ()
    remove_tags: Annotated[tuple[Tag, ...], Field(max_length=50)] = ()

    @model_validator(mode="after")
    def _complete(self) -> "BulkOrder":
        needed = {"change": "change", "assign": "owner", "disqualify": "disqualification"}
        name = needed.get(self.action)
        if name is not None and getattr(self, name) is None:
            raise ValueError(f"the action {self.action} needs {name}")
        if len(set(self.ids)) != len(self.ids):
            raise ValueError("an id is repeated")
        return self


class BulkResult(Value):
    """What became of one lead."""

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
