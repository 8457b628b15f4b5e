"""The way through an import, as a client goes it: create, upload, inspect, map, run."""

import gzip
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shared.domain.access import Principal
from shared.domain.imports import ImportJob
from tests.house import House
from tests.world import ROOT

EDUCATION = ROOT.parent / "shared/data/02_lead_scoring/x_education/lead_scoring.csv.gz"
"""A real export of 9,240 leads with 'Select' placeholders, blanks and mixed types."""

PEOPLE = [
    {"field": "external_id", "columns": ["Id"]},
    {"field": "name", "columns": ["Name"]},
    {"field": "email", "columns": ["Email"]},
]


def csv_file(
    rows: Iterable[Sequence[str]], header: Sequence[str] = ("Id", "Name", "Email")
) -> bytes:
    """A plain file of comma-separated cells that need no quoting."""
    return "".join(",".join(row) + "\n" for row in (header, *rows)).encode()


def people(count: int, start: int = 1) -> list[tuple[str, str, str]]:
    """Rows of people who differ in everything."""
    numbers = range(start, start + count)
    return [(f"P{n}", f"Person {n}", f"person{n}@example.com") for n in numbers]


def education(rows: int | None = None) -> bytes:
    """The first rows of the real export."""
    text = gzip.decompress(EDUCATION.read_bytes()).decode()
    lines = text.splitlines(keepends=True)
    return "".join(lines if rows is None else lines[: rows + 1]).encode()


class Office:
    """Imports of one house. What goes wrong on the way fails the test at once."""

    def __init__(self, house: House, by: Principal | None = None) -> None:
        self.house = house
        self.by = by or house.by()

    def call(self, method: str, path: str, body: Any = None, status: int = 200, **more: Any) -> Any:
        answer = self.house.call(method, path, body, by=self.by, **more)
        assert answer.status == status, answer.text
        return answer.json

    def upload(self, content: bytes, name: str = "people.csv", kind: str = "lead") -> str:
        """An import whose file is there; gives its id."""
        job = self.call("POST", "/v1/imports", {"file_name": name, "kind": kind}, 201)
        self.put(job["upload"]["url"], content)
        return job["id"]

    def put(self, url: str, content: bytes) -> None:
        """Upload as any client would."""
        import urllib.request

        request = urllib.request.Request(url, content, method="PUT")
        with urllib.request.urlopen(request) as answer:
            assert answer.status == 200

    def inspected(
        self, content: bytes, name: str = "people.csv", kind: str = "lead", **hints: Any
    ) -> str:
        """An import that was inspected."""
        job = self.upload(content, name, kind)
        self.call("POST", f"/v1/imports/{job}/inspection", hints)
        return job

    def mapped(
        self,
        content: bytes,
        fields: Sequence[Mapping[str, Any]] = PEOPLE,
        name: str = "people.csv",
        **mapping: Any,
    ) -> str:
        """An import that is ready to run."""
        job = self.inspected(content, name, mapping.get("kind", "lead"))
        chosen = {"mapping": {"fields": list(fields), **mapping}}
        self.call("PUT", f"/v1/imports/{job}/mapping", chosen)
        return job

    def start(self, job: str, **order: Any) -> None:
        """Begin a run; nothing has followed yet."""
        self.call("POST", f"/v1/imports/{job}/runs", order, 202)

    def run(self, job: str, **order: Any) -> dict[str, Any]:
        """A run to its end."""
        self.start(job, **order)
        self.house.world.settle(rounds=500)
        return self.read(job)

    def imported(self, content: bytes, *args: Any, **mapping: Any) -> dict[str, Any]:
        """The whole way; gives the job as a client reads it."""
        return self.run(self.mapped(content, *args, **mapping))

    def read(self, job: str) -> dict[str, Any]:
        return self.call("GET", f"/v1/imports/{job}")

    def rows(self, job: str, outcome: str | None = None) -> list[dict[str, Any]]:
        """All results, page by page."""
        found: list[dict[str, Any]] = []
        query = {"limit": "200"} | ({"outcome": outcome} if outcome else {})
        while True:
            page = self.call("GET", f"/v1/imports/{job}/rows", query=query)
            found += page["items"]
            if page["cursor"] is None:
                return found
            query["cursor"] = page["cursor"]

    def fetch(self, url: str) -> bytes:
        """Download as any client would."""
        import urllib.request

        with urllib.request.urlopen(url) as answer:
            return answer.read()

    def stored(self, job: str) -> ImportJob:
        return self.house.store.load(ImportJob, job)


def outcomes(job: Mapping[str, Any]) -> dict[str, int]:
    """The counts that are not nothing."""
    return {name: count for name, count in job["counts"].items() if count}
