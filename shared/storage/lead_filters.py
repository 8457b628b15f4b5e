"""The filters by which leads are listed and exported: one language for both."""

from typing import Annotated

from pydantic import Field

from shared.domain.entity import Moment, Value
from shared.domain.leads.model import LeadStatus, Tag
from shared.domain.text import Line
from shared.storage.list_query import ListQuery


class LeadFilters(Value):
    """What leads to list or export. `owner` is a user id, `me` or `none`; dates are those of
    creation, from (inclusive) and before (exclusive); `q` finds any part of name, company,
    e-mail and phone, and the outside id by the beginning of its parts."""

    status: LeadStatus | None = None
    owner: Annotated[str, Field(max_length=64)] | None = None
    team: Annotated[str, Field(max_length=64)] | None = None
    source: Annotated[Line, Field(max_length=200)] | None = None
    tag: Tag | None = None
    score_min: Annotated[int, Field(ge=0, le=100)] | None = None
    score_max: Annotated[int, Field(ge=0, le=100)] | None = None
    created_from: Moment | None = None
    created_before: Moment | None = None
    q: Annotated[Line, Field(min_length=1, max_length=200)] | None = None
    deleted: bool = False

    def to_list_query(self, caller: str) -> ListQuery:
        """The same filters in the table's terms."""
        unowned = self.owner == "none"
        owner = caller if self.owner == "me" else self.owner
        upper = None if self.score_max is None else self.score_max + 1
        bounds = (self.score_min, upper)
        return ListQuery(
            state=self.status,
            owner=None if unowned else owner,
            relation=self.team,
            unowned=unowned,
            deleted=self.deleted,
            created_from=self.created_from,
            created_before=self.created_before,
            equals={"source": self.source} if self.source else {},
            has={"tags": self.tag} if self.tag else {},
            ranges={"score": bounds} if bounds != (None, None) else {},
        )
