"""Masked fields shown in full: with a reason, counted for each user and day, kept in the trail."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from functions.privacy.policies import policy_of
from functions.privacy.schemas import Revealed, RevealOrder
from functions.privacy.subjects import CUSTOMERS
from shared.domain.access import FIELD_RULES, field_rules
from shared.domain.errors import Forbidden, InvalidInput, RapportError, RateLimited
from shared.domain.events.privacy import CustomerRevealed
from shared.http.call import AnyCall
from shared.http.trail import note_in_trail
from shared.storage import keys
from shared.storage.actions import CounterChange, counter_value
from shared.storage.driver import Item

COUNTED = "count"
KEPT = timedelta(days=40)


def maskable(kind: str) -> frozenset[str]:
    """The fields of a kind that some role sees masked."""
    tables: list[Mapping[str, str]] = [rules.get(kind, {}) for rules in FIELD_RULES.values()]
    return frozenset(name for table in tables for name, rule in table.items() if rule == "mask")


def reveal(call: AnyCall, kind: str, record_id: str, order: RevealOrder) -> Revealed:
    """The named fields as they are; a rehearsal, which leaves no trace, shows none.

    Raises RateLimited when the day's limit is reached.
    """
    record = call.load(CUSTOMERS[kind], record_id)
    names = _checked(call, kind, order)
    limit = policy_of(call.store, call.context).reveals_per_day
    used = _count(call, limit)
    event = CustomerRevealed(customer=record.id, fields=names)
    note_in_trail(call, "reveal", record.id, event, reason=order.reason, fields=names)
    shown = set(names) if not call.context.dry_run else set[str]()
    document: dict[str, Any] = record.model_dump(mode="json", include=shown)
    return Revealed(id=record.id, fields=document, left=max(0, limit - used))


def _checked(call: AnyCall, kind: str, order: RevealOrder) -> tuple[str, ...]:
    known = maskable(kind)
    names = tuple(dict.fromkeys(order.fields))
    if unknown := [name for name in names if name not in known]:
        message = f"These are no masked fields: {', '.join(unknown)}."
        raise InvalidInput.of("fields", "not_masked", message)
    rules = field_rules(call.context.principal, kind)
    if hidden := [name for name in names if rules.get(name) == "hide"]:
        raise Forbidden("Your role may not see these fields.", details={"fields": hidden})
    return names


def _count(call: AnyCall, limit: int) -> int:
    """Count this reveal in the call's unit; gives how many it makes today as far as is known."""
    now = call.context.now
    key = keys.counter(call.context.tenant, f"reveals#{now:%Y-%m-%d}", call.context.actor)
    change = CounterChange(key, add={COUNTED: 1}, at_most={COUNTED: limit}, expires=now + KEPT)
    call.unit.count(change, lambda _: _over(now))
    return (counter_value(_row(call, key), COUNTED) or 0) + 1


def _row(call: AnyCall, key: keys.Key) -> Item | None:
    return call.store.table.get(key)


def _over(now: datetime) -> RapportError:
    midnight = datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)
    seconds = int((midnight - now).total_seconds())
    return RateLimited(
        "You have reached today's limit of reveals.",
        code="reveal_limit",
        details={"retry_after": seconds},
    )
