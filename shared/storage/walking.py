"""Walks through whole partitions by id: what a run looks at, in ranges that never change."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.domain.segments.run import Lane
from shared.storage import keys
from shared.storage.driver import Item
from shared.storage.segments import member_key
from shared.storage.store import Store

if TYPE_CHECKING:
    from pynamodb.expressions.condition import Condition

_FIRST = "0"
"""Sorts before every id."""


def next_ids(store: Store, lane: Lane, after: str, limit: int) -> tuple[list[str], bool]:
    """Some ids of a lane's records behind `after`, oldest first, and whether more follow.

    One request.
    """
    page = _walk(store, lane, lambda path: path > (after or _FIRST), limit)
    return [item[page.name]["S"] for item in page.items], page.last_key is not None


def ids_between(store: Store, lane: Lane, after: str, until: str) -> list[str]:
    """The ids of a lane's records behind `after`, up to and with `until`."""
    ids: list[str] = []
    start: Item | None = None
    while True:
        page = _walk(store, lane, lambda path: path.between(after or _FIRST, until), None, start)
        ids += [item[page.name]["S"] for item in page.items]
        start = page.last_key
        if start is None:
            return [i for i in ids if i != after]


@dataclass(frozen=True, slots=True)
class _Stretch:
    items: list[Item]
    last_key: Item | None
    name: str


def _walk(
    store: Store,
    lane: Lane,
    bounds: Callable[[Any], "Condition"],
    limit: int | None,
    start: Item | None = None,
) -> _Stretch:
    partition, index = _place(store.tenant, lane)
    name = index.range if index else "sk"
    page = store.table.query(
        partition,
        index=index,
        sort=bounds(_path(name)),
        attributes=(name,),
        limit=limit,
        after=start,
        consistent=index is None,
    )
    return _Stretch(page.items, page.last_key, name)


def _place(tenant: str, lane: Lane) -> tuple[str, keys.Index | None]:
    match lane.source:
        case "members":
            return member_key(tenant, lane.of or "", "")[0], None
        case "archived":
            return keys.collection(tenant, lane.kind, deleted=True), keys.COLLECTION
        case "in_review":
            return keys.collection(tenant, keys.in_review(lane.kind)), keys.COLLECTION
        case _:
            return keys.collection(tenant, lane.kind), keys.COLLECTION


def _path(name: str) -> Any:
    from pynamodb.expressions.operand import Path

    return Path([name])
