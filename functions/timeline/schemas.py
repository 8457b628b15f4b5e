"""What the timeline routes accept and answer."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from shared.domain.customers.account import Account
from shared.domain.entity import Moment, Value
from shared.storage.timeline import Entry

EntryType = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class TimelineFilter(Value):
    """Which entries to show. `from` is inclusive, `before` exclusive."""

    type: Annotated[list[EntryType], Field(max_length=20)] = Field(default_factory=list[EntryType])
    since: Annotated[Moment | None, Field(alias="from")] = None
    before: Moment | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str, Field(max_length=500)] | None = None


class OpenItem(Value):
    """A record that is open and concerns the customer."""

    kind: str
    id: str
    label: str
    status: str
    at: datetime | None = None


class AccountOverview(Value):
    """An account from all sides: itself, what is open, what adds up, what happened last.

    `figures`: sums by name, such as `contact.count`; a name that is missing counts as 0.
    `more_open_items`: there are more than the fifty shown. Records of kinds that the caller may
    not read are left out of items, figures and entries.
    """

    profile: Account
    open_items: tuple[OpenItem, ...]
    more_open_items: bool
    figures: dict[str, Decimal]
    last_activity_at: datetime | None
    timeline: tuple[Entry, ...]
