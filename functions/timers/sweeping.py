"""Reading the due index and sending what it holds, each message delayed to its second.

A message sent twice, late or for a timer that has moved does no harm: the receiver looks again.
"""

import math
from collections.abc import Iterator
from datetime import datetime, timedelta

from shared.runtime.runtime import MAX_DELAY_SECONDS, Runtime
from shared.runtime.timers import TimerDue, timer_queue
from shared.storage import keys
from shared.storage.due import due_before

HORIZON = timedelta(seconds=60)


def sweep(runtime: Runtime) -> int:
    """Send every timer due before now + HORIZON; gives how many messages went out."""
    now = runtime.clock()
    sent = 0
    for shard in range(keys.DUE_SHARDS):
        batches: dict[str, list[tuple[str, int]]] = {}
        for entry in _due(runtime, shard, now + HORIZON):
            batch = batches.setdefault(entry.kind, [])
            batch.append((entry.model_dump_json(), _delay(entry.due, now)))
        for kind, bodies in batches.items():
            runtime.send_bodies(timer_queue(kind), bodies)
            sent += len(bodies)
    return sent


def _due(runtime: Runtime, shard: int, before: datetime) -> Iterator[TimerDue]:
    for timer in due_before(runtime.table, shard, before):
        yield TimerDue(tenant=timer.tenant, kind=timer.kind, id=timer.id, due=timer.due)


def _delay(due: datetime, now: datetime) -> int:
    """Whole seconds until `due`, rounded up: late by less than a second, never early."""
    seconds = math.ceil((due - now).total_seconds())
    return min(max(seconds, 0), MAX_DELAY_SECONDS)
