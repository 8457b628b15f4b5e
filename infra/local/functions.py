"""The functions process: the API in front of the handlers, and everything that feeds them.

Started by the supervisor with one JSON line on stdin; it may be killed at any time, and ends by
itself when the supervisor is gone. Reports on the descriptor it was given: "ready" or an error.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from infra.local import plan, stack, template, unsigned
from infra.local.feed import StreamFeed
from infra.local.gateway import BODY_LIMIT, Gateway
from infra.local.heartbeat import Heartbeat
from infra.local.invoke import Functions
from infra.local.place import write_json
from infra.local.queues import QueuePoller
from infra.local.schedules import Clock
from infra.local.streams import Record, StreamReader
from infra.local.wire import Wire

_WARM = (
    "boto3",
    "waitress.server",
    "jwt",
    "pynamodb.connection",
    "shared.http.endpoint",
    "shared.runtime.consumers",
)
_API_THREADS = 16
_STOP_SECONDS = 4.0
_RETRY_SECONDS = (1.0, 2.0)
_TOO_LARGE_TO_READ = 4 * BODY_LIMIT


class FunctionsProcess:
    """All handlers of the template, being fed."""

    def __init__(self, given: dict[str, Any]) -> None:
        self._outputs: dict[str, str] = given["outputs"]
        self._wire = Wire(given["endpoint"])
        self._plan = plan.read(template.load(Path(given["template"])))
        self._functions = Functions(stack.STACK, self._plan.functions)
        self._heartbeat = Heartbeat(self._wire)
        self._queues = stack.queues(self._outputs)
        self._streams = self._stream_readers()
        self._feeds = self._stream_feeds()
        self._pollers = [
            QueuePoller(
                source, self._queues[source.queue], self._functions, self._wire, self._heartbeat
            )
            for source in self._plan.queues
        ]
        self._clock = Clock(self._plan.schedules, self._run_schedule)
        self._server = self._api(given["listener"])

    def start(self) -> None:
        """Begin to serve and to feed."""
        threading.Thread(target=self._server.run, name="api", daemon=True).start()
        feeders = (*self._streams, *self._feeds, *self._pollers, self._clock)
        for thread in (self._heartbeat, *feeders):
            thread.start()

    def stop(self) -> None:
        """Take nothing new and let handlers at work finish, within a few seconds."""
        self._clock.stop()
        for feeder in (*self._feeds, *self._streams):
            feeder.stop()
        with ThreadPoolExecutor(max(1, len(self._pollers))) as pool:
            list(pool.map(lambda poller: poller.stop(_STOP_SECONDS), self._pollers))
        self._heartbeat.stop()

    def _api(self, descriptor: int) -> Any:
        from waitress.server import create_server

        return create_server(
            Gateway(self._plan, self._functions.invoke),
            sockets=[socket.socket(fileno=descriptor)],
            threads=_API_THREADS,
            ident=None,
            max_request_body_size=_TOO_LARGE_TO_READ,
            connection_limit=1000,
            channel_timeout=60,
        )

    def _stream_readers(self) -> list[StreamReader]:
        arns = stack.streams(self._outputs)
        readers = [
            StreamReader(
                source,
                arns[source.table],
                self._functions,
                self._wire,
                lambda records, error, tries, source=source: self._give_up(
                    source.function, source.failures_to, records, error, tries
                ),
            )
            for source in self._plan.streams
        ]
        positions = self._wire.control("readers", readers=[reader.reader for reader in readers])
        for reader in readers:
            reader.position = positions[reader.reader]
        return readers

    def _stream_feeds(self) -> list[StreamFeed]:
        """One per stream, whatever the number of its readers."""
        readers: dict[str, list[StreamReader]] = {}
        for reader in self._streams:
            readers.setdefault(reader.stream_arn, []).append(reader)
        return [StreamFeed(arn, found, self._wire) for arn, found in readers.items()]

    def _give_up(
        self, function: str, queue: str | None, records: list[Record], error: str, tries: int
    ) -> None:
        """What Lambda tells the failure destination: positions, not data."""
        first, last = records[0], records[-1]
        about = {
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
        }
        self._send(queue, about)

    def _run_schedule(self, schedule: plan.Schedule, event: dict[str, Any]) -> None:
        """Invoke asynchronously: with retries, then to the failure destination."""
        function = self._functions[schedule.function]
        payload = json.loads(schedule.input) if schedule.input else event
        for attempt in range(1, function.attempts + 1):
            try:
                self._functions.invoke(function.id, payload)
                return
            except Exception as error:
                traceback.print_exc()
                if attempt == function.attempts:
                    condition = {"condition": "RetriesExhausted", "approximateInvokeCount": attempt}
                    about = {
                        "requestPayload": payload,
                        "responsePayload": {"errorMessage": str(error)},
                    }
                    self._send(function.failures_to, {"requestContext": condition, **about})
                    return
                time.sleep(_RETRY_SECONDS[min(attempt, len(_RETRY_SECONDS)) - 1])

    def _send(self, queue: str | None, body: dict[str, Any]) -> None:
        if queue is not None:
            text = json.dumps(body, default=str)
            self._wire.sqs("SendMessage", QueueUrl=self._queues[queue]["url"], MessageBody=text)


def load_demo(base_url: str, path: Path) -> None:
    """Fill an empty system with the demo tenant, once; `path` is there when it is done."""
    if path.exists() or importlib.util.find_spec("infra.local.demo") is None:
        return
    demo = importlib.import_module("infra.local.demo")
    write_json(path, demo.seed(base_url))


def warm(modules: Iterable[str] = _WARM) -> None:
    """Import what every handler needs while the embedded cloud is still starting."""
    for name in modules:
        importlib.import_module(name)


def _end_with_parent() -> None:
    """The supervisor never closes this end while it lives."""
    sys.stdin.read()
    os._exit(3)


def main() -> None:
    """Serve until SIGTERM."""
    report = os.fdopen(int(sys.argv[1]), "w", buffering=1)
    warm()
    line = sys.stdin.readline()
    if not line:
        return
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    given: dict[str, Any] = json.loads(line)
    os.environ.update(given["environment"])
    unsigned.install()
    try:
        process = FunctionsProcess(given)
        process.start()
        if given["demo"]:
            load_demo(given["base_url"], Path(given["demo"]))
    except Exception as error:
        traceback.print_exc()
        report.write(f"{type(error).__name__}: {error}".replace("\n", " ") + "\n")
        report.close()
        sys.stderr.flush()
        os._exit(1)
    report.write("ready\n")
    report.close()
    stopping.wait()
    process.stop()
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
