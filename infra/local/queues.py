"""Feeds functions from queues as Lambda's pollers do: batches, partial failures, redelivery.

The dead-letter move after maxReceiveCount is the queue's own affair, in the embedded cloud.
"""

from __future__ import annotations

import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from infra.local.heartbeat import VISIBILITY_SECONDS, Heartbeat
from infra.local.invoke import Functions
from infra.local.plan import QueueSource
from infra.local.turns import Turns
from infra.local.wire import REGION, CloudError, Wire

_LONG_POLL_SECONDS = 20
_LOOK_UP_SECONDS = 0.5
_ATTRIBUTES = {
    "ApproximateReceiveCount",
    "SentTimestamp",
    "SenderId",
    "ApproximateFirstReceiveTimestamp",
    "AWSTraceHeader",
    "MessageGroupId",
    "SequenceNumber",
    "MessageDeduplicationId",
}
Message = dict[str, Any]


class QueuePoller(threading.Thread):
    """Receives from one queue and hands batches to a few handler threads."""

    def __init__(
        self,
        source: QueueSource,
        queue: dict[str, str],
        functions: Functions,
        wire: Wire,
        heartbeat: Heartbeat,
    ) -> None:
        super().__init__(name=f"queue-{source.queue}", daemon=True)
        self._source = source
        self._url, self._arn = queue["url"], queue["arn"]
        self._functions = functions
        self._wire = wire
        self._heartbeat = heartbeat
        self._turns = Turns(source.concurrency)
        self._handlers = ThreadPoolExecutor(source.concurrency, thread_name_prefix=source.function)
        self._stopped = threading.Event()

    def run(self) -> None:
        """Poll until stopped; a cloud that is away is asked again after a moment."""
        while not self._stopped.is_set():
            if not self._turns.wait(_LOOK_UP_SECONDS):
                continue
            try:
                batch = self._receive()
            except (OSError, CloudError) as error:
                if not self._stopped.wait(0.5):
                    print(f"{self.name}: {error}", file=sys.stderr, flush=True)
                continue
            if batch and not self._stopped.is_set():
                self._handlers.submit(self._handle, batch, self._turns.begin())

    def stop(self, seconds: float) -> bool:
        """Take nothing new and wait for the handlers at work; whether all of them finished.

        What they do not finish comes back after the visibility time-out.
        """
        self._stopped.set()
        return self._turns.wait_for_all(seconds)

    def _receive(self) -> list[Message]:
        """Up to a batch of messages. The batching window is not waited for: it only saves calls."""
        batch: list[Message] = []
        wait = _LONG_POLL_SECONDS
        while len(batch) < self._source.batch_size:
            answer = self._wire.sqs(
                "ReceiveMessage",
                QueueUrl=self._url,
                MaxNumberOfMessages=min(10, self._source.batch_size - len(batch)),
                VisibilityTimeout=VISIBILITY_SECONDS,
                WaitTimeSeconds=wait,
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
            received = answer.get("Messages", [])
            batch += received
            if len(received) < 10:
                break
            wait = 0
        return batch

    def _handle(self, batch: list[Message], began: float) -> None:
        try:
            receipts = [message["ReceiptHandle"] for message in batch]
            with self._heartbeat.holding(self._url, receipts):
                failed = self._invoke(batch)
            self._settle(batch, failed)
        except Exception:  # a batch that could not be settled comes back; the poller must live
            traceback.print_exc()
        finally:
            self._turns.end(began)

    def _invoke(self, batch: list[Message]) -> set[str]:
        """The ids of the messages that failed."""
        everything = {message["MessageId"] for message in batch}
        try:
            answer = self._functions.invoke(
                self._source.function, {"Records": [self._record(message) for message in batch]}
            )
        except Exception:
            traceback.print_exc()
            return everything
        if not self._source.partial or not answer:
            return set()
        failures = answer.get("batchItemFailures") or []
        failed = {failure.get("itemIdentifier") for failure in failures}
        return everything if failed - everything else failed  # as Lambda: a bad id fails them all

    def _settle(self, batch: list[Message], failed: set[str]) -> None:
        done = [message for message in batch if message["MessageId"] not in failed]
        for start in range(0, len(done), 10):
            self._wire.sqs(
                "DeleteMessageBatch",
                QueueUrl=self._url,
                Entries=[
                    {"Id": str(n), "ReceiptHandle": message["ReceiptHandle"]}
                    for n, message in enumerate(done[start : start + 10])
                ],
            )
        for message in batch:
            if message["MessageId"] in failed:
                self._wire.sqs(
                    "ChangeMessageVisibility",
                    QueueUrl=self._url,
                    ReceiptHandle=message["ReceiptHandle"],
                    VisibilityTimeout=backoff_seconds(_receive_count(message)),
                )

    def _record(self, message: Message) -> dict[str, Any]:
        attributes = message.get("Attributes") or {}
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": {k: v for k, v in attributes.items() if k in _ATTRIBUTES},
            "messageAttributes": _attributes(message.get("MessageAttributes") or {}),
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self._arn,
            "awsRegion": REGION,
        }


def backoff_seconds(receive_count: int) -> int:
    """How long a failed message stays away: 1, 2, 4 ... at most 30 seconds.

    On AWS it is the queue's visibility time-out, minutes; on a laptop somebody is watching.
    """
    return min(30, 2 ** min(receive_count - 1, 5))


def _receive_count(message: Message) -> int:
    return int((message.get("Attributes") or {}).get("ApproximateReceiveCount", 1))


def _attributes(attributes: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        name: {
            "stringValue": value.get("StringValue"),
            "binaryValue": value.get("BinaryValue"),
            "dataType": value.get("DataType"),
            "stringListValues": [],
            "binaryListValues": [],
        }
        for name, value in attributes.items()
    }
