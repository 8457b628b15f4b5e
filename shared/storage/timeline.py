"""Timelines: one row for each event in the partition of each record it concerns, newest first.

A row's key is the event's time and id, so writing it again changes nothing. Rows of a record can
be shown on another one's timeline too (a merge, a conversion) and be taken back from there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from shared.domain.events.base import Envelope, Subject
from shared.storage import keys
from shared.storage.driver import Item, RowChanges, Table
from shared.storage.homes import Homes

_END = "T$"
"""Sorts behind every row of a timeline."""

FILTERED_PAGE = 250
"""Rows looked at for one page when a filter thins it out (about half a kilobyte each)."""

COPIED_AT_ONCE = 200


class Entry(BaseModel):
    """What a timeline tells of an event."""

    id: str
    name: str
    type: str
    at: datetime
    actor: str
    subject: Subject
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class TimelineQuery:
    """Which entries: from this time on, before that time, of these types, none of those kinds."""

    since: datetime | None = None
    before: datetime | None = None
    types: tuple[str, ...] = ()
    without_kinds: tuple[str, ...] = ()


def row(envelope: Envelope, entry_type: str, record: str) -> Item:
    """The row of an event on the timeline of one record."""
    pk, sk = keys.timeline(envelope.tenant, record, envelope.at, envelope.id)
    entry = Entry(type=entry_type, **{n: getattr(envelope, n) for n in _TOLD})
    return {
        "pk": {"S": pk},
        "sk": {"S": sk},
        "entry": {"S": entry.model_dump_json()},
        "type": {"S": entry_type},
        "kind": {"S": envelope.subject.kind},
        "concerns": {"SS": sorted(set(envelope.concerns))},
    }


_TOLD = tuple(name for name in Entry.model_fields if name != "type")


def page(
    table: Table, tenant: str, record: str, query: TimelineQuery, limit: int, after: str | None
) -> tuple[list[str], str | None]:
    """Entries (JSON texts), newest first, and the sort key to go on after. One request.

    With a filter a page may be shorter than `limit` although more follow.
    """
    where = _filter(query)
    partition, _ = keys.entity(tenant, record)
    found = table.query(
        partition,
        sort=_between(query),
        where=where,
        attributes=("sk", "entry"),
        limit=limit + 1 if where is None else max(limit + 1, FILTERED_PAGE),
        after=None if after is None else {"pk": {"S": partition}, "sk": {"S": after}},
        newest_first=True,
    )
    rows = found.items[:limit]
    entries = [item["entry"]["S"] for item in rows]
    if len(found.items) > limit:
        return entries, rows[-1]["sk"]["S"]
    return entries, found.last_key["sk"]["S"] if found.last_key else None


def copy_rows(
    table: Table, tenant: str, source: str, target: str, after: str | None = None
) -> str | None:
    """Show what `source` has on its timeline on that of `target` too, and on those of all that
    `target` leads to (it may have been merged meanwhile): one chunk of it.

    Gives where to go on (`after`), None at the end. Repeating a chunk changes nothing. Events that
    come in later find their way by themselves, once `source` leads to `target`.
    """
    items, last = _chunk(table, tenant, source, after)
    rows = RowChanges()
    for record in _reached(Homes(table), tenant, source, target) if items else ():
        partition, _ = keys.entity(tenant, record)
        for item in items:
            rows.put({**item, "pk": {"S": partition}})
    rows.apply(table)
    return last


def take_back(
    table: Table, tenant: str, source: str, target: str, after: str | None = None
) -> str | None:
    """Undo `copy_rows`, once `source` leads to `target` no more: one chunk of it.

    What stands there in another way stays. Gives where to go on, None at the end.
    """
    items, last = _chunk(table, tenant, source, after)
    homes, rows = Homes(table), RowChanges()
    for record in _reached(homes, tenant, source, target) if items else ():
        partition, _ = keys.entity(tenant, record)
        for item in items:
            if record not in homes.timelines(tenant, item["concerns"]["SS"]):
                rows.delete((partition, item["sk"]["S"]))
    rows.apply(table)
    return last


def _reached(homes: Homes, tenant: str, source: str, target: str) -> list[str]:
    return sorted(homes.timelines(tenant, [target]) - {source})


def _chunk(
    table: Table, tenant: str, record: str, after: str | None
) -> tuple[list[Item], str | None]:
    partition, _ = keys.entity(tenant, record)
    found = table.query(
        partition,
        sort=_path("sk").startswith(keys.TIMELINE),
        limit=COPIED_AT_ONCE,
        after=None if after is None else {"pk": {"S": partition}, "sk": {"S": after}},
        consistent=True,
    )
    return found.items, found.last_key["sk"]["S"] if found.last_key else None


def _between(query: TimelineQuery) -> Any:
    low = keys.TIMELINE + (keys.moment(query.since) if query.since else "")
    high = keys.TIMELINE + keys.moment(query.before) if query.before else _END
    # A row's key goes on after its time, so those of the moment `before` sort behind the bound.
    return _path("sk").between(low, max(low, high))


def _filter(query: TimelineQuery) -> Any:
    conditions: list[Any] = []
    if query.types:
        conditions.append(_path("type").is_in(*query.types))
    if query.without_kinds:
        conditions.append(~_path("kind").is_in(*query.without_kinds))
    whole = None
    for condition in conditions:
        whole = condition if whole is None else whole & condition
    return whole


def _path(name: str) -> Any:
    from pynamodb.expressions.operand import Path

    return Path([name])


def rows_of(homes: Homes, events: Iterable[tuple[Envelope, str]]) -> Iterable[Item]:
    """The rows of events, each with its type, on every timeline they stand on."""
    for envelope, entry_type in events:
        for record in sorted(homes.timelines(envelope.tenant, envelope.concerns)):
            yield row(envelope, entry_type, record)
