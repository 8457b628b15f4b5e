"""The filters by which accounts and contacts are listed and exported: one language for both."""

from typing import Annotated

from pydantic import Field

from shared.domain.customers.parts import Lifecycle, Tag
from shared.domain.entity import Moment, Value
from shared.domain.text import Line
from shared.storage.list_query import ListQuery

_Id = Annotated[str, Field(max_length=64)]


class CustomerFilters(Value):
    """What customers to list or export. `owner` is a user id, `me` or `none`; dates are those of
    creation, from (inclusive) and before (exclusive); `q` finds any part of names, e-mail
    addresses and numbers, and outside ids by the beginning of their parts; `helping`: those on
    which the caller helps; `archived`: those in the archive."""

    owner: _Id | None = None
    team: _Id | None = None
    source: Annotated[Line, Field(max_length=200)] | None = None
    tag: Tag | None = None
    created_from: Moment | None = None
    created_before: Moment | None = None
    q: Annotated[Line, Field(min_length=1, max_length=200)] | None = None
    helping: bool = False
    archived: bool = False

    def to_list_query(self, caller: str) -> ListQuery:
        """The same filters in the table's terms."""
        return self._query(caller, {})

    def _query(
        self,
        caller: str,
        equals: dict[str, str | None],
        *,
        state: str | None = None,
        relation: str | None = None,
    ) -> ListQuery:
        unowned = self.owner == "none"
        owner = caller if self.owner == "me" else self.owner
        wanted = {"source": self.source, "team": self.team, **equals}
        return ListQuery(
            state=state,
            owner=None if unowned else owner,
            relation=relation,
            unowned=unowned,
            deleted=self.archived,
            helper=caller if self.helping else None,
            created_from=self.created_from,
            created_before=self.created_before,
            equals={name: value for name, value in wanted.items() if value},
            has={"tags": self.tag} if self.tag else {},
        )


class AccountFilters(CustomerFilters):
    """What accounts to list or export; `parent` gives the accounts right below one."""

    lifecycle: Lifecycle | None = None
    grade: Annotated[str, Field(pattern=r"^[A-E]$")] | None = None
    parent: _Id | None = None

    def to_list_query(self, caller: str) -> ListQuery:
        """The same filters in the table's terms."""
        equals = {"grade_value": self.grade}
        return self._query(caller, equals, state=self.lifecycle, relation=self.parent)


class ContactFilters(CustomerFilters):
    """What contacts to list or export; `account` is the one they mainly stand for."""

    account: _Id | None = None

    def to_list_query(self, caller: str) -> ListQuery:
        """The same filters in the table's terms."""
        return self._query(caller, {}, relation=self.account)
