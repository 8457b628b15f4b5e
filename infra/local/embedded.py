"""The supervisor's side of the embedded cloud: start it, take over a running one, stop it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from typing import Any

from infra.local.cloud_app import BUILD
from infra.local.place import CannotStart, Place, free_port
from infra.local.wire import Wire

_START_SECONDS = 30
_STOP_SECONDS = 60
_BYTES_A_SECOND = 3_000_000
"""At least so fast a state is saved and restored, by a machine with other things to do."""


class EmbeddedCloud:
    """A process that may be older than this one."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._process: subprocess.Popen[bytes] | None = None
        self._pid = 0
        self.port = 0
        self.adopted = False

    @property
    def endpoint(self) -> str:
        """Where all services answer."""
        return f"http://127.0.0.1:{self.port}"

    def adopt(self) -> bool:
        """Take over a cloud that an earlier, uncleanly ended run left behind."""
        noted = self._place.read_state().get("cloud") or {}
        identity = _identity(int(noted.get("port") or 0))
        if identity.get("state_dir") != str(self._place.cloud):
            return False
        self.port, self._pid, self.adopted = int(noted["port"]), int(identity["pid"]), True
        if identity.get("build") == BUILD:
            return True
        self.stop()  # of another version: its saved state says whether this one can go on with it
        return False

    def start(self) -> None:
        """Start a new process; `wait` tells when it serves."""
        noted = self._place.read_state().get("cloud") or {}
        self.port = free_port(int(noted.get("port") or 0))
        with self._place.cloud_log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "infra.local.cloud", str(self._place.cloud), str(self.port)],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the supervisor, which stops it in order
                cwd=self._place.root,
            )
        self._pid, self.adopted = self._process.pid, False
        self._place.write_state(cloud={"port": self.port, "pid": self._pid})

    def wait(self) -> None:
        """Return when it serves. Raises CannotStart with its last words."""
        deadline = time.monotonic() + self._patience(_START_SECONDS)
        while not _identity(self.port):
            if not self.alive() or time.monotonic() > deadline:
                words = self._place.cloud_log.read_text("utf-8", "replace").strip().splitlines()
                reason = words[-1] if words else "it said nothing"
                raise CannotStart(f"the embedded cloud did not start: {reason}")
            time.sleep(0.02)

    def alive(self) -> bool:
        """Whether the process exists."""
        if self._process is not None:
            return self._process.poll() is None
        if not self._pid:
            return False
        try:
            os.kill(self._pid, 0)
        except ProcessLookupError:
            return False
        return True

    def stop(self) -> bool:
        """End it; it saves its state first. False when it had to be killed."""
        if not self.alive():
            return True
        os.kill(self._pid, signal.SIGTERM)
        deadline = time.monotonic() + self._patience(_STOP_SECONDS)
        while self.alive():
            if time.monotonic() > deadline:
                os.kill(self._pid, signal.SIGKILL)
                return False
            time.sleep(0.02)
        return self._process is None or self._process.returncode == 0

    def save(self) -> None:
        """Take a snapshot now."""
        self._control("snapshot")

    def load_late_services(self) -> None:
        """Load what is only needed to change the stack."""
        self._control("late-services")

    def _control(self, path: str) -> None:
        wire = Wire(self.endpoint, self._patience(_STOP_SECONDS))
        wire.control(path)
        wire.close()

    def _patience(self, seconds: float) -> float:
        """A time limit for this much state, as far as the last snapshot tells."""
        snapshot = self._place.cloud / "snapshot"
        return seconds + (snapshot.stat().st_size / _BYTES_A_SECOND if snapshot.exists() else 0)

    def _environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONDONTWRITEBYTECODE",)}
        return {
            **kept,
            "GATEWAY_PORT": str(self.port),
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "MINISTACK_REGION": "us-east-1",
            "STATE_DIR": str(self._place.cloud),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(self._place.cloud / "files"),
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "LOG_LEVEL": "WARNING",
            "DOCKER_HOST": "unix:///nonexistent",  # nothing here needs a container
            "PYTHONUNBUFFERED": "1",
        }


def _identity(port: int) -> dict[str, Any]:
    """What answers on a port, if it is an embedded cloud of this version."""
    if not port:
        return {}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/_local/identity")
        response = connection.getresponse()
        content = response.read()
        return json.loads(content) if response.status == 200 else {}
    except (OSError, ValueError, http.client.HTTPException):
        return {}
    finally:
        connection.close()
