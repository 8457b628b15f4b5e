"""Long queues at the price of short ones: the emulator walks every message of a queue at each call.

Replaces that walking, for standard queues, by looks at the front, where the messages at work are.
The answers are the same. An import fills a queue with ten thousand messages; walking them cost
more than all the work they ask for.
"""

from __future__ import annotations

import json
import time
from typing import Any

Queue = dict[str, Any]
Message = dict[str, Any]


def install(sqs: Any) -> None:
    """Replace the walking functions of the emulator's queue module. First-in-first-out queues keep
    the emulator's own."""
    _expire, _sweep, _collect = sqs._expire_retained, sqs._dlq_sweep, sqs._collect_msgs

    def expire(queue: Queue) -> None:
        messages = queue["messages"]
        # Messages stand in the order they came: only when the first is too old are there others.
        if messages and _too_old(queue, messages[0]):
            _expire(queue)

    def sweep(queue: Queue) -> None:
        if queue["is_fifo"]:
            _sweep(queue)

    def collect(queue: Queue, most: int, visibility: int) -> list[Message]:
        if queue["is_fifo"]:
            return _collect(queue, most, visibility)
        return _take(sqs, queue, most, visibility)

    def delete_batch(data: dict[str, Any], url: str) -> dict[str, Any]:
        queue = sqs._get_q(data.get("QueueUrl", url), "sqs:DeleteMessage")
        sqs._validate_batch_entries(data.get("Entries", []), "DeleteMessageBatchRequestEntry")
        return _each(data, lambda entry: _remove(queue, entry.get("ReceiptHandle") or ""))

    sqs._expire_retained, sqs._dlq_sweep, sqs._collect_msgs = expire, sweep, collect
    sqs._HANDLERS["DeleteMessageBatch"] = delete_batch


def _too_old(queue: Queue, message: Message) -> bool:
    kept = int(queue["attributes"].get("MessageRetentionPeriod", "345600"))
    return message.get("enqueued_at", message["sent_at"]) <= time.time() - kept


def _take(sqs: Any, queue: Queue, most: int, visibility: int) -> list[Message]:
    """Up to `most` visible messages from the front; spent ones go to the dead-letter queue."""
    now = time.time()
    limit, letters = _redrive(sqs, queue)
    taken: list[Message] = []
    spent: list[Message] = []
    for message in queue["messages"]:
        sqs._ensure_msg_fields(message)
        if message["visible_at"] > now:
            continue
        if letters is not None and message["receive_count"] >= limit:
            spent.append(message)
            continue
        message["receipt_handle"] = sqs.new_uuid()
        message["visible_at"] = now + visibility
        message["receive_count"] += 1
        message["first_receive_at"] = message["first_receive_at"] or now
        taken.append(message)
        if len(taken) == most:
            break
    if letters is not None:
        for message in spent:
            queue["messages"].remove(message)
            letters.append(_dead(queue, message, now))
    return taken


def _redrive(sqs: Any, queue: Queue) -> tuple[int, list[Message] | None]:
    policy = json.loads(queue["attributes"].get("RedrivePolicy") or "{}")
    limit = int(policy.get("maxReceiveCount", 0))
    target = sqs._queue_by_arn(policy["deadLetterTargetArn"]) if limit else None
    return limit, target["messages"] if target else None


def _dead(queue: Queue, message: Message, now: float) -> Message:
    source = {"DeadLetterQueueSourceArn": queue["attributes"].get("QueueArn", "")}
    system = {**source, **message.get("sys", {})}
    return {**message, "receipt_handle": None, "visible_at": now, "sys": system}


def _remove(queue: Queue, receipt: str) -> bool:
    for position, message in enumerate(queue["messages"]):
        if receipt and message.get("receipt_handle") == receipt:
            del queue["messages"][position]
            return True
    return False


def _each(data: dict[str, Any], act: Any) -> dict[str, Any]:
    successful: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    for entry in data.get("Entries", []):
        if act(entry):
            successful.append({"Id": entry.get("Id", "")})
        else:
            refusal = {"Code": "ReceiptHandleIsInvalid", "SenderFault": True}
            message = "The input receipt handle is invalid."
            failed.append({"Id": entry.get("Id", ""), "Message": message, **refusal})
    return {"Successful": successful, "Failed": failed}
