"""The laptop runtime as a whole: `python -m infra.local` on a small stack of its own."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[2]
TOKEN = {"Authorization": "somebody"}


class Running:
    """One `make run` in a folder."""

    def __init__(self, folder: Path, port: int = 0, **environment: str) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "infra.local"],
            cwd=folder,
            env={
                **os.environ,
                "PYTHONPATH": str(REPOSITORY),
                "PORT": str(self.port),
                "DEMO": "0",
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def ready(self) -> "Running":
        """Wait for the line that says so; fail with everything said when it does not come."""
        assert self.process.stdout is not None
        said = []
        for line in self.process.stdout:
            said.append(line)
            if line.startswith("Rapport is ready"):
                return self
        self.stop()
        raise AssertionError("".join(said))

    def call(
        self, method: str, path: str, body: str | None = None, **headers: str
    ) -> tuple[int, Any, http.client.HTTPMessage]:
        """Status, parsed body and headers of a request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            connection.request(method, path, (body or "").encode() or None, headers)
            response = connection.getresponse()
            content = response.read()
            return response.status, json.loads(content) if content else None, response.headers
        finally:
            connection.close()

    def count(self, key: str) -> int:
        """How often the queue's handler finished an item."""
        status, body, _ = self.call("GET", f"/items/done-{key}", **TOKEN)
        return body["count"] if status == 200 else 0

    def child(self, module: str) -> int:
        """The pid of the process that runs `module` for this folder."""
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                command = (entry / "cmdline").read_bytes().split(b"\0")
                if module.encode() in command and (entry / "cwd").resolve() == self.folder:
                    return int(entry.name)
            except OSError:
                continue
        raise LookupError(module)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait for the end; the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        status = self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(fact: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not fact():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def leftovers(folder: Path) -> list[str]:
    """Commands of processes that still work in a folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").resolve() == folder:
                found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


@pytest.fixture(scope="module")
def make_folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    def make() -> Path:
        folder = tmp_path_factory.mktemp("project")
        (folder / "template.yaml").write_bytes((HERE / "sample/template.yaml").read_bytes())
        (folder / "sample").mkdir()
        for name in ("__init__.py", "app.py"):
            (folder / "sample" / name).write_bytes((HERE / "sample" / name).read_bytes())
        return folder

    return make


@pytest.fixture(scope="module")
def running(make_folder: Callable[[], Path]) -> Iterator[Running]:
    system = Running(make_folder()).ready()
    yield system
    system.stop()


def test_functions_get_the_environment_that_the_template_describes(running: Running) -> None:
    status, body, _ = running.call("GET", "/healthz")
    assert (status, body) == (200, {"stage": "local", "url": f"http://127.0.0.1:{running.port}"})


def test_a_function_gets_the_proxy_event_of_a_rest_api(running: Running) -> None:
    status, body, headers = running.call(
        "POST", "/echo/%E7%8E%8B%20a?tag=x&tag=%E4%BA%8C&empty=", "你好", **{"X-One": "1"}
    )
    event = body["event"]
    context = event["requestContext"]
    assert status == 201
    assert event["resource"] == "/echo/{name}"
    assert event["path"] == "/echo/%E7%8E%8B%20a"
    assert event["pathParameters"] == {"name": "%E7%8E%8B%20a"}
    assert event["queryStringParameters"] == {"tag": "二", "empty": ""}
    assert event["multiValueQueryStringParameters"] == {"tag": ["x", "二"], "empty": [""]}
    assert event["headers"]["X-One"] == "1"
    assert event["multiValueHeaders"]["X-One"] == ["1"]
    assert (event["body"], event["isBase64Encoded"]) == ("你好", False)
    assert context["resourcePath"] == "/echo/{name}"
    assert context["identity"]["sourceIp"] == "127.0.0.1"
    assert "authorizer" not in context
    assert 15_000 < body["left"] <= 20_000
    assert headers["x-amzn-requestid"] == context["requestId"]


def test_an_authorizer_decides_before_the_function(running: Running) -> None:
    assert running.call("GET", "/items/a")[0] == 401
    assert running.call("GET", "/items/a", Authorization="nobody")[0] == 401
    assert running.call("GET", "/items/a", Authorization="bad")[0] == 403
    assert running.call("GET", "/items/a", **TOKEN)[0] == 404


def test_the_gateway_answers_itself_as_the_template_says(running: Running) -> None:
    status, body, headers = running.call("DELETE", "/nowhere")
    assert (status, body["code"]) == (404, "not_found")
    assert body["request_id"] == headers["x-amzn-requestid"]
    assert headers["content-type"] == "application/problem+json"
    status, body, headers = running.call("OPTIONS", "/echo/a")
    assert (status, body, headers["access-control-allow-origin"]) == (204, None, "*")


def test_a_fixed_path_wins_over_a_parameter(running: Running) -> None:
    assert running.call("GET", "/items/special")[:2] == (200, {"special": True})


def test_a_body_above_ten_megabytes_is_refused(running: Running) -> None:
    assert running.call("POST", "/echo/a", "x" * (10 * 1024 * 1024 + 1))[0] == 413


def test_a_change_flows_over_stream_bus_and_queue(running: Running) -> None:
    running.call("PUT", "/items/flow", "hello", **TOKEN)
    assert eventually(lambda: running.count("flow") == 1)


def test_a_record_that_always_fails_is_given_up_and_the_rest_goes_on(running: Running) -> None:
    running.call("PUT", "/items/p1", "poison", **TOKEN)
    running.call("PUT", "/items/p2", "hello", **TOKEN)
    assert eventually(lambda: running.count("p2") == 1)
    given_up = json.loads(receive(running, "FailedRecords")["Body"])
    assert given_up["DDBStreamBatchInfo"]["batchSize"] == 1


def test_a_message_that_always_fails_ends_in_the_dead_letter_queue(running: Running) -> None:
    running.call("PUT", "/items/f1", "fail", **TOKEN)
    dead = receive(running, "WorkDeadLetters")
    assert json.loads(dead["Body"])["detail"]["pk"] == "f1"
    assert running.count("f1") == 0


def receive(running: Running, queue: str) -> dict[str, Any]:
    """The next message of a queue, through the embedded cloud itself."""
    from infra.local.wire import Wire

    state = json.loads((running.folder / ".local/state.json").read_text())
    wire = Wire(f"http://127.0.0.1:{state['cloud']['port']}")
    url = state["stack"]["outputs"][f"Url{queue}"]
    found: list[dict[str, Any]] = []

    def poll() -> bool:
        found.extend(wire.sqs("ReceiveMessage", QueueUrl=url).get("Messages", []))
        return bool(found)

    arrived = eventually(poll, 15)
    wire.close()
    assert arrived
    return found[0]


def test_killed_functions_come_back_and_lose_nothing(running: Running) -> None:
    for n in range(20):
        running.call("PUT", f"/items/k{n}", "slow" if n < 4 else "hello", **TOKEN)
    os.kill(running.child("infra.local.functions"), signal.SIGKILL)
    running.call("PUT", "/items/k20", "hello", **TOKEN)
    assert eventually(lambda: all(running.count(f"k{n}") >= 1 for n in range(21)), 45)


def test_changed_source_is_served_without_a_restart_by_hand(running: Running) -> None:
    code = running.folder / "sample" / "app.py"
    template = running.folder / "template.yaml"
    code.write_text(code.read_text().replace('"special": True', '"special": "changed"'))
    template.write_text(template.read_text() + "\n# changed\n")
    assert eventually(
        lambda: running.call("GET", "/items/special")[1] == {"special": "changed"}, 15
    )


def test_data_survives_a_stop_and_no_process_is_left(make_folder: Callable[[], Path]) -> None:
    folder = make_folder()
    first = Running(folder).ready()
    first.call("PUT", "/items/kept", "slow", **TOKEN)
    began = time.monotonic()
    assert first.stop(signal.SIGINT) == 0
    assert time.monotonic() - began < 8
    assert leftovers(folder) == []

    second = Running(folder).ready()
    try:
        assert second.call("GET", "/items/kept", **TOKEN)[1]["events"] == "slow"
        assert eventually(lambda: second.count("kept") >= 1, 30)
    finally:
        assert second.stop() == 0

    third = Running(folder, RESET="1").ready()
    try:
        assert third.call("GET", "/items/kept", **TOKEN)[0] == 404
    finally:
        third.stop()


def test_an_unclean_end_leaves_a_cloud_that_is_taken_over(make_folder: Callable[[], Path]) -> None:
    folder = make_folder()
    first = Running(folder).ready()
    first.call("PUT", "/items/kept", "hello", **TOKEN)
    cloud = first.child("infra.local.cloud")
    first.stop(signal.SIGKILL)
    assert eventually(lambda: len(leftovers(folder)) == 1)
    second = Running(folder, first.port).ready()
    try:
        assert second.child("infra.local.cloud") == cloud
        assert second.call("GET", "/items/kept", **TOKEN)[0] == 200
    finally:
        assert second.stop() == 0
    assert leftovers(folder) == []


def test_a_killed_cloud_goes_on_from_its_last_snapshot(make_folder: Callable[[], Path]) -> None:
    folder = make_folder()
    system = Running(folder, SNAPSHOT_SECONDS="0.2").ready()
    try:
        system.call("PUT", "/items/kept", "hello", **TOKEN)
        assert eventually(lambda: system.count("kept") == 1)
        saved = folder / ".local/cloud/snapshot"
        now = time.time()
        system.call("PUT", "/items/another", "hello", **TOKEN)
        assert eventually(lambda: saved.stat().st_mtime > now)
        os.kill(system.child("infra.local.cloud"), signal.SIGKILL)
        assert eventually(lambda: answers(system), 20)
        assert system.call("GET", "/items/kept", **TOKEN)[0] == 200
    finally:
        assert system.stop() == 0


def answers(system: Running) -> bool:
    try:
        return system.call("GET", "/items/done-kept", **TOKEN)[0] == 200
    except OSError:
        return False


def refusal(folder: Path, **environment: str) -> str:
    """The output of a start that fails."""
    system = Running(folder, 0, **environment)
    output, _ = system.process.communicate(timeout=20)
    assert system.process.returncode == 1
    return output


def test_a_taken_port_is_told_in_one_line(make_folder: Callable[[], Path]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        output = refusal(make_folder(), PORT=port)
    assert output.count("\n") == 1
    assert f"port {port} on 127.0.0.1 is taken" in output


def test_an_unusable_state_folder_is_told_in_one_line(make_folder: Callable[[], Path]) -> None:
    folder = make_folder()
    (folder / ".local").write_text("a file, not a folder")
    output = refusal(folder)
    assert output.count("\n") == 1
    assert "is unusable" in output


def test_a_damaged_snapshot_is_told_in_one_line(make_folder: Callable[[], Path]) -> None:
    folder = make_folder()
    (folder / ".local/cloud").mkdir(parents=True)
    (folder / ".local/cloud/snapshot").write_bytes(b"not a snapshot")
    output = refusal(folder)
    assert output.count("\n") == 1
    assert "cannot be read" in output
    assert leftovers(folder) == []


def test_a_broken_handler_is_told_in_one_line(make_folder: Callable[[], Path]) -> None:
    folder = make_folder()
    (folder / "sample/app.py").write_text("import nothing_of_that_name\n")
    output = refusal(folder)
    assert output.count("\n") == 1
    assert "nothing_of_that_name" in output
    assert leftovers(folder) == []


def test_the_same_data_is_not_served_twice(running: Running) -> None:
    assert "already runs" in refusal(running.folder)
    assert running.call("GET", "/healthz")[0] == 200
