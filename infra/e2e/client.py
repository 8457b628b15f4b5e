"""The deployed API as a client sees it; whatever is not as expected ends the walk."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

_PATIENCE_SECONDS = 60


class WalkFailed(Exception):
    """A step did not go as it should; the message says which and what came instead."""


class Client:
    """One caller; `token` is sent once there is one."""

    def __init__(self, endpoint: str, api: str) -> None:
        self._address = urlsplit(endpoint).netloc
        self._api = api
        self.token = ""

    def get(self, path: str) -> Any:
        """The body of an answer that must be 200."""
        return self.expect(200, "GET", path)

    def expect(
        self,
        status: int,
        method: str,
        path: str,
        body: Any = None,
        more_headers: dict[str, str] | None = None,
    ) -> Any:
        """The body of an answer that must have this status. Raises WalkFailed."""
        headers = {"Content-Type": "application/json", **(more_headers or {})}
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        content = None if body is None else json.dumps(body).encode()
        got, answer = _send(self._address, method, f"{self._api}{path}", content, headers)
        if got != status:
            said = answer.decode("utf-8", "replace")[:500]
            raise WalkFailed(f"{method} {path}: {got} instead of {status}: {said}")
        return json.loads(answer) if answer else None

    def upload(self, link: dict[str, Any], content: bytes) -> None:
        """Put a file to a signed address. Raises WalkFailed."""
        url = urlsplit(link["url"])
        path = f"{url.path}?{url.query}"
        status, answer = _send(url.netloc, link["method"], path, content, link["headers"])
        if status != 200:
            raise WalkFailed(f"the upload was answered with {status}: {answer[:300]!r}")


def eventually(fact: str, holds: Callable[[], Any]) -> None:
    """Wait until a fact holds. Raises WalkFailed when it does not within a minute."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            raise WalkFailed(f"not within {_PATIENCE_SECONDS} s: {fact}")
        time.sleep(0.2)


def _send(
    address: str, method: str, path: str, content: bytes | None, headers: dict[str, str]
) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(address, timeout=60)
    try:
        connection.request(method, path, content, headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()
