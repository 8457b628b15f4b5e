"""Queues and streams: what a handler gets, and what happens to what it could not do."""

import json
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.heartbeat import Heartbeat
from infra.local.plan import QueueSource, StreamSource
from infra.local.queues import QueuePoller, backoff_seconds
from infra.local.streams import StreamReader
from infra.local.wire import Wire

QUEUE = {"url": "http://127.0.0.1/0/work", "arn": "arn:aws:sqs:us-east-1:0:work"}
STREAM = "arn:aws:dynamodb:us-east-1:0:table/t/stream/1"


class FakeWire(Wire):
    """Keeps every call; hands out the messages it was given, once."""

    def __init__(self, messages: list[dict[str, Any]] | None = None) -> None:
        super().__init__("http://127.0.0.1:1")
        self.messages = messages or []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.settled = threading.Event()

    def sqs(self, action: str, **body: Any) -> dict[str, Any]:
        self.calls.append((action, body))
        if action == "ReceiveMessage":
            taken, self.messages = self.messages[:10], self.messages[10:]
            if not taken:
                self.settled.wait(0.01)
            return {"Messages": taken}
        return {}

    def control(self, path: str, **body: Any) -> dict[str, Any]:
        self.calls.append((path, body))
        return {}

    def of(self, action: str) -> list[dict[str, Any]]:
        return [body for name, body in self.calls if name == action]


class FakeFunctions:
    """Calls one function for all names."""

    def __init__(self, handler: Any) -> None:
        self.handler = handler
        self.events: list[Any] = []

    def invoke(self, name: str, event: Any) -> Any:
        self.events.append(event)
        return self.handler(event)


def message(number: int, received: int = 1) -> dict[str, Any]:
    return {
        "MessageId": f"m{number}",
        "ReceiptHandle": f"r{number}",
        "Body": json.dumps({"n": number}),
        "MD5OfBody": "x",
        "Attributes": {"ApproximateReceiveCount": str(received), "Other": "1"},
        "MessageAttributes": {"kind": {"StringValue": "a", "DataType": "String"}},
    }


def poll(handler: Any, messages: list[dict[str, Any]], partial: bool = True) -> Any:
    """Let a poller work until the messages are gone; its wire and functions."""
    wire, functions = FakeWire(messages), FakeFunctions(handler)
    source = QueueSource("Work", "WorkQueue", 10, 2, partial)
    poller = QueuePoller(source, QUEUE, functions, wire, Heartbeat(wire))  # type: ignore[arg-type]
    expected = len(messages)
    poller.start()
    for _ in range(1000):
        if len(deleted(wire)) + len(wire.of("ChangeMessageVisibility")) == expected:
            break
        wire.settled.wait(0.005)
    assert poller.stop(5)
    poller.join(5)
    return wire, functions


def deleted(wire: FakeWire) -> list[str]:
    entries = [entry for body in wire.of("DeleteMessageBatch") for entry in body["Entries"]]
    return [entry["ReceiptHandle"] for entry in entries]


def test_a_handler_gets_records_as_lambda_sends_them() -> None:
    _, functions = poll(lambda event: None, [message(1)])
    (record,) = functions.events[0]["Records"]
    assert record == {
        "messageId": "m1",
        "receiptHandle": "r1",
        "body": '{"n": 1}',
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {
            "kind": {
                "stringValue": "a",
                "binaryValue": None,
                "dataType": "String",
                "stringListValues": [],
                "binaryListValues": [],
            }
        },
        "md5OfBody": "x",
        "eventSource": "aws:sqs",
        "eventSourceARN": QUEUE["arn"],
        "awsRegion": "us-east-1",
    }


def test_failed_messages_stay_and_come_back_later_each_time() -> None:
    failures = {"batchItemFailures": [{"itemIdentifier": "m2"}]}
    wire, _ = poll(lambda event: failures, [message(1), message(2, received=3)])
    assert deleted(wire) == ["r1"]
    (change,) = wire.of("ChangeMessageVisibility")
    assert (change["ReceiptHandle"], change["VisibilityTimeout"]) == ("r2", 4)
    assert [backoff_seconds(n) for n in (1, 2, 3, 5, 6, 100)] == [1, 2, 4, 16, 30, 30]


def raise_error(event: Any) -> Any:
    raise RuntimeError("broken")


@pytest.mark.parametrize(
    "handler", [raise_error, lambda event: {"batchItemFailures": [{"itemIdentifier": "unknown"}]}]
)
def test_a_batch_that_failed_as_a_whole_stays_as_a_whole(handler: Any) -> None:
    wire, _ = poll(handler, [message(1), message(2)])
    assert deleted(wire) == []
    assert len(wire.of("ChangeMessageVisibility")) == 2


def test_an_answer_means_nothing_when_the_template_does_not_ask_for_it() -> None:
    failures = {"batchItemFailures": [{"itemIdentifier": "m1"}]}
    wire, _ = poll(lambda event: failures, [message(1)], partial=False)
    assert deleted(wire) == ["r1"]


def test_every_message_is_handled_once_and_deleted() -> None:
    wire, functions = poll(lambda event: None, [message(n) for n in range(35)])
    handled = [r["messageId"] for event in functions.events for r in event["Records"]]
    assert sorted(handled) == sorted(f"m{n}" for n in range(35))
    assert sorted(deleted(wire)) == sorted(f"r{n}" for n in range(35))


