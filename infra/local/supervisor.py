"""Starts the embedded cloud and the functions, keeps them running, and ends them in order."""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from infra.local import plan, stack
from infra.local.embedded import EmbeddedCloud
from infra.local.functions_child import FunctionsChild
from infra.local.place import CannotStart, Place, listen
from infra.local.stack import isolation
from infra.local.template import Template, TemplateError, load

_LISTEN_SECONDS = 1
_WATCHED = ("functions", "shared", "infra/local", "template.yaml")


class Supervisor:
    """One `make run`. Everything that happens comes to `_happened` and is handled in one place."""

    def __init__(self, place: Place, port: int, template_file: Path) -> None:
        self._place = place
        self._template_file = template_file
        self._began = time.monotonic()
        self._happened: queue.Queue[str] = queue.Queue()
        self._cloud = EmbeddedCloud(place)
        self._functions: FunctionsChild | None = None
        self._stopping = threading.Event()
        self._port = port
        self._listener = _listen_patiently(port)

    @property
    def base_url(self) -> str:
        """Where the API answers."""
        return f"http://127.0.0.1:{self._port}"

    def run(self) -> int:
        """Serve until a signal; the exit status. Raises CannotStart or TemplateError."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self._ask_to_stop())
        try:
            self._start()
            if not self._stopping.is_set():
                self._greet()
            if os.environ.get("WATCH") != "0":
                self._watch_files()
            self._watch_processes()
        finally:
            stopped_well = self._stop()
        return 0 if stopped_well else 1

    def _ask_to_stop(self) -> None:
        self._stopping.set()
        self._happened.put("stop")

    def _start(self) -> None:
        """Start whatever does not run: the two processes import side by side."""
        self._functions = FunctionsChild(self._place, self._listener.fileno())
        if not self._cloud.alive() and not self._cloud.adopt():
            self._cloud.start()
        self._cloud.wait()
        outputs, source = self._stack()
        self._functions.serve(
            {
                "template": str(self._template_file),
                "outputs": outputs,
                "endpoint": self._cloud.endpoint,
                "base_url": self.base_url,
                "demo": str(self._place.demo) if os.environ.get("DEMO") != "0" else "",
                "environment": {
                    **stack.environment(source, outputs),
                    **isolation(self._cloud.endpoint, self.base_url),
                },
            },
            interrupted=self._stopping.is_set,
        )

    def _stack(self) -> tuple[dict[str, str], Template]:
        """The stack's outputs; CloudFormation is asked only when the template changed."""
        source = load(self._template_file)
        body = stack.reduced(source, plan.read(source))
        digest = stack.digest(body)
        noted = self._place.read_state().get("stack") or {}
        if noted.get("digest") == digest and self._knows(noted):
            return noted["outputs"], source
        self._cloud.load_late_services()
        outputs = stack.deploy(self._cloud.endpoint, body)
        sender = stack.environment(source, outputs).get("MAIL_FROM")
        if sender:
            stack.verify_sender(self._cloud.endpoint, sender)
        self._cloud.save()
        self._place.write_state(stack={"digest": digest, "outputs": outputs})
        return outputs, source

    def _knows(self, noted: dict[str, Any]) -> bool:
        """Whether that cloud holds that stack: not if its snapshot is gone or its port changed."""
        if not self._cloud.adopted and not (self._place.cloud / "snapshot").exists():
            return False
        urls = [url for url in noted["outputs"].values() if url.startswith("http://127.0.0.1:")]
        return all(url.startswith(f"{self._cloud.endpoint}/") for url in urls)

    def _greet(self) -> None:
        seconds = time.monotonic() - self._began
        print(f"Rapport is ready after {seconds:.1f} s", flush=True)
        print(f"  API            {self.base_url}/v1   (health: {self.base_url}/healthz)")
        print(f"  documentation  {self.base_url}/docs")
        print(f"  sent mail      {self._cloud.endpoint}/_ministack/ses/messages")
        print(f"  functions log  {self._place.functions_log}")
        for user in _demo_users(self._place.demo):
            print(f"  sign in        {user['email']}  {user['password']}  ({user['role']})")
        print(
            "Ctrl-C stops it; the data stays in .local/ (make run RESET=1 starts afresh)",
            flush=True,
        )

    def _watch_processes(self) -> None:
        while True:
            try:
                what = self._happened.get(timeout=0.25)
            except queue.Empty:
                what = self._find_dead()
            if what == "stop":
                return
            if what:
                self._restart(what)

    def _find_dead(self) -> str:
        if not self._cloud.alive():
            return "the embedded cloud ended unexpectedly; it goes on from its last snapshot"
        if self._functions is None or not self._functions.alive():
            return "the functions ended unexpectedly"
        return ""

    def _restart(self, why: str) -> None:
        """Bring back whatever is missing. A failing start is told and tried again on a change."""
        print(f"{why}; starting again", flush=True)
        began = time.monotonic()
        self._stop_functions()
        try:
            self._start()
            print(f"ready again after {time.monotonic() - began:.1f} s", flush=True)
        except (CannotStart, TemplateError, OSError) as error:
            print(f"{error}; waiting for a change", flush=True)
            self._stop_functions()
            self._wait_for_change()

    def _wait_for_change(self) -> None:
        what = self._happened.get()
        self._happened.put(what)

    def _watch_files(self) -> None:
        def watch() -> None:
            from watchfiles import PythonFilter, watch

            paths = [self._place.root / name for name in _WATCHED]
            paths = [path for path in paths if path.exists()]
            relevant = PythonFilter(extra_extensions=(".yaml",))
            for _ in watch(*paths, watch_filter=relevant, debounce=400, raise_interrupt=False):
                if self._happened.empty():
                    self._happened.put("source files changed")

        threading.Thread(target=watch, name="files", daemon=True).start()

    def _stop(self) -> bool:
        self._stop_functions()
        self._listener.close()
        if self._cloud.port == 0:
            return True
        saved = self._cloud.stop()
        if not saved:
            print(
                f"the data may be older than this run: see {self._place.cloud_log}", file=sys.stderr
            )
        return saved

    def _stop_functions(self) -> None:
        if self._functions is not None:
            self._functions.stop()
            self._functions = None


def _listen_patiently(port: int) -> Any:
    """The functions of a supervisor that was killed hold the port for a moment longer."""
    deadline = time.monotonic() + _LISTEN_SECONDS
    while True:
        try:
            return listen(port)
        except CannotStart:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _demo_users(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    users: list[dict[str, str]] = json.loads(path.read_text("utf-8")).get("users", [])
    return users
