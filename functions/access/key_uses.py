"""How often API keys are used: counted in the process, written at most once a minute a key.

Two rows a key: one with the last use, one an hour with that hour's number. They are counters
beside the entity, so that using a key never makes a new version of it. What a process has not
written yet when it ends is lost: at most one minute's number, never the fact of a use.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.access.schemas import UsesInHour
from shared.domain.errors import RapportError, Unavailable
from shared.runtime.observability import logger
from shared.runtime.runtime import Runtime
from shared.storage import keys
from shared.storage.actions import CounterChange, counter_value
from shared.storage.driver import Item
from shared.storage.store import Store

WRITTEN_EVERY = timedelta(minutes=1)
HOURS_KEPT = timedelta(days=90)
HOURS_SHOWN = 48
_TOTAL = "api_key_uses"


@dataclass(slots=True)
class _Pending:
    uses: int
    written: datetime | None


class KeyUses:
    """The uses this process has seen and not written yet. Thread-safe; one per process."""

    def __init__(self) -> None:
        self._pending: dict[str, _Pending] = {}
        self._lock = threading.Lock()

    def note(self, runtime: Runtime, tenant: str, key: str) -> None:
        """Count one use. A table that does not answer delays the count, not the caller."""
        now = runtime.clock()
        uses = self._due(key, now)
        if not uses:
            return
        try:
            write_uses(runtime, tenant, key, uses, now)
        except Unavailable:
            logger().warning("key use not counted yet", key=key)
            with self._lock:
                self._pending[key].uses += uses

    def _due(self, key: str, now: datetime) -> int:
        """How many uses to write now; 0 while the last write is recent."""
        with self._lock:
            pending = self._pending.setdefault(key, _Pending(0, None))
            pending.uses += 1
            if pending.written is not None and now - pending.written < WRITTEN_EVERY:
                return 0
            uses, pending.uses, pending.written = pending.uses, 0, now
            return uses


def write_uses(runtime: Runtime, tenant: str, key: str, uses: int, at: datetime) -> None:
    """Add uses of a key to its rows. Raises Unavailable."""
    unit = runtime.store(tenant).begin(runtime.system_context(tenant, "access"))
    total = keys.counter(tenant, _TOTAL, key)
    unit.count(
        CounterChange(total, add={"uses": uses}, put={"last": int(at.timestamp())}), _unlikely
    )
    hour = at.astimezone(UTC).strftime("%Y-%m-%dT%H:00Z")
    by_hour = keys.counter(tenant, _hours_of(key), hour)
    unit.count(CounterChange(by_hour, add={"uses": uses}, expires=at + HOURS_KEPT), _unlikely)
    unit.commit()


def last_uses(store: Store, key_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Number of uses and last use of those keys that were ever used. One request."""
    rows = store.table.get_many(keys.counter(store.tenant, _TOTAL, key) for key in key_ids)
    return {
        key: {
            "uses": counter_value(row, "uses"),
            "last_used_at": datetime.fromtimestamp(counter_value(row, "last") or 0, UTC),
        }
        for (_, key), row in rows.items()
    }


def uses_by_hour(store: Store, key: str) -> tuple[UsesInHour, ...]:
    """The hours in which the key was used, newest first."""
    rows = store.rows(keys.counter(store.tenant, _hours_of(key)), limit=HOURS_SHOWN, newest=True)
    return tuple(
        UsesInHour(hour=row["sk"]["S"], uses=counter_value(row, "uses") or 0) for row in rows
    )


def _hours_of(key: str) -> str:
    return f"{_TOTAL}#{key}"


def _unlikely(_: Item | None) -> RapportError:
    return Unavailable("The count is being changed; try again.")
