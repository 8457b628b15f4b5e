"""How the running system behaves with a crowd in it: requests to the table, and time.

.venv/bin/python -m tests.bench.crowd    beside `make run`, after `-m infra.local.crowd 100000`

Requests are counted by calling the same handlers in this process against the same table; times are
those of the running API over HTTP.
"""

import itertools
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from infra.local.crowd import name_of, running_system
from infra.local.demo import Client
from shared.domain.access import Principal, Role
from shared.runtime import runtime as runtime_module
from shared.runtime.runtime import Runtime
from shared.storage.driver import Table
from tests.world import World

ROUNDS = 15
PATIENCE = 1800
_ANOTHER = 424_242


class Running(World):
    """The running installation, called in this process so that its requests are counted."""

    def __init__(self, now: Runtime) -> None:
        self.runtime = now
        self.requests: Counter[str] = Counter()
        settings = now.settings
        now.table = Table(
            settings.table_name,
            settings.region,
            on_request=lambda name: self.requests.update([name]),
        )
        self._entropy = itertools.count(1)
        runtime_module.use(now)


class Measured:
    """One caller of the running system, over HTTP and in this process."""

    def __init__(self) -> None:
        now, self.client = running_system()
        me = self.client.call("GET", "/v1/me")
        self.world = Running(now)
        self.by = Principal(me["tenant"], me["id"], Role(me["role"]), region="CN")

    def row(
        self,
        title: str,
        method: str,
        path: str,
        body: Callable[[int], Any] = lambda _: None,
        **query: str,
    ) -> Any:
        """Print one line of the table; gives the last answer."""
        self.world.requests.clear()
        counted = self.world.call(method, path, body(0), by=self.by, query=query)
        assert counted.status < 300, counted.text
        requests = ", ".join(f"{n} {name}" for name, n in sorted(self.world.requests.items()))
        whole = f"{path}?{urlencode(query)}" if query else path
        spent: list[float] = []
        answer: Any = None
        for number in range(ROUNDS):
            began = time.perf_counter()
            answer = _call(self.client, method, whole, body(number + 1))
            spent.append((time.perf_counter() - began) * 1000)
        spent.sort()
        middle = statistics.median(spent)
        print(f"| {title} | {requests} | {middle:.0f} | {spent[-2]:.0f} |", flush=True)
        return answer


def main() -> int:
    """Measure everything; 1 when the system does not run here."""
    try:
        measured = Measured()
    except (OSError, KeyError, ValueError) as error:
        print(f"Rapport does not run here ({error})", file=sys.stderr)
        return 1
    print("| What | Requests to the table | Median ms | Slowest but one |\n|---|---|---|---|")
    _reading(measured)
    _duplicates(measured)
    _segment(measured)
    return 0


def _reading(measured: Measured) -> None:
    accounts = "/v1/accounts"
    page = measured.row("list of 50", "GET", accounts)
    one = page["items"][0]["id"]
    for text in (name_of(31)[:3], name_of(31)[2:6], name_of(30).split()[0], "138000002"):
        measured.row(f"type-ahead «{text}»", "GET", accounts, q=text, limit="10")
    measured.row("read one", "GET", f"{accounts}/{one}")
    for number in range(30):
        measured.client.call("PATCH", f"{accounts}/{one}", {"company_size": number})
    _until(lambda: len(_entries(measured, one)) >= 30)
    measured.row("timeline page", "GET", f"{accounts}/{one}/timeline", limit="20")
    measured.row("overview", "GET", f"{accounts}/{one}/overview")


def _duplicates(measured: Measured) -> None:
    def known(number: int) -> Any:
        twin = 100 + number
        phone = f"138{twin * 7919 % 10**8:08d}"
        return {"kind": "account", "name": name_of(twin), "phones": [phone]}

    def new(number: int) -> Any:
        return {"kind": "account", "name": f"Brandneu {_ANOTHER + number} Holding"}

    path = "/v1/duplicates/check"
    found = measured.row("duplicate check, one that is there", "POST", path, known)
    assert found["candidates"], found
    measured.row("duplicate check, a new one", "POST", path, new)

    def account(number: int) -> Any:
        phone = f"139{_ANOTHER + number:08d}"
        return {"name": f"Neuland {_ANOTHER + number} Werke", "phones": [{"number": phone}]}

    measured.row(
        "create, with the check (dry run)", "POST", "/v1/accounts", account, dry_run="true"
    )


def _segment(measured: Measured) -> None:
    condition = {"field": "industry", "op": "eq", "value": "crowd"}
    given = {"name": f"Crowd {time.time():.0f}", "record_kind": "account", "condition": condition}
    began = time.monotonic()
    segment = measured.client.call("POST", "/v1/segments", given)["id"]
    path = f"/v1/segments/{segment}"
    _until(lambda: measured.client.call("GET", path)["status"] == "ready", every=2)
    print(f"| segment over all accounts, found in | | {(time.monotonic() - began) * 1000:.0f} | |")
    one = measured.client.call("GET", "/v1/accounts?limit=1")["items"][0]["id"]
    for value, there in (("crowd", True), ("other", False)):
        began = time.monotonic()
        measured.client.call("PATCH", f"/v1/accounts/{one}", {"industry": value})
        _until(lambda: (one in _members(measured, path)) is there)  # noqa: B023 - asked at once
        spent = (time.monotonic() - began) * 1000
        print(f"| membership right after a change to «{value}» | | {spent:.0f} | |", flush=True)


def _members(measured: Measured, path: str) -> set[str]:
    return {item["id"] for item in measured.client.call("GET", f"{path}/members")["items"]}


def _entries(measured: Measured, account: str) -> list[Any]:
    path = f"/v1/accounts/{account}/timeline?limit=100"
    return measured.client.call("GET", path)["items"]


def _until(holds: Callable[[], bool], every: float = 0.1) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(every)


def _call(client: Client, method: str, path: str, body: Any) -> Any:
    return client.call(method, path, body) if body else client.call(method, path)


if __name__ == "__main__":
    sys.exit(main())
