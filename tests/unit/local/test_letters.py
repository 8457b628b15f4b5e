"""Dead letters of one use case lie together; each goes back to the queue that it failed in."""

from dataclasses import dataclass, field
from typing import Any

from infra.local.letters import letters, redrive

BASE = "http://127.0.0.1:4566/000000000000"
ARN = "arn:aws:sqs:us-east-1:000000000000:rapport-"


@dataclass
class Queues:
    """SQS with two queues whose dead letters share a third."""

    waiting: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def list_queues(self) -> dict[str, Any]:
        return {"QueueUrls": list(self.waiting)}

    def receive_message(self, *, QueueUrl: str, **_: Any) -> dict[str, Any]:
        hidden = [m for m in self.waiting[QueueUrl] if not m.get("hidden")]
        for message in hidden:
            message["hidden"] = True
        return {"Messages": hidden}

    def send_message(self, *, QueueUrl: str, MessageBody: str) -> None:
        self.waiting[QueueUrl].append({"Body": MessageBody})

    def delete_message(self, *, QueueUrl: str, ReceiptHandle: str) -> None:
        left = [m for m in self.waiting[QueueUrl] if m["ReceiptHandle"] != ReceiptHandle]
        self.waiting[QueueUrl] = left


def letter(number: int, queue: str) -> dict[str, Any]:
    source = {"DeadLetterQueueSourceArn": f"{ARN}{queue}"}
    return {"ReceiptHandle": f"r{number}", "Body": f"b{number}", "Attributes": source}


def test_letters_are_told_apart_by_their_queue_and_go_back_to_it() -> None:
    dead = f"{BASE}/rapport-leads-dlq"
    intake, timers = f"{BASE}/rapport-lead-intake", f"{BASE}/rapport-lead-timers"
    queues = Queues(
        {
            dead: [letter(1, "lead-intake"), letter(2, "lead-timers"), letter(3, "lead-intake")],
            intake: [],
            timers: [],
        }
    )
    found = list(letters(queues))
    assert [one.queue for one in found] == [f"rapport-lead-{q}" for q in ("intake", "timers") * 2][
        :3
    ]
    for one in found:
        if one.is_of("lead-intake"):
            redrive(queues, one)
    assert [m["Body"] for m in queues.waiting[intake]] == ["b1", "b3"]
    assert [m["Body"] for m in queues.waiting[dead]] == ["b2"]
    assert queues.waiting[timers] == []
