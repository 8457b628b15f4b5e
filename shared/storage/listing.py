"""Lists: one request per page, newest first, unless filters thin it out; then at most
MAX_REQUESTS, and a short page still carries a cursor.
"""

import json
from dataclasses import dataclass

from shared.domain.access import Grant, Scope
from shared.domain.entity import Entity
from shared.storage import keys
from shared.storage.driver import Table
from shared.storage.list_plan import created_between, path_to, plan_of
from shared.storage.list_query import ListQuery

MAX_REQUESTS = 5
_MOST_VERSIONS = 100
_FILTERED_PAGE = 250
"""Items evaluated per request when a filter thins the page out (about 1 kB each)."""


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
    if query.created_from and query.created_before and query.created_before <= query.created_from:
        return Found([], None)  # DynamoDB refuses a range that ends before it begins
    plan = plan_of(tenant, entity_type, query, grant)
    rows: list[str] = []
    start = None if after is None else plan.key_of(tenant, after)
    for _ in range(MAX_REQUESTS):
        page = table.query(
            plan.partition,
            index=plan.index,
            sort=created_between(entity_type, plan.index, query),
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
        sort=path_to("sk").startswith(keys.HISTORY),
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
        sort=path_to("sk").between(first, last),
        attributes=("sk", "entry"),
        limit=_MOST_VERSIONS,
        consistent=True,
    )
    return {int(i["sk"]["S"].removeprefix(keys.HISTORY)): i["entry"]["S"] for i in page.items}
