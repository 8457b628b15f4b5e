"""What Lambda does when a function fails for good: it tells the failure destination, a queue."""

from __future__ import annotations

import json
import time
import traceback
from typing import Any

from infra.local.invoke import Functions
from infra.local.plan import Schedule
from infra.local.wire import Wire

_RETRY_SECONDS = (1.0, 2.0)


class FailureQueues:
    """Sends what is given up to the queues that the template names."""

    def __init__(self, queues: dict[str, dict[str, str]], wire: Wire) -> None:
        self._queues = queues
        self._wire = wire

    def records(
        self,
        function: str,
        queue: str | None,
        records: list[dict[str, Any]],
        error: str,
        tries: int,
    ) -> None:
        """Stream records that were given up: their positions, not their data."""
        first, last = records[0], records[-1]
        self._send(
            queue,
            {
                "requestContext": {
                    "functionArn": function,
                    "condition": "RetryAttemptsExhausted",
                    "approximateInvokeCount": tries,
                },
                "responseContext": {"statusCode": 200, "functionError": error},
                "version": "1.0",
                "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                "DDBStreamBatchInfo": {
                    "startSequenceNumber": first["dynamodb"]["SequenceNumber"],
                    "endSequenceNumber": last["dynamodb"]["SequenceNumber"],
                    "batchSize": len(records),
                    "streamArn": first["eventSourceARN"],
                },
            },
        )

    def invocation(
        self, function: str, queue: str | None, payload: Any, error: str, tries: int
    ) -> None:
        """An asynchronous invocation that was given up, with what it was given."""
        self._send(
            queue,
            {
                "requestContext": {
                    "functionArn": function,
                    "condition": "RetriesExhausted",
                    "approximateInvokeCount": tries,
                },
                "requestPayload": payload,
                "responsePayload": {"errorMessage": error},
            },
        )

    def _send(self, queue: str | None, body: dict[str, Any]) -> None:
        if queue is not None:
            text = json.dumps(body, default=str)
            self._wire.sqs("SendMessage", QueueUrl=self._queues[queue]["url"], MessageBody=text)


def run_schedule(
    functions: Functions, failures: FailureQueues, schedule: Schedule, event: dict[str, Any]
) -> None:
    """Invoke asynchronously: with retries, then to the failure destination."""
    function = functions[schedule.function]
    payload = json.loads(schedule.input) if schedule.input else event
    for attempt in range(1, function.attempts + 1):
        try:
            functions.invoke(function.id, payload)
            return
        except Exception as error:
            traceback.print_exc()
            if attempt == function.attempts:
                failures.invocation(function.id, function.failures_to, payload, str(error), attempt)
                return
            time.sleep(_RETRY_SECONDS[min(attempt, len(_RETRY_SECONDS)) - 1])
