"""Reads each change stream once and hands its records to all functions that read it."""

from __future__ import annotations

import sys
import threading
import time

from infra.local.streams import Record, StreamReader, sequence_of
from infra.local.wire import CloudError, Wire

_NEWS_SECONDS = 20
_PACE_SECONDS = 0.1
"""Between reads while changes keep coming: a single one is taken at once, many are gathered."""
_PAGE = 1000
_ENOUGH = 100


class StreamFeed(threading.Thread):
    """One stream. A reader that is some pages behind lets the others wait."""

    def __init__(self, stream_arn: str, readers: list[StreamReader], wire: Wire) -> None:
        super().__init__(name="stream-feed", daemon=True)
        self._arn = stream_arn
        self._readers = readers
        self._wire = wire
        self._read = min(reader.position for reader in readers)
        self._stopped = threading.Event()

    def run(self) -> None:
        """Read until stopped; after trouble with the cloud, start again from the last position."""
        while not self._stopped.is_set():
            try:
                self._follow()
            except (OSError, CloudError) as error:
                if not self._stopped.wait(0.5):
                    print(f"{self.name}: {error}", file=sys.stderr, flush=True)

    def stop(self) -> None:
        """Read nothing more."""
        self._stopped.set()

    def _follow(self) -> None:
        iterator = self._iterator()
        busy = False
        while not self._stopped.is_set():
            began = time.monotonic()
            answer = self._wire.streams("GetRecords", ShardIterator=iterator, Limit=_PAGE)
            iterator = answer["NextShardIterator"]
            records: list[Record] = [r for r in answer["Records"] if sequence_of(r) > self._read]
            if records:
                self._hand_out(records)
            if busy and 0 < len(records) < _ENOUGH:
                self._stopped.wait(max(0.0, began + _PACE_SECONDS - time.monotonic()))
            busy = bool(answer["Records"])
            if not busy:
                self._wire.control(
                    "stream-news", stream=self._arn, after=self._read, seconds=_NEWS_SECONDS
                )

    def _hand_out(self, records: list[Record]) -> None:
        for reader in self._readers:
            reader.inbox.put(records)
        self._read = sequence_of(records[-1])

    def _iterator(self) -> str:
        """From the horizon on: what every reader has passed is dropped, so it is never far back."""
        shards = self._wire.streams("DescribeStream", StreamArn=self._arn)
        return self._wire.streams(
            "GetShardIterator",
            StreamArn=self._arn,
            ShardId=shards["StreamDescription"]["Shards"][0]["ShardId"],
            ShardIteratorType="TRIM_HORIZON",
        )["ShardIterator"]
