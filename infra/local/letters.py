"""Dead letters on the laptop: which queues they failed in, what they say, and back to work.

.venv/bin/python -m infra.local.letters                 every dead letter, with its last error
.venv/bin/python -m infra.local.letters lead-intake     those of this queue only
.venv/bin/python -m infra.local.letters lead-intake --redrive    put them back
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

_LOCAL = Path(__file__).parents[2] / ".local"
_SUFFIX = "-dlq"
_SHOWN = 400


@dataclass(frozen=True)
class Letter:
    """A message that failed for good, in the dead-letter queue at `url`; `queue` is its own."""

    url: str
    queue: str
    message: dict[str, Any]

    def is_of(self, wanted: str | None) -> bool:
        """Whether it failed in the queue with this short name (None: in any)."""
        return wanted is None or self.queue.endswith(f"-{wanted}")


def main() -> int:
    """Show or redrive; 1 when the laptop runtime does not run."""
    wanted = argparse.ArgumentParser(prog="infra.local.letters")
    wanted.add_argument("queue", nargs="?", help="short name of the queue, such as lead-intake")
    wanted.add_argument("--redrive", action="store_true", help="send the letters back to it")
    given = wanted.parse_args()
    if given.redrive and not given.queue:
        wanted.error("name the queue to redrive")
    try:
        client = _client()
        found = [letter for letter in letters(client) if letter.is_of(given.queue)]
    except (OSError, KeyError, ValueError):
        print("Rapport does not run here; start it with: make run", file=sys.stderr)
        return 1
    for queue in sorted({letter.queue for letter in found}):
        own = [letter for letter in found if letter.queue == queue]
        print(f"{queue}: {len(own)}")
        for letter in own:
            _show(letter.message)
    if given.redrive:
        for letter in found:
            redrive(client, letter)
    print(f"{len(found)} {'sent back' if given.redrive else 'dead letters'}")
    return 0


def letters(client: Any) -> Iterator[Letter]:
    """Every dead letter once; they stay where they are, hidden for a moment."""
    for url in sorted(client.list_queues().get("QueueUrls", [])):
        if url.endswith(_SUFFIX):
            for message in _messages(client, url):
                source = message["Attributes"]["DeadLetterQueueSourceArn"]
                yield Letter(url, source.rsplit(":", 1)[-1], message)


def redrive(client: Any, letter: Letter) -> None:
    """Put a letter back into the queue that it failed in."""
    url = f"{letter.url.rsplit('/', 1)[0]}/{letter.queue}"
    client.send_message(QueueUrl=url, MessageBody=letter.message["Body"])
    client.delete_message(QueueUrl=letter.url, ReceiptHandle=letter.message["ReceiptHandle"])


def _client() -> Any:
    port = int(json.loads((_LOCAL / "state.json").read_text("utf-8"))["cloud"]["port"])
    make: Any = boto3.client
    return make(
        "sqs",
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )


def _messages(client: Any, url: str) -> Iterator[dict[str, Any]]:
    while True:
        answer = client.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=5, AttributeNames=["All"]
        )
        messages = answer.get("Messages", [])
        if not messages:
            return
        yield from messages


def _show(letter: dict[str, Any]) -> None:
    print(f"  {letter['MessageId']}: {letter['Body'][:_SHOWN]}")
    if error := _last_error(letter["MessageId"]):
        print(f"    {error.get('timestamp')} {error.get('handler')}: {_cause(error)}")


def _last_error(message_id: str) -> dict[str, Any] | None:
    lines = (_LOCAL / "functions.log").read_text("utf-8", "replace").splitlines()
    for line in reversed(lines):
        if message_id in line and '"ERROR"' in line:
            return json.loads(line)
    return None


def _cause(error: dict[str, Any]) -> str:
    lines = str(error.get("exception", "")).strip().splitlines()
    return " ".join(line.strip() for line in lines[-3:])


if __name__ == "__main__":
    sys.exit(main())
