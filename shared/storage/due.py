"""Timers of all tenants in time order: the one read that is not bound to a tenant."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from shared.storage import keys
from shared.storage.driver import Table

PAGE = 1000


@dataclass(frozen=True, slots=True)
class DueTimer:
    """The earliest timer of one entity."""

    tenant: str
    kind: str
    id: str
    due: datetime


def due_before(table: Table, shard: int, before: datetime) -> Iterator[DueTimer]:
    """The timers of a shard that fall due before a moment, earliest first."""
    from pynamodb.expressions.operand import Path

    after = None
    while True:
        page = table.query(
            keys.due_partition(shard),
            index=keys.DUE,
            sort=Path([keys.DUE.range]) < keys.moment(before),
            attributes=(keys.DUE.range,),
            limit=PAGE,
            after=after,
        )
        for item in page.items:
            moment, tenant, kind, entity_id = item[keys.DUE.range]["S"].split("#")
            yield DueTimer(tenant, kind, entity_id, datetime.fromisoformat(moment))
        after = page.last_key
        if after is None:
            return
