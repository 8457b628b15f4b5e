"""Runs the comparison, prints it and writes docs/benchmarks.md."""

import importlib
import json
import platform
from collections import Counter
from collections.abc import Callable
from typing import Any

from tests.bench.backend import table
from tests.bench.events import LEAD, gateway_event
from tests.bench.measure import cold_cpu, cpu_per_call
from tests.world import ROOT

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]
OURS, PLAIN, FASTAPI = "Rapport", "hand-written boto3", "FastAPI + Mangum"
SEEDED = 200
WRITE_PRICE, READ_PRICE = 0.625, 0.125
"""Dollars per million request units, on demand, us-east-1, November 2024 price list."""

LIMITS = {"list of 50": 0.7, "get": 1.3, "create": 1.3}
COLD = {
    "import of the leads API": "import functions.leads.app",
    "a boto3 DynamoDB client": "import boto3; boto3.client('dynamodb')",
    "FastAPI + Mangum + boto3 table": "import tests.bench.rival_fastapi",
    "the leads API to its first answer": (
        "from tests.bench.events import gateway_event\n"
        "import functions.leads.app as leads\n"
        "assert leads.app(gateway_event('GET'), None)['statusCode'] == 200"
    ),
    "hand-written boto3 to its first answer": (
        "from tests.bench.events import gateway_event\n"
        "import tests.bench.plain as plain\n"
        "assert plain.handler(gateway_event('GET'), None)['statusCode'] == 200"
    ),
    "FastAPI + Mangum to its first answer": (
        "from tests.bench.events import gateway_event\n"
        "import tests.bench.rival_fastapi as rival\n"
        "assert rival.handler(gateway_event('GET'), Context())['statusCode'] == 200"
    ).replace("Context()", "None"),
}


def main() -> None:
    """Measure everything in one run."""
    with table():
        handlers = _handlers()
        seeded = {name: _seed(handler) for name, handler in handlers.items()}
        warm = {
            "create": _rival_calls(handlers, lambda _: gateway_event("POST", body=LEAD)),
            "get": _rival_calls(handlers, lambda n: gateway_event("GET", lead=seeded[n])),
            "list of 50": _rival_calls(handlers, lambda _: gateway_event("GET")),
        }
        times = {path: cpu_per_call(calls) for path, calls in warm.items()}
        sizes = {
            path: {name: len(str(call())) for name, call in calls.items()}
            for path, calls in warm.items()
        }
        costs = {path: _cost(calls[OURS]) for path, calls in warm.items()}
        cold = cold_cpu(COLD)
    report = _report(times, sizes, costs, cold)
    print(report)
    (ROOT / "docs" / "benchmarks.md").write_text(report, "utf-8")


def _handlers() -> dict[str, Handler]:
    return {
        OURS: importlib.import_module("functions.leads.app").app,
        PLAIN: importlib.import_module("tests.bench.plain").handler,
        FASTAPI: importlib.import_module("tests.bench.rival_fastapi").handler,
    }


def _seed(handler: Handler) -> str:
    last = ""
    for _ in range(SEEDED):
        answer = handler(gateway_event("POST", body=LEAD), None)
        assert answer["statusCode"] == 201, answer
        last = str(json.loads(answer["body"])["id"])
    return last


def _rival_calls(
    handlers: dict[str, Handler], event_for: Callable[[str], dict[str, Any]]
) -> dict[str, Callable[[], Any]]:
    def call(name: str) -> Callable[[], Any]:
        event = event_for(name)
        return lambda: handlers[name](event, None)

    return {name: call(name) for name in handlers}


def _cost(call: Callable[[], Any]) -> tuple[Counter[str], float, float]:
    """Requests, write units and read units of one call, as the table reports them."""
    from shared.runtime.runtime import runtime

    requests: Counter[str] = Counter()
    units = {"write": 0.0, "read": 0.0}
    connection = runtime().table.connection
    events = connection.client.meta.events

    def count(model: Any, parsed: Any, **_: Any) -> None:
        requests[model.name] += 1
        spent = parsed.get("ConsumedCapacity") or {}
        entries = spent if isinstance(spent, list) else [spent]
        total = sum(float(entry.get("CapacityUnits", 0)) for entry in entries)
        units["write" if "Put" in model.name or "Write" in model.name else "read"] += total

    events.register("after-call.dynamodb", count)
    call()
    events.unregister("after-call.dynamodb", count)
    return requests, units["write"], units["read"]


def _report(
    times: dict[str, dict[str, float]],
    sizes: dict[str, dict[str, int]],
    costs: dict[str, tuple[Counter[str], float, float]],
    cold: dict[str, float],
) -> str:
    lines = [
        "# Benchmarks",
        "",
        f"Written by `make bench` ({platform.machine()}, Python {platform.python_version()}).",
        "All in one run, in turns; the table is the embedded cloud in a process of its own, so the",
        "CPU below is the handler's alone. Trust ratios, not milliseconds. Units are as the",
        "embedded cloud counts them; its index writes are rounded differently from DynamoDB's.",
        "",
        "## CPU per request (median)",
        "",
        f"| path | {OURS} ms | {PLAIN} ms | {FASTAPI} ms | to boto3 (limit) | to FastAPI |",
        "|---|---|---|---|---|---|",
    ]
    for path, row in times.items():
        ratio, other = row[OURS] / row[PLAIN], row[OURS] / row[FASTAPI]
        lines.append(
            f"| {path} | {row[OURS]:.2f} | {row[PLAIN]:.2f} | {row[FASTAPI]:.2f} "
            f"| {ratio:.2f} ({LIMITS[path]}) | {other:.2f} |"
        )
    lines += ["", "## Requests and cost of Rapport's paths", ""]
    lines += ["| path | requests | write units | read units | $ per million | answer bytes |"]
    lines += ["|---|---|---|---|---|---|"]
    for path, (requests, write, read) in costs.items():
        dollars = write * WRITE_PRICE + read * READ_PRICE
        named = ", ".join(f"{count} {name}" for name, count in requests.items())
        lines.append(
            f"| {path} | {named} | {write:g} | {read:g} | {dollars:.2f} | {sizes[path][OURS]} |"
        )
    base = cold["a boto3 DynamoDB client"]
    lines += ["", "## Cold start (CPU of a fresh process, median)", ""]
    lines += ["| process | ms | to a boto3 client |", "|---|---|---|"]
    lines += [f"| {name} | {value:.0f} | {value / base:.2f} |" for name, value in cold.items()]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
