"""Keeps messages invisible while a handler works on them, for any number of batches at once.

Messages are received with a short time-out, so that those of a killed process come back soon.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from infra.local.wire import CloudError, Wire

VISIBILITY_SECONDS = 15
_BEAT_SECONDS = 5.0


class Heartbeat(threading.Thread):
    """One thread for all queues."""

    def __init__(self, wire: Wire, beat: float = _BEAT_SECONDS) -> None:
        super().__init__(name="heartbeat", daemon=True)
        self._wire = wire
        self._beat = beat
        self._held: dict[int, tuple[float, str, list[str]]] = {}
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    @contextmanager
    def holding(self, queue_url: str, receipts: Iterable[str]) -> Iterator[None]:
        """Hold a batch for the time of the `with` block."""
        entry = (time.monotonic(), queue_url, list(receipts))
        with self._lock:
            self._held[id(entry)] = entry
        try:
            yield
        finally:
            with self._lock:
                del self._held[id(entry)]

    def run(self) -> None:
        """Extend whatever has been held for a beat or longer."""
        while not self._stopped.wait(self._beat):
            with self._lock:
                held = list(self._held.values())
            for since, queue_url, receipts in held:
                if time.monotonic() - since >= self._beat / 2:
                    self._extend(queue_url, receipts)

    def stop(self) -> None:
        """End the thread."""
        self._stopped.set()

    def _extend(self, queue_url: str, receipts: list[str]) -> None:
        entries = [
            {"Id": str(n), "ReceiptHandle": receipt, "VisibilityTimeout": VISIBILITY_SECONDS}
            for n, receipt in enumerate(receipts)
        ]
        try:
            for start in range(0, len(entries), 10):
                self._wire.sqs(
                    "ChangeMessageVisibilityBatch",
                    QueueUrl=queue_url,
                    Entries=entries[start : start + 10],
                )
        except (OSError, CloudError) as error:
            # the messages come back and are handled again: safe, so worth a line, not an end
            print(f"heartbeat: {error}", file=sys.stderr, flush=True)
