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
import traceback
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from infra.local import plan, stack, template, unsigned
from infra.local.failures import FailureQueues, run_schedule
from infra.local.feed import StreamFeed
from infra.local.gateway import BODY_LIMIT, Gateway
from infra.local.heartbeat import Heartbeat
from infra.local.invoke import Functions
from infra.local.place import write_json
from infra.local.queues import QueuePoller
from infra.local.schedules import Clock
from infra.local.streams import StreamReader
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
        self._failures = FailureQueues(self._queues, self._wire)
        self._streams = self._stream_readers()
        self._feeds = self._stream_feeds()
        self._pollers = [
            QueuePoller(
                source, self._queues[source.queue], self._functions, self._wire, self._heartbeat
            )
            for source in self._plan.queues
        ]
        self._clock = Clock(
            self._plan.schedules, partial(run_schedule, self._functions, self._failures)
        )
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
                partial(self._failures.records, source.function, source.failures_to),
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
