"""Who takes out how much: counters per person and day, for those who watch over exports."""

from datetime import datetime, timedelta

from functions.imports.export_schemas import Usage, UsageDay, UsageQuery
from functions.imports.progress import all_rows
from shared.domain.errors import ConcurrentChange
from shared.http.call import AnyCall
from shared.storage import keys
from shared.storage.actions import CounterChange, counter_value
from shared.storage.driver import Item
from shared.storage.unit_of_work import UnitOfWork

KEPT = timedelta(days=400)


def count(unit: UnitOfWork, user: str, now: datetime, **numbers: int) -> None:
    """Add to a person's numbers of today (`exports`, `rows`, `links`)."""
    day = now.date().isoformat()
    key = keys.counter(unit.tenant, f"exports#{day[:7]}", f"{day}#{user}")
    change = CounterChange(key, add=numbers, expires=now + KEPT)
    unit.count(change, lambda _: ConcurrentChange())


def of_month(call: AnyCall, query: UsageQuery) -> Usage:
    """The numbers of a month. One request for some thousand persons and days."""
    month = query.month or call.context.now.date().isoformat()[:7]
    partition, _ = keys.counter(call.context.tenant, f"exports#{month}")
    found = sorted(map(_day, all_rows(call.store, partition)), key=lambda each: each.user)
    ordered = sorted(found, key=lambda each: each.day, reverse=True)
    return Usage(month=month, items=tuple(ordered))


def _day(row: Item) -> UsageDay:
    day, _, user = row["sk"]["S"].partition("#")
    names = ("exports", "rows", "links")
    return UsageDay(day=day, user=user, **{name: counter_value(row, name) or 0 for name in names})
