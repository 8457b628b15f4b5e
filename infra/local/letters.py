"""Dead letters on the laptop: which queues have some, what they say, and back to work with them.

.venv/bin/python -m infra.local.letters                 every dead-letter queue and its messages
.venv/bin/python -m infra.local.letters lead-intake     only this queue's, with the last error
.venv/bin/python -m infra.local.letters lead-intake --redrive    put them back
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3

_LOCAL = Path(__file__).parents[2] / ".local"
_SUFFIX = "-dlq"
_SHOWN = 400


def main() -> int:
    """Show or redrive; 1 when the laptop runtime does not run."""
    wanted = argparse.ArgumentParser(prog="infra.local.letters")
    wanted.add_argument("queue", nargs="?", help="short name of the queue, such as lead-intake")
    wanted.add_argument("--redrive", action="store_true", help="send the letters back to it")
    given = wanted.parse_args()
    if given.redrive and not given.queue:
        wanted.error("name the queue to redrive")
    try:
        queues = _dead_letter_queues(given.queue)
    except (OSError, KeyError, ValueError):
        print("Rapport does not run here; start it with: make run", file=sys.stderr)
        return 1
    for name, url, client in queues:
        letters = list(_letters(client, url))
        print(f"{name}: {len(letters)}")
        for letter in letters:
            _show(letter)
            if given.redrive:
                client.send_message(QueueUrl=url.removesuffix(_SUFFIX), MessageBody=letter["Body"])
                client.delete_message(QueueUrl=url, ReceiptHandle=letter["ReceiptHandle"])
    return 0


def _dead_letter_queues(wanted: str | None) -> list[tuple[str, str, Any]]:
    port = int(json.loads((_LOCAL / "state.json").read_text("utf-8"))["cloud"]["port"])
    client: Any = boto3.client(
        "sqs",
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )
    urls = client.list_queues().get("QueueUrls", [])
    named = [(url.rsplit("/", 1)[1].removesuffix(_SUFFIX), url) for url in urls]
    return [
        (name, url, client)
        for name, url in sorted(named)
        if url.endswith(_SUFFIX) and (wanted is None or name.endswith(f"-{wanted}"))
    ]


def _letters(client: Any, url: str) -> Iterator[dict[str, Any]]:
    """Every message once; they stay in the queue, hidden for a moment."""
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
