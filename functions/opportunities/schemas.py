"""What the opportunity routes accept and answer where that is not the record itself."""

from typing import Annotated, Literal

from pydantic import Field

from shared.domain.entity import Value
from shared.domain.opportunities.model import OpportunityFields, OpportunityTerms, Stage
from shared.domain.text import Line
from shared.http.record_schemas import Cursor, Limit, RecordId
from shared.storage.list_query import ListQuery


class NewOpportunity(OpportunityFields):
    """An opportunity to create; without `owner` it is the caller's own."""

    owner: RecordId | None = None
    team: RecordId | None = None


class OpportunityChange(OpportunityTerms):
    """Fields to change; null clears."""


class NewClosing(Value):
    """How an opportunity ended."""

    outcome: Literal["won", "lost"]
    reason: Annotated[Line, Field(max_length=500)] = ""


class OpportunityQuery(Value):
    """Filters and paging of the opportunity list; `owner` is a user id or `me`."""

    account: RecordId | None = None
    owner: RecordId | None = None
    team: RecordId | None = None
    stage: Stage | None = None
    archived: bool = False
    q: Annotated[Line, Field(min_length=1, max_length=200)] | None = None
    limit: Limit = 50
    cursor: Cursor | None = None

    def to_list_query(self, caller: str) -> ListQuery:
        """The same filters in the table's terms."""
        return ListQuery(
            state=self.stage,
            owner=caller if self.owner == "me" else self.owner,
            relation=self.account,
            deleted=self.archived,
            equals={"team": self.team} if self.team else {},
        )
