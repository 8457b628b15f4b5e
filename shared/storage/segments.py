"""Members of segments and rule tags: one row each, counted in sharded counters.

Rows and counts change only in the transaction that changes the record's membership. Each shard
also carries the number of the definition in force, so that nobody writes by an older one.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from shared.domain.access import Grant
from shared.domain.entity import Entity
from shared.domain.errors import ConcurrentChange
from shared.storage import keys
from shared.storage.actions import CounterChange, counter_value
from shared.storage.driver import Item
from shared.storage.list_query import ListQuery
from shared.storage.store import DocumentPage, Store
from shared.storage.unit_of_work import UnitOfWork

SHARDS = 16
"""Counters of one segment: a transaction locks one, so sixteen records enter at a time."""

STRUCK = 0
"""The definition number of what is in force no more."""

MOST_REQUESTS = 5
_LOOK_AHEAD = 100


class DefinitionChanged(ConcurrentChange):
    """The segment was defined anew since its definition was read."""

    code = "definition_changed"


class Moves:
    """Who enters and leaves what in one unit of work; a counter is changed once for all of them."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._counts: dict[tuple[str, int], tuple[int, int]] = {}
        self.rows = 0

    def __len__(self) -> int:
        """How many actions these are."""
        return self.rows + len(self._counts)

    def enter(self, target: str, number: int, record_id: str, since: datetime) -> None:
        """The record becomes a member, by the definition of this number."""
        key = member_key(self._unit.tenant, target, record_id)
        self._unit.row(key, {"since": {"S": keys.moment(since)}})
        self.rows += 1
        self._count(target, number, record_id, 1)

    def leave(self, target: str, number: int, record_id: str) -> None:
        """The record is a member no more; number STRUCK for a target that is gone."""
        self._unit.forget(member_key(self._unit.tenant, target, record_id))
        self.rows += 1
        self._count(target, number, record_id, -1)

    def rely_on(self, target: str, number: int, record_id: str) -> None:
        """Nothing changes, but the definition must still be in force."""
        self._count(target, number, record_id, 0)

    def seal(self) -> None:
        """Add the counters to the unit, when nothing more follows."""
        for (target, shard), (change, number) in sorted(self._counts.items()):
            key = _counter(self._unit.tenant, target, shard)
            wanted = CounterChange(key, add={"members": change}, expect={"definition": number})
            self._unit.count(wanted, lambda _: DefinitionChanged())

    def _count(self, target: str, number: int, record_id: str, change: int) -> None:
        at = target, _shard(record_id)
        self._counts[at] = (self._counts.get(at, (0, number))[0] + change, number)


def put_in_force(unit: UnitOfWork, target: str, number: int) -> None:
    """From now on members change by the definition of this number only. 16 actions."""
    for shard in range(SHARDS):
        key = _counter(unit.tenant, target, shard)
        unit.count(CounterChange(key, put={"definition": number}), lambda _: ConcurrentChange())


def count_members(store: Store, target: str) -> int:
    """How many members there are at this moment. One request."""
    rows = store.rows(keys.counter(store.tenant, _name(target)))
    return sum(counter_value(row, "members") or 0 for row in rows)


def member_since(store: Store, target: str, record_id: str) -> str | None:
    """Since when (ISO 8601) the record is a member, None if it is not. One request."""
    item = store.table.get(member_key(store.tenant, target, record_id))
    return item["since"]["S"] if item else None


def page_of_members(
    store: Store,
    entity_type: type[Entity],
    target: str,
    query: ListQuery,
    grant: Grant,
    *,
    limit: int,
    cursor: str | None = None,
) -> DocumentPage:
    """Documents of members that match `query` and that `grant` reaches, newest record first.

    A page costs two requests; where filters or the reach thin it out, at most ten, and a short page
    still carries a cursor.
    """
    fingerprint = f"{target} {query.fingerprint(entity_type.kind, grant)}"
    after = store.read_cursor(fingerprint, cursor)
    documents: list[tuple[str, str]] = []
    for _ in range(MOST_REQUESTS):
        wanted = limit + 1 if after is None else max(limit + 1, _LOOK_AHEAD)
        ids = _member_ids(store, target, after, wanted)
        documents += _documents(store, entity_type, ids, query, grant)
        after = ids[-1] if len(ids) == wanted else None
        if after is None or len(documents) > limit:
            break
    if len(documents) > limit:
        after = documents[limit - 1][0]
    shown = [document for _, document in documents[:limit]]
    return DocumentPage(shown, store.make_cursor(fingerprint, after))


def member_key(tenant: str, target: str, record_id: str) -> keys.Key:
    """The row that says that a record is a member."""
    return keys.note(tenant, _name(target), record_id)


def _member_ids(store: Store, target: str, before: str | None, limit: int) -> list[str]:
    partition, _ = member_key(store.tenant, target, "")
    page = store.table.query(
        partition,
        sort=_path("sk") < before if before else None,
        attributes=("sk",),
        limit=limit,
        newest_first=True,
    )
    return [item["sk"]["S"] for item in page.items]


def _documents(
    store: Store, entity_type: type[Entity], ids: Iterable[str], query: ListQuery, grant: Grant
) -> list[tuple[str, str]]:
    """(id, document) of those that may be shown, in the order of their ids, newest first."""
    wanted = [keys.entity(store.tenant, i) for i in ids if i.startswith(entity_type.prefix + "_")]
    items: dict[keys.Key, Item] = store.table.get_many(wanted)
    found = (items[key] for key in wanted if key in items)
    shown = (i for i in found if "hidden" not in i and query.admits(entity_type, i, grant))
    return [(item["id"]["S"], item["doc"]["S"]) for item in shown]


def _name(target: str) -> str:
    return f"segment#{target}"


def _counter(tenant: str, target: str, shard: int) -> keys.Key:
    return keys.counter(tenant, _name(target), f"{shard:02d}")


def _shard(record_id: str) -> int:
    return hashlib.sha256(record_id.encode()).digest()[0] % SHARDS


def _path(name: str) -> Any:
    from pynamodb.expressions.operand import Path

    return Path([name])
