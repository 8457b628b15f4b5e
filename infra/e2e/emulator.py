"""A fresh emulator on loopback that also runs Lambda functions; it and its files end with it."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.local.place import free_port

_PROGRAM = Path(__file__).with_name("unpacked_once.py")
_START_SECONDS = 30
_STOP_SECONDS = 15


class EmulatorFailed(Exception):
    """It did not start; the message ends with its last words."""


@contextmanager
def emulator(log: Path) -> Iterator[str]:
    """The endpoint of an emulator that lives as long as the `with` block."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="rapport-e2e-") as folder, log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-P", str(_PROGRAM)],
            env=_environment(port, folder),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=folder,
        )
        try:
            _wait(process, port, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _environment(port: int, folder: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    kept.pop("PYTHONPATH", None)  # functions must find their packages in the layer, nowhere else
    return {
        **kept,
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "TMPDIR": folder,
        "STATE_DIR": f"{folder}/state",
        "S3_DATA_DIR": f"{folder}/files",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LAMBDA_EXECUTOR": "local",
        "DOCKER_HOST": "unix:///nonexistent",
        "LOG_LEVEL": "WARNING",
    }


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not _answers(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise EmulatorFailed(log.read_text("utf-8", "replace")[-500:])
        time.sleep(0.05)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/_ministack/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