def test_messages_being_handled_are_kept_invisible() -> None:
    wire = FakeWire()
    heartbeat = Heartbeat(wire, beat=0.01)
    heartbeat.start()
    with heartbeat.holding(QUEUE["url"], ["r1", "r2"]):
        for _ in range(200):
            if wire.of("ChangeMessageVisibilityBatch"):
                break
            wire.settled.wait(0.01)
    heartbeat.stop()
    heartbeat.join(5)
    extended = wire.of("ChangeMessageVisibilityBatch")[0]["Entries"]
    assert [entry["ReceiptHandle"] for entry in extended] == ["r1", "r2"]
    assert {entry["VisibilityTimeout"] for entry in extended} == {15}


def record(number: int, key: str = "a", name: str = "good") -> dict[str, Any]:
    return {
        "eventID": f"e{number}",
        "eventName": "INSERT",
        "dynamodb": {
            "Keys": {"pk": {"S": key}},
            "NewImage": {"what": {"S": name}},
            "SequenceNumber": f"{number:030d}",
            "ApproximateCreationDateTime": 10**12,
        },
    }


def source(**changes: Any) -> StreamSource:
    values = {
        "function": "Publish",
        "table": "Table",
        "batch_size": 4,
        "partial": True,
        "filters": (),
        "attempts": 0,
        "max_age": -1.0,
        "bisect": True,
        "failures_to": None,
        "lanes": 1,
        **changes,
    }
    return StreamSource(**values)


class Reading:
    """A reader over given records with a handler that fails on those called 'bad'."""

    def __init__(self, settings: StreamSource, report: bool = True) -> None:
        self.wire = FakeWire()
        self.done: list[str] = []
        self.given_up: list[list[str]] = []
        self._report = report
        self._lock = threading.Lock()
        self.reader = StreamReader(
            settings,
            STREAM,
            FakeFunctions(self._handle),  # type: ignore[arg-type]
            self.wire,
            lambda records, error, tries: self.given_up.append([r["eventID"] for r in records]),
        )

    def _handle(self, event: Any) -> Any:
        for item in event["Records"]:
            assert item["eventSourceARN"] == STREAM
            if item["dynamodb"]["NewImage"]["what"]["S"] == "bad":
                if not self._report:
                    raise RuntimeError("bad")
                number = item["dynamodb"]["SequenceNumber"]
                return {"batchItemFailures": [{"itemIdentifier": number}]}
            with self._lock:
                self.done.append(item["eventID"])
        return {"batchItemFailures": []}


@given(st.lists(st.sampled_from(["good", "good", "bad"]), max_size=12), st.integers(1, 3))
def test_every_record_is_done_or_given_up_alone(names: list[str], lanes: int) -> None:
    reading = Reading(source(lanes=lanes))
    records = [record(n, key=f"k{n % 4}", name=name) for n, name in enumerate(names, 1)]
    reading.reader.take(records)
    assert set(reading.done) == {f"e{n}" for n, name in enumerate(names, 1) if name == "good"}
    expected = sorted([f"e{n}"] for n, name in enumerate(names, 1) if name == "bad")
    assert sorted(reading.given_up) == expected
    if records:
        assert reading.reader.position == records[-1]["dynamodb"]["SequenceNumber"]


@given(st.lists(st.integers(0, 3), max_size=20), st.integers(1, 4))
def test_changes_of_one_item_stay_in_order(keys: list[int], lanes: int) -> None:
    reading = Reading(source(lanes=lanes))
    reading.reader.take([record(n, key=str(key)) for n, key in enumerate(keys)])
    for key in set(keys):
        expected = [f"e{n}" for n, other in enumerate(keys) if other == key]
        assert [done for done in reading.done if done in expected] == expected


def test_without_bisecting_a_failing_batch_is_given_up_whole() -> None:
    reading = Reading(source(bisect=False), report=False)
    reading.reader.take([record(1), record(2, name="bad"), record(3)])
    assert reading.given_up == [["e1", "e2", "e3"]]


def test_records_that_a_filter_holds_back_still_move_the_position_on() -> None:
    wanted = {"dynamodb": {"NewImage": {"what": {"S": ["wanted"]}}}}
    reading = Reading(source(filters=(wanted,)))
    reading.reader.take([record(1, name="wanted"), record(2), record(3)])
    assert reading.done == ["e1"]
    positions = [body["position"] for body in reading.wire.of("position")]
    assert positions == [f"{1:030d}", f"{3:030d}"]


def test_a_record_is_tried_again_before_it_is_given_up() -> None:
    tries: list[int] = []

    def handler(event: Any) -> Any:
        tries.append(len(event["Records"]))
        if len(tries) < 3:
            raise RuntimeError("not yet")

    wire = FakeWire()
    given_up: list[Any] = []
    reader = StreamReader(
        source(attempts=5),
        STREAM,
        FakeFunctions(handler),  # type: ignore[arg-type]
        wire,
        lambda *told: given_up.append(told),
    )
    reader.take([record(1)])
    assert tries == [1, 1, 1]
    assert given_up == []
