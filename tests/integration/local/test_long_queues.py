"""The emulator's queues answer the same, however many messages they hold."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from ministack.services import sqs

from infra.local import long_queues


@pytest.fixture
def queue() -> Iterator[str]:
    """A queue that gives up after two attempts."""
    kept = {
        name: getattr(sqs, name) for name in ("_expire_retained", "_dlq_sweep", "_collect_msgs")
    }
    handlers = dict(sqs._HANDLERS)
    long_queues.install(sqs)
    letters = call("CreateQueue", QueueName="q-dlq")["QueueUrl"]
    arn = call("GetQueueAttributes", QueueUrl=letters, AttributeNames=["QueueArn"])["Attributes"]
    policy = {"deadLetterTargetArn": arn["QueueArn"], "maxReceiveCount": 2}
    attributes = {"RedrivePolicy": json.dumps(policy)}
    yield call("CreateQueue", QueueName="q", Attributes=attributes)["QueueUrl"]
    sqs.reset()
    sqs._HANDLERS.update(handlers)
    for name, function in kept.items():
        setattr(sqs, name, function)


def call(action: str, **data: Any) -> dict[str, Any]:
    return asyncio.run(sqs._dispatch(action, data, data.get("QueueUrl", "")))


def receive(url: str, visibility: int = 30) -> list[dict[str, Any]]:
    answer = call(
        "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=visibility
    )
    return answer.get("Messages", [])


def send(url: str, count: int) -> None:
    for start in range(0, count, 10):
        entries = [{"Id": str(n), "MessageBody": str(start + n)} for n in range(10)]
        call("SendMessageBatch", QueueUrl=url, Entries=entries)


def delete(url: str, messages: list[dict[str, Any]]) -> dict[str, Any]:
    entries = [{"Id": m["Body"], "ReceiptHandle": m["ReceiptHandle"]} for m in messages]
    return call("DeleteMessageBatch", QueueUrl=url, Entries=entries)


def test_every_message_is_received_once_and_deleted(queue: str) -> None:
    send(queue, 200)
    bodies: list[str] = []
    while batch := receive(queue):
        bodies += [message["Body"] for message in batch]
        assert len(delete(queue, batch)["Successful"]) == len(batch)
    assert sorted(map(int, bodies)) == list(range(200))
    assert sqs._queues[queue]["messages"] == []


def test_a_message_at_work_is_hidden_and_a_second_delete_fails(queue: str) -> None:
    send(queue, 10)
    first = receive(queue)
    assert receive(queue) == []
    delete(queue, first[:1])
    assert [f["Id"] for f in delete(queue, first[:1])["Failed"]] == [first[0]["Body"]]


def test_a_message_that_failed_twice_is_a_dead_letter(queue: str) -> None:
    send(queue, 10)
    assert len(receive(queue, visibility=0)) == 10
    assert len(receive(queue, visibility=0)) == 10
    assert receive(queue) == []
    letters = receive(queue + "-dlq")
    assert sorted(int(letter["Body"]) for letter in letters) == list(range(10))
