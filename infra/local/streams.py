"""Feeds functions from a table's change stream as Lambda does: in order, retried, given up late.

The position is kept in the embedded cloud, so it goes back together with the data if the cloud
falls back to a snapshot.
"""

from __future__ import annotations

import queue
import sys
import threading
import time
import traceback
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from infra.local import patterns
from infra.local.invoke import Functions
from infra.local.plan import StreamSource
from infra.local.wire import CloudError, Wire

_PAGES_AHEAD = 8
_PATIENCE_SECONDS = 0.5
Record = dict[str, Any]
GiveUp = Callable[[list[Record], str, int], None]


class Stopped(Exception):
    """The process ends; what is left will be read again."""


class StreamReader(threading.Thread):
    """Hands the records of one stream to one function."""

    def __init__(
        self,
        source: StreamSource,
        stream_arn: str,
        functions: Functions,
        wire: Wire,
        give_up: GiveUp,
    ) -> None:
        super().__init__(name=f"stream-{source.function}", daemon=True)
        self.reader = f"{stream_arn}|{source.function}"
        self.position = ""
        self._source = source
        self.stream_arn = stream_arn
        self._functions = functions
        self._wire = wire
        self._give_up = give_up
        self._stopped = threading.Event()
        self.inbox: queue.Queue[list[Record]] = queue.Queue(_PAGES_AHEAD)
        self._lanes = ThreadPoolExecutor(max(1, source.lanes), thread_name_prefix=self.name)
        for pattern in source.filters:
            patterns.check(pattern)

    def run(self) -> None:
        """Handle what the feed brings until stopped; after trouble with the cloud, once more."""
        while not self._stopped.is_set():
            try:
                records = list(self.inbox.get(timeout=_PATIENCE_SECONDS))
                while not self.inbox.empty():
                    records += self.inbox.get()
            except queue.Empty:
                continue
            self._take_at_last(records)

    def stop(self) -> None:
        """Take nothing new."""
        self._stopped.set()

    def _take_at_last(self, records: list[Record]) -> None:
        while not self._stopped.is_set():
            try:
                self.take([r for r in records if sequence_of(r) > self.position])
                return
            except Stopped:
                return
            except (OSError, CloudError) as error:
                print(f"{self.name}: {error}", file=sys.stderr, flush=True)
                self._stopped.wait(_PATIENCE_SECONDS)

    def take(self, records: list[Record]) -> None:
        """Handle records in batches, moving the position on after each."""
        wanted = [record for record in records if self._wanted(record)]
        size = self._source.batch_size
        for start in range(0, len(wanted), size):
            batch = wanted[start : start + size]
            self._handle_in_lanes(
                [{**record, "eventSourceARN": self.stream_arn} for record in batch]
            )
            self._advance(sequence_of(batch[-1]))
        if records and sequence_of(records[-1]) > self.position:
            self._advance(sequence_of(records[-1]))

    def _wanted(self, record: Record) -> bool:
        filters = self._source.filters
        return not filters or any(patterns.matches(pattern, record) for pattern in filters)

    def _advance(self, position: str) -> None:
        self.position = position
        self._wire.control("position", reader=self.reader, position=position)

    def _handle_in_lanes(self, batch: list[Record]) -> None:
        """Changes of one item stay in order; different items may go side by side."""
        lanes: dict[int, list[Record]] = {}
        for record in batch:
            key = zlib.crc32(repr(sorted(record["dynamodb"]["Keys"].items())).encode())
            lanes.setdefault(key % self._source.lanes, []).append(record)
        if len(lanes) == 1:
            self._handle(batch)
            return
        for future in [self._lanes.submit(self._handle, lane) for lane in lanes.values()]:
            future.result()

    def _handle(self, batch: list[Record]) -> None:
        """Invoke until the batch is through or given up. Raises Stopped."""
        tries = 0
        while batch:
            left, error = self._invoke(batch)
            if not left:
                return
            if len(left) < len(batch):  # progress: what is left starts with fresh attempts
                batch, tries = left, 0
                continue
            if self._source.bisect and len(batch) > 1:
                middle = len(batch) // 2
                self._handle(batch[:middle])
                batch, tries = batch[middle:], 0
                continue
            tries += 1
            if self._exhausted(batch, tries):
                self._give_up(batch, error, tries)
                return
            if self._stopped.wait(min(10.0, 0.1 * 2 ** min(tries, 7))):
                raise Stopped

    def _invoke(self, batch: list[Record]) -> tuple[list[Record], str]:
        """The records that still have to be handled, and why."""
        if self._stopped.is_set():
            raise Stopped
        try:
            answer = self._functions.invoke(self._source.function, {"Records": batch})
        except Exception as error:
            traceback.print_exc()
            return batch, type(error).__name__
        failures = (answer or {}).get("batchItemFailures") if self._source.partial else None
        if not failures:
            return [], ""
        first = min(str(failure.get("itemIdentifier") or "") for failure in failures)
        left = [record for record in batch if sequence_of(record) >= first]
        return left or batch, "batchItemFailures"

    def _exhausted(self, batch: list[Record], tries: int) -> bool:
        attempts, max_age = self._source.attempts, self._source.max_age
        created = float(batch[0]["dynamodb"].get("ApproximateCreationDateTime", 0))
        too_old = max_age >= 0 and time.time() - created > max_age
        return too_old or (attempts >= 0 and tries > attempts)


def sequence_of(record: Record) -> str:
    """A record's place in its stream; later ones are greater as text."""
    return str(record["dynamodb"]["SequenceNumber"])
