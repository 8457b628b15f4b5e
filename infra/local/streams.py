"""Feeds functions from a table's change stream as Lambda does: in order, retried, given up late.

The position is kept in the embedded cloud, so it goes back together with the data if the cloud
falls back to a snapshot.
"""

from __future__ import annotations

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

_NEWS_SECONDS = 20
_PACE_SECONDS = 0.1
"""Between reads while changes keep coming: a single one is taken at once, many are gathered."""
_PAGE = 1000
Record = dict[str, Any]
GiveUp = Callable[[list[Record], str, int], None]


class Stopped(Exception):
    """The process ends; what is left will be read again."""


class StreamReader(threading.Thread):
    """Reads one stream for one function."""

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
        self._arn = stream_arn
        self._functions = functions
        self._wire = wire
        self._give_up = give_up
        self._stopped = threading.Event()
        self._lanes = ThreadPoolExecutor(max(1, source.lanes), thread_name_prefix=self.name)
        for pattern in source.filters:
            patterns.check(pattern)

    def run(self) -> None:
        """Read until stopped; after trouble with the cloud, start again from the last position."""
        while not self._stopped.is_set():
            try:
                self._read()
            except Stopped:
                return
            except (OSError, CloudError) as error:
                print(f"{self.name}: {error}", file=sys.stderr, flush=True)
                self._stopped.wait(0.5)

    def stop(self) -> None:
        """Take nothing new."""
        self._stopped.set()

    def _read(self) -> None:
        iterator = self._iterator()
        busy = False
        while not self._stopped.is_set():
            began = time.monotonic()
            answer = self._wire.streams("GetRecords", ShardIterator=iterator, Limit=_PAGE)
            iterator = answer["NextShardIterator"]
            fresh = [r for r in answer["Records"] if _sequence(r) > self.position]
            self.take(fresh)
            if busy and 0 < len(answer["Records"]) < self._source.batch_size:
                self._stopped.wait(max(0.0, began + _PACE_SECONDS - time.monotonic()))
            busy = bool(answer["Records"])
            if not busy:
                self._wire.control(
                    "stream-news", stream=self._arn, after=self.position, seconds=_NEWS_SECONDS
                )

    def _iterator(self) -> str:
        """From the horizon on: what every reader has passed is dropped, so it is never far back."""
        shards = self._wire.streams("DescribeStream", StreamArn=self._arn)
        return self._wire.streams(
            "GetShardIterator",
            StreamArn=self._arn,
            ShardId=shards["StreamDescription"]["Shards"][0]["ShardId"],
            ShardIteratorType="TRIM_HORIZON",
        )["ShardIterator"]

    def take(self, records: list[Record]) -> None:
        """Handle records in batches, moving the position on after each."""
        wanted = [record for record in records if self._wanted(record)]
        size = self._source.batch_size
        for start in range(0, len(wanted), size):
            batch = wanted[start : start + size]
            self._handle_in_lanes([{**record, "eventSourceARN": self._arn} for record in batch])
            self._advance(_sequence(batch[-1]))
        if records and _sequence(records[-1]) > self.position:
            self._advance(_sequence(records[-1]))

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
        left = [record for record in batch if _sequence(record) >= first]
        return left or batch, "batchItemFailures"

    def _exhausted(self, batch: list[Record], tries: int) -> bool:
        attempts, max_age = self._source.attempts, self._source.max_age
        created = float(batch[0]["dynamodb"].get("ApproximateCreationDateTime", 0))
        too_old = max_age >= 0 and time.time() - created > max_age
        return too_old or (attempts >= 0 and tries > attempts)


def _sequence(record: Record) -> str:
    return str(record["dynamodb"]["SequenceNumber"])
