"""Starts the embedded cloud and the functions, keeps them running, and ends them in order."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from infra.local import plan, stack, template
from infra.local.embedded import EmbeddedCloud
from infra.local.place import CannotStart, Place, listen
from infra.local.wire import REGION

_FUNCTIONS_STOP_SECONDS = 8
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
        self._functions: subprocess.Popen[bytes] | None = None
        self._quick_deaths = 0
        self._port = port
        self._listener = _listen_patiently(port)

    @property
    def base_url(self) -> str:
        """Where the API answers."""
        return f"http://127.0.0.1:{self._port}"

    def run(self) -> int:
        """Serve until a signal; the exit status. Raises CannotStart or TemplateError."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self._happened.put("stop"))
        try:
            self._start()
            self._greet()
            if os.environ.get("WATCH") != "0":
                self._watch_files()
            self._watch_processes()
        finally:
            stopped_well = self._stop()
        return 0 if stopped_well else 1

    def _start(self) -> None:
        launched = self._launch_functions()
        if not self._cloud.adopt():
            self._cloud.start()
        self._cloud.wait()
        outputs, body = self._stack()
        self._feed(launched, outputs, body)
        self._await_ready(launched)

    def _launch_functions(self) -> tuple[subprocess.Popen[bytes], int]:
        """The process starts importing at once; what it needs to know is written to it later."""
        reading, writing = os.pipe()
        with self._place.functions_log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "infra.local.functions", str(writing)],
                env={k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"},
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=(writing, self._listener.fileno()),
                start_new_session=True,
                cwd=self._place.root,
            )
        os.close(writing)
        self._functions = process
        return process, reading

    def _stack(self) -> tuple[dict[str, str], template.Template]:
        """The stack's outputs; CloudFormation is asked only when the template changed."""
        source = template.load(self._template_file)
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
        """Queue addresses carry the cloud's port, which may have changed."""
        urls = [url for url in noted["outputs"].values() if url.startswith("http://127.0.0.1:")]
        return all(url.startswith(f"{self._cloud.endpoint}/") for url in urls)

    def _feed(
        self,
        launched: tuple[subprocess.Popen[bytes], int],
        outputs: dict[str, str],
        source: template.Template,
    ) -> None:
        given = {
            "template": str(self._template_file),
            "outputs": outputs,
            "endpoint": self._cloud.endpoint,
            "listener": self._listener.fileno(),
            "base_url": self.base_url,
            "demo": str(self._place.demo) if os.environ.get("DEMO") != "0" else "",
            "environment": {
                **stack.environment(source, outputs),
                **_isolation(self._cloud.endpoint, self.base_url),
            },
        }
        stdin = launched[0].stdin
        if stdin is None:
            raise CannotStart("the functions process cannot be reached")
        stdin.write(json.dumps(given).encode() + b"\n")
        stdin.flush()

    def _await_ready(self, launched: tuple[subprocess.Popen[bytes], int]) -> None:
        with os.fdopen(launched[1]) as report:
            words = report.readline().strip()
        if words != "ready":
            reason = words or "it ended without a word"
            raise CannotStart(
                f"the functions did not start: {reason} (see {self._place.functions_log})"
            )

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
        if self._functions is None or self._functions.poll() is not None:
            return "the functions ended unexpectedly"
        return ""

    def _restart(self, why: str) -> None:
        """Bring back whatever is missing. A failing start is told and tried again on a change."""
        print(f"{why}; starting again", flush=True)
        began = time.monotonic()
        self._stop_functions()
        try:
            if not self._cloud.alive():
                self._cloud.start()
            launched = self._launch_functions()
            self._cloud.wait()
            outputs, source = self._stack()
            self._feed(launched, outputs, source)
            self._await_ready(launched)
            print(f"ready again after {time.monotonic() - began:.1f} s", flush=True)
        except (CannotStart, template.TemplateError, OSError) as error:
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
        process, self._functions = self._functions, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_FUNCTIONS_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdin is not None:
            process.stdin.close()


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


def _isolation(endpoint: str, base_url: str) -> dict[str, str]:
    """Functions see the embedded cloud only: never a real account, a proxy or a tracing daemon."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_SESSION_TOKEN": "",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
        "PUBLIC_URL": base_url,
        "POWERTOOLS_SERVICE_NAME": "rapport",
        "POWERTOOLS_TRACE_DISABLED": "true",
        "POWERTOOLS_METRICS_DISABLED": "true",
    }


def _demo_users(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    users: list[dict[str, str]] = json.loads(path.read_text("utf-8")).get("users", [])
    return users
