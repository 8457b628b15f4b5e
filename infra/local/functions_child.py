"""The supervisor's side of the functions process: start it, tell it what to serve, stop it."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from infra.local.place import CannotStart, Place

_START_SECONDS = 120
_STOP_SECONDS = 8


class FunctionsChild:
    """One functions process. It starts importing at once; what to serve is written to it later."""

    def __init__(self, place: Place, listener: int) -> None:
        self._log = place.functions_log
        self._listener = listener
        self._report, writing = os.pipe()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "infra.local.functions", str(writing)],
                env={k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"},
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=(writing, listener),
                start_new_session=True,  # Ctrl-C is for the supervisor, which stops it in order
                cwd=place.root,
            )
        os.close(writing)

    def serve(self, given: dict[str, Any], interrupted: Callable[[], bool]) -> None:
        """Tell it what to serve and wait until it does, or until `interrupted`.

        Raises CannotStart with its reason.
        """
        stdin = self._process.stdin
        try:
            if stdin is not None:
                stdin.write(json.dumps({**given, "listener": self._listener}).encode() + b"\n")
                stdin.flush()
        except BrokenPipeError:
            pass  # it ended already; what it reported says why
        words = self._words(interrupted)
        if words != "ready" and not interrupted():
            reason = words or "it ended without a word"
            raise CannotStart(f"the functions did not start: {reason} (see {self._log})")

    def alive(self) -> bool:
        """Whether the process exists."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End it: kindly, then by force."""
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
        os.close(self._report)

    def _words(self, interrupted: Callable[[], bool]) -> str:
        """The line it reports; empty when it ended or was interrupted before."""
        deadline = time.monotonic() + _START_SECONDS
        said = b""
        while not said.endswith(b"\n") and not interrupted():
            if time.monotonic() > deadline:
                return f"it was not ready after {_START_SECONDS} s"
            if select.select([self._report], [], [], 0.1)[0]:
                chunk = os.read(self._report, 4096)
                if not chunk:
                    break
                said += chunk
        return said.decode("utf-8", "replace").strip()
