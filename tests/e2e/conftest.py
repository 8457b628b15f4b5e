"""One running system for all tests here: `make run` in a folder of its own, with demo data."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class System:
    """Where it answers, and the demo tenant's people by role."""

    folder: Path
    port: int
    passwords: dict[str, tuple[str, str]]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def call(self, method: str, path: str, body: Any = None, token: str = "") -> tuple[int, Any]:
        """Status and parsed answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, json.loads(text) if text else None

    def sign_in(self, role: str) -> str:
        """An access token of the demo user with this role."""
        email, password = self.passwords[role]
        known = {"email": email, "password": password}
        status, answer = self.call("POST", "/v1/sessions", known)
        if status == 503:  # signed out in this very second, as the answer says
            time.sleep(answer["details"]["retry_after"])
            status, answer = self.call("POST", "/v1/sessions", known)
        assert status == 200, answer
        return str(answer["access_token"])


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Started once, stopped at the end; nothing of it touches the checkout's own `.local/`."""
    folder = tmp_path_factory.mktemp("system")
    shutil.copy(ROOT / "template.yaml", folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    process = subprocess.Popen(
        [sys.executable, "-m", "infra.local"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PORT": str(port), "WATCH": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        _wait_until_ready(process)
        people = json.loads((folder / ".local" / "demo.json").read_text("utf-8"))["users"]
        known = {user["role"]: (user["email"], user["password"]) for user in reversed(people)}
        yield System(folder, port, known)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


def _wait_until_ready(process: "subprocess.Popen[str]") -> None:
    assert process.stdout is not None
    said: list[str] = []
    for line in process.stdout:
        said.append(line)
        if line.startswith("Ctrl-C"):
            return
    raise AssertionError("".join(said))
