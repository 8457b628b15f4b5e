"""The emulator as an application that remembers: what is added to it, without how it is served.

A snapshot at an interval and at a clean stop, long polls that end with their client, and a few
control paths under /_local/.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import os
import time
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from infra.local import long_partitions, long_queues, snapshot

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

KEPT = ("s3", "dynamodb", "sqs", "eventbridge", "cognito", "secretsmanager", "ses", "ses_v2")
LATE = ("cloudformation",)  # takes seconds to import and is needed only when the stack changes
_READING = (b"Get", b"Describe", b"List", b"Query", b"Receive", b"BatchGet", b"Scan")


class Cloud:
    """The emulator's ASGI application, wrapped with state keeping and control paths."""

    def __init__(self, state_dir: Path, interval: float) -> None:
        from ministack import app

        emulator: Any = app
        self._emulator = emulator
        self._file = state_dir / "snapshot"
        self._state_dir = state_dir
        self._interval = interval
        gc.disable()  # loading builds a million objects that stay
        content = snapshot.load(self._file)
        self._waiting: dict[str, Any] = content["states"]
        self._positions: dict[str, str] = content["positions"]
        for name in KEPT:
            self._load(name)
        long_queues.install(emulator._get_module("sqs"))
        self._dynamodb: Any = emulator._get_module("dynamodb")
        long_partitions.install(self._dynamodb)
        snapshot.restore_records(self._dynamodb, content["records"])
        self._changed = False
        self.stopping = asyncio.Event()
        self.saved_at = time.time()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._emulator.app(scope, receive, send)
            return
        if scope["path"].startswith("/_local/"):
            await self._control(scope, receive, send)
            return
        target = _header(scope, b"x-amz-target").partition(b".")[2]
        if not target.startswith(_READING):
            self._changed = True
        if target == b"ReceiveMessage":
            await self._abandonable(scope, receive, send)
        else:
            await self._emulator.app(scope, receive, send)

    async def keep_saving(self) -> None:
        """Snapshot at the interval, as long as something changed."""
        while True:
            await asyncio.sleep(self._interval)
            if self._changed:
                await self.snapshot()

    async def snapshot(self) -> bool:
        """Write one snapshot without stopping service; whether it succeeded."""
        self._changed = False
        self._forget_read_records()
        pid = snapshot.in_child(self.save)
        while True:
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                break
            await asyncio.sleep(0.02)
        succeeded = os.waitstatus_to_exitcode(status) == 0
        if succeeded:
            self.saved_at = time.time()
        else:
            self._changed = True
        return succeeded

    def save(self) -> None:
        """Write the state now, in this process."""
        modules = {
            name: self._emulator._loaded_modules[name]
            for name in (*KEPT, *LATE)
            if name in self._emulator._loaded_modules and name not in self._waiting
        }
        snapshot.save(self._file, modules, self._positions, self._waiting)

    def _load(self, service: str) -> None:
        module = self._emulator._get_module(service)
        state = self._waiting.pop(service, None)
        if state:
            module.load_persisted_state(state)

    def _forget_read_records(self) -> None:
        """Records that every reader of a stream has passed are of no use to anybody."""
        slowest: dict[str, str] = {}
        for reader, position in self._positions.items():
            stream = reader.partition("|")[0]
            slowest[stream] = min(position, slowest.get(stream, position))
        for stream, position in slowest.items():
            snapshot.drop_read_records(self._dynamodb, stream, position)

    async def _abandonable(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a long poll, but let go of it when the client is gone.

        The emulator would go on waiting and hand messages to a connection nobody reads.
        """
        body = asyncio.Queue[MutableMapping[str, Any]]()

        async def pump() -> None:
            while True:
                message = await receive()
                await body.put(message)
                if message["type"] == "http.disconnect":
                    return

        pumping = asyncio.create_task(pump())
        serving = asyncio.ensure_future(self._emulator.app(scope, body.get, send))
        await asyncio.wait({pumping, serving}, return_when=asyncio.FIRST_COMPLETED)
        for task in (pumping, serving):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _control(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _read(receive)
        name = scope["path"].removeprefix("/_local/")
        status, answer = await self._answer(scope["method"], name, json.loads(body or b"{}"))
        content = json.dumps(answer).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(content)),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def _answer(self, method: str, name: str, body: dict[str, Any]) -> tuple[int, Any]:
        match method, name:
            case "GET", "identity":
                return 200, {"state_dir": str(self._state_dir), "pid": os.getpid(), "build": BUILD}
            case "POST", "snapshot":
                return (200 if await self.snapshot() else 500), {"saved_at": self.saved_at}
            case "POST", "late-services":
                for service in LATE:
                    await asyncio.to_thread(self._emulator._get_module, service)
                    self._load(service)
                return 200, {}
            case "POST", "position":
                self._positions[body["reader"]] = body["position"]
                self._changed = True
                return 200, {}
            case "POST", "readers":
                known = self._positions
                self._positions = {name: known.get(name, "") for name in body["readers"]}
                return 200, self._positions
            case "POST", "stream-news":
                return 200, {"news": await self._stream_news(**body)}
        return 404, {"error": "no such control path"}

    async def _stream_news(self, stream: str, after: str, seconds: float) -> bool:
        """Wait until the stream holds a record newer than `after`; false when none came."""
        deadline = time.monotonic() + seconds
        while True:
            for records in self._dynamodb._stream_records._data.values():
                last = records[-1] if records else None
                if (
                    last
                    and last["eventSourceARN"] == stream
                    and last["dynamodb"]["SequenceNumber"] > after
                ):
                    return True
            if time.monotonic() >= deadline or self.stopping.is_set():
                return False
            await asyncio.sleep(0.02)


BUILD = f"{snapshot.FORMAT}/1"


async def _read(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


def _header(scope: Scope, name: bytes) -> bytes:
    return next((value for key, value in scope["headers"] if key.lower() == name), b"")
