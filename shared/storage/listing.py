"""Lists: which index answers a query, what is left to filter, and where the next page starts.

Newest first, one request per page unless filters thin it out; then at most MAX_REQUESTS, and a
short page still carries a cursor.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ulid import ULID

from shared.domain.access import Grant, Scope
from shared.domain.entity import Entity
from shared.storage import keys
from shared.storage.driver import Item, Table

if TYPE_CHECKING:
    from pynamodb.expressions.condition import Condition

MAX_REQUESTS = 5
_MOST_VERSIONS = 100
_MOST_IN = 100
"""Values DynamoDB takes in one IN."""

_FILTERED_PAGE = 250
"""Items evaluated per request when a filter thins the page out (about 1 kB each)."""


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What to list. Bounds are inclusive below and exclusive above.

    `equals` and `ranges` name promoted attributes; `has` names set attributes (tags), of which
    `among` wants any one of several. `hidden`: what is in review, of everybody or with `owner` what
    this person entered. `helper`: what this user helps with, whoever owns it.
    """

    state: str | None = None
    owner: str | None = None
    relation: str | None = None
    unowned: bool = False
    deleted: bool = False
    hidden: bool = False
    helper: str | None = None
    created_from: datetime | None = None
    created_before: datetime | None = None
    equals: Mapping[str, str] = field(default_factory=dict[str, str])
    has: Mapping[str, str] = field(default_factory=dict[str, str])
    among: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    ranges: Mapping[str, tuple[int | None, int | None]] = field(
        default_factory=dict[str, "tuple[int | None, int | None]"]
    )

    def admits(self, entity_type: type[Entity], item: Item, grant: Grant) -> bool:
        """The same decision for one stored item, for what was found by search."""
        wanted = dict(self.equals)
        for name, value in (
            (entity_type.state_field, self.state),
            (entity_type.owner_field, self.owner),
            (entity_type.relation_field, self.relation),
        ):
            if name is not None and value is not None:
                wanted[name] = value
        created = item["created_at"]["S"]
        return (
            ("deleted" in item) == self.deleted
            and all(_text(item, name) == value for name, value in wanted.items())
            and all(value in item.get(n, {}).get("SS", ()) for n, value in self.has.items())
            and all(set(of) & set(item.get(n, {}).get("SS", ())) for n, of in self.among.items())
            and all(_within(item, name, *bounds) for name, bounds in self.ranges.items())
            and (not self.unowned or "owner" not in item)
            and (self.created_from is None or created >= keys.moment(self.created_from))
            and (self.created_before is None or created < keys.moment(self.created_before))
            and (self.helper is None or self.helper in _helpers(item))
            and (
                grant.reaches(_text(item, "owner"), _text(item, "team"))
                or grant.principal.actor in _helpers(item)
            )
        )

    def fingerprint(self, kind: str, grant: Grant) -> str:
        """What a cursor must match: the query and the reach it was made for."""
        return repr((kind, grant.scope, grant.principal.actor, self))


@dataclass(frozen=True, slots=True)
class Found:
    """A page of stored documents (JSON texts, newest first); the last one's id if more follow."""

    documents: list[str]
    last_id: str | None


def list_documents(
    table: Table,
    tenant: str,
    entity_type: type[Entity],
    query: ListQuery,
    grant: Grant,
    *,
    limit: int,
    after: str | None = None,
) -> Found:
    """One page of the entities of a type that match `query` and that `grant` reaches."""
    own = grant.scope is Scope.OWN and query.helper != grant.principal.actor
    if own and query.owner not in (None, grant.principal.actor):
        return Found([], None)
    plan = _plan(tenant, entity_type, query, grant)
    rows: list[str] = []
    start = None if after is None else plan.key_of(tenant, after)
    for _ in range(MAX_REQUESTS):
        page = table.query(
            plan.partition,
            index=plan.index,
            sort=_created_between(entity_type, plan.index, query),
            where=plan.where,
            attributes=("doc",),
            limit=limit + 1 if plan.where is None else max(limit + 1, _FILTERED_PAGE),
            after=start,
            newest_first=True,
        )
        rows += [item["doc"]["S"] for item in page.items]
        start = page.last_key
        if len(rows) > limit or start is None:
            break
    if len(rows) > limit:
        return Found(rows[:limit], str(json.loads(rows[limit - 1])["id"]))
    return Found(rows, start[plan.index.range]["S"] if start else None)


def history_rows(
    table: Table, tenant: str, entity_id: str, limit: int, after: str | None
) -> tuple[list[str], str | None]:
    """History entries of one entity (JSON texts), newest first, and the last key if more follow."""
    partition, _ = keys.entity(tenant, entity_id)
    start = None if after is None else {"pk": {"S": partition}, "sk": {"S": after}}
    page = table.query(
        partition,
        sort=_path("sk").startswith(keys.HISTORY),
        attributes=("sk", "entry"),
        limit=limit + 1,
        after=start,
        newest_first=True,
    )
    entries = [item["entry"]["S"] for item in page.items[:limit]]
    more = len(page.items) > limit
    return entries, page.items[limit - 1]["sk"]["S"] if more else None


def history_between(
    table: Table, tenant: str, entity_id: str, after: int, until: int
) -> dict[int, str]:
    """The history entries (JSON texts) of the versions above `after` up to `until`. One request."""
    partition, first = keys.history(tenant, entity_id, after + 1)
    _, last = keys.history(tenant, entity_id, until)
    page = table.query(
        partition,
        sort=_path("sk").between(first, last),
        attributes=("sk", "entry"),
        limit=_MOST_VERSIONS,
        consistent=True,
    )
    return {int(i["sk"]["S"].removeprefix(keys.HISTORY)): i["entry"]["S"] for i in page.items}


