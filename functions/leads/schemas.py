"""What the lead routes accept and answer where that is not the lead itself."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from shared.domain.entity import Value
from shared.domain.leads.capture import LeadChange
from shared.domain.leads.model import Behaviour, Tag
from shared.domain.leads.work import DisqualifyReason
from shared.domain.scoring import Score
from shared.domain.text import Lines
from shared.http.record_schemas import MAX_BULK, Cursor, Limit, NewOwner
from shared.storage.lead_filters import LeadFilters


class LeadQuery(LeadFilters):
    """Filters and paging of the lead list. `segment`: only members of this one, without `q`."""

    segment: Annotated[str, Field(max_length=64)] | None = None
    limit: Limit = 50
    cursor: Cursor | None = None


class Disqualify(Value):
    """Why the lead is not pursued."""

    reason: DisqualifyReason
    note: Annotated[Lines, Field(max_length=2000)] = ""


class NewBehaviour(Behaviour):
    """Something the lead did, at a time not in the future."""


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
