"""Where the running system keeps its things: `.local/`, its files, and who uses it right now."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class CannotStart(Exception):
    """Told in one line; the command ends with a status other than zero."""


@dataclass
class Place:
    """A project folder and the `.local/` in it."""

    root: Path
    folder: Path
    _lock: int = -1

    @property
    def cloud(self) -> Path:
        """The embedded cloud's state."""
        return self.folder / "cloud"

    @property
    def demo(self) -> Path:
        """Addresses and credentials of the demo tenant."""
        return self.folder / "demo.json"

    @property
    def cloud_log(self) -> Path:
        """What the embedded cloud prints."""
        return self.folder / "cloud.log"

    @property
    def functions_log(self) -> Path:
        """What the functions print, one JSON line each."""
        return self.folder / "functions.log"

    def prepare(self) -> None:
        """Make the folders and claim them for this process. Raises CannotStart."""
        try:
            self.cloud.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            reason = error.strerror or "unusable"
            raise CannotStart(f"the state folder {self.folder} is unusable: {reason}") from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CannotStart(f"Rapport already runs with the data in {self.folder}") from error

    def empty(self) -> None:
        """Forget everything except the claim itself. Raises CannotStart."""
        try:
            for entry in self.folder.iterdir():
                if entry.name == "lock":
                    continue
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
            self.cloud.mkdir()
        except OSError as error:
            raise CannotStart(f"{self.folder} cannot be emptied: {error.strerror}") from error

    def read_state(self) -> dict[str, Any]:
        """What the last run noted: the cloud's process and port, the stack. Raises CannotStart."""
        path = self.folder / "state.json"
        try:
            state = json.loads(path.read_text("utf-8")) if path.exists() else {}
        except (OSError, ValueError) as error:
            raise CannotStart(f"{path} cannot be read ({error}); try RESET=1") from error
        if not isinstance(state, dict):
            raise CannotStart(f"{path} is not what Rapport wrote; try RESET=1")
        return state

    def write_state(self, **changes: Any) -> None:
        """Note something for the next run."""
        write_json(self.folder / "state.json", {**self.read_state(), **changes})


def write_json(path: Path, content: Any) -> None:
    """Write a JSON file whole or not at all."""
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")
    unfinished.replace(path)


def listen(port: int) -> socket.socket:
    """A listening socket on loopback. Raises CannotStart when the port is taken."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(512)
    except (OSError, OverflowError) as error:
        listener.close()
        raise CannotStart(
            f"port {port} on 127.0.0.1 is taken; choose another one: make run PORT={port + 1}"
        ) from error
    return listener


def free_port(wanted: int = 0) -> int:
    """`wanted` if it is free, else any free port on loopback."""
    for port in (wanted, 0):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise CannotStart("no free port on 127.0.0.1")