@dataclass(frozen=True, slots=True)
class _Plan:
    index: keys.Index
    partition: str
    where: "Condition | None"

    def key_of(self, tenant: str, entity_id: str) -> Item:
        """The index key of an entity, from which DynamoDB continues."""
        pk, sk = keys.entity(tenant, entity_id)
        parts = {"pk": pk, "sk": sk, self.index.hash: self.partition, self.index.range: entity_id}
        return {name: {"S": value} for name, value in parts.items()}


def _plan(tenant: str, entity_type: type[Entity], query: ListQuery, grant: Grant) -> _Plan:
    """The narrowest index for the query; everything it does not decide becomes a filter."""
    if query.hidden:
        return _review_plan(tenant, entity_type.kind, query, grant)
    kind = entity_type.kind
    if query.helper is not None:
        where = _all([*_filters(query), _path("helper_users").contains(query.helper)])
        return _Plan(keys.COLLECTION, keys.collection(tenant, kind), where)
    owner = grant.principal.actor if grant.scope is Scope.OWN else query.owner
    criteria = [
        (entity_type.owner_field, owner, keys.OWNER, keys.owned_by),
        (entity_type.relation_field, query.relation, keys.RELATION, keys.related_to),
        (entity_type.state_field, query.state, keys.STATE, keys.in_state),
    ]
    index, partition = keys.COLLECTION, keys.collection(tenant, kind, deleted=query.deleted)
    conditions = [*_filters(query), *_reach(grant, owner)]
    for name, value, candidate, partition_of in criteria:
        if name is None or value is None:
            continue
        if index is keys.COLLECTION and not query.deleted:
            index, partition = candidate, partition_of(tenant, kind, value)
        else:
            conditions.append(_path(name) == value)
    return _Plan(index, partition, _all(conditions))


def _review_plan(tenant: str, kind: str, query: ListQuery, grant: Grant) -> _Plan:
    """What is in review stands apart from everything that other lists read."""
    kind = keys.in_review(kind)
    if query.owner is not None:
        partition = keys.owned_by(tenant, kind, query.owner)
        return _Plan(keys.OWNER, partition, _all(list(_filters(query))))
    conditions = [*_filters(query), *_reach(grant, None)]
    return _Plan(keys.COLLECTION, keys.collection(tenant, kind), _all(conditions))


def _filters(query: ListQuery) -> "Iterable[Condition]":
    if query.unowned:
        yield _path("owner").does_not_exist()
    for name, value in query.equals.items():
        yield _path(name) == value
    for name, value in query.has.items():
        yield _path(name).contains(value)
    yield from (_contains_one(name, choices) for name, choices in query.among.items())
    for name, (low, high) in query.ranges.items():
        if low is not None:
            yield _path(name) >= low
        if high is not None:
            yield _path(name) < high


def _contains_one(name: str, choices: tuple[str, ...]) -> "Condition":
    wanted = _path(name).contains(choices[0])
    for value in choices[1:]:
        wanted = wanted | _path(name).contains(value)
    return wanted


def _reach(grant: Grant, owner: str | None) -> "Iterable[Condition]":
    """The filter form of `Grant.reaches`, where the chosen index does not imply it."""
    caller = grant.principal
    if grant.scope in (Scope.ALL, Scope.OWN) or owner == caller.actor:
        return
    mine = _path("owner") == caller.actor
    teams = caller.teams if grant.scope is Scope.TEAM else caller.tree
    for start in range(0, len(teams), _MOST_IN):
        mine = mine | _path("team").is_in(*teams[start : start + _MOST_IN])
    if grant.scope is Scope.TREE:
        mine = mine | (_path("owner").does_not_exist() & _path("team").does_not_exist())
    yield mine


def _created_between(
    entity_type: type[Entity], index: keys.Index, query: ListQuery
) -> "Condition | None":
    """Ids start with their time of creation, so a date range is a key range."""
    low, high = query.created_from, query.created_before
    if low is None and high is None:
        return None
    first, last = _id_at(entity_type, low), _id_at(entity_type, high)
    path = _path(index.range)
    if low is not None and high is not None:
        return path.between(first, last)
    return path >= first if low is not None else path < last


def _id_at(entity_type: type[Entity], at: datetime | None) -> str:
    milliseconds = 0 if at is None else max(0, int(at.timestamp() * 1000))
    return f"{entity_type.prefix}_{ULID(milliseconds.to_bytes(6, 'big') + bytes(10))}"


def _helpers(item: Item) -> list[str]:
    return item["helper_users"]["SS"] if "helper_users" in item else []


def _text(item: Item, name: str) -> str | None:
    return item[name]["S"] if name in item else None


def _within(item: Item, name: str, low: int | None, high: int | None) -> bool:
    if name not in item:
        return low is None and high is None
    value = int(item[name]["N"])
    return (low is None or value >= low) and (high is None or value < high)


def _path(name: str) -> Any:
    from pynamodb.expressions.operand import Path

    return Path([name])


def _all(conditions: "Sequence[Condition]") -> "Condition | None":
    whole: Condition | None = None
    for condition in conditions:
        whole = condition if whole is None else whole & condition
    return whole
