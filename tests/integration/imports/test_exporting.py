"""Exports: what the creator may see, complete, harmless in spreadsheets, behind a link."""

import csv
import hashlib
import io
import json
from datetime import timedelta
from typing import Any

import openpyxl
import pytest

from functions.imports import export_parts
from shared.domain.access import Role
from shared.domain.exports import ExportJob
from tests.house import House
from tests.integration.imports.office import Office, csv_file, people

SECOND = timedelta(seconds=1)


def export(office: Office, **order: Any) -> dict[str, Any]:
    """An export at its end."""
    job = office.call("POST", "/v1/exports", order, 202)
    office.house.world.settle()
    return office.call("GET", f"/v1/exports/{job['id']}")


def link(office: Office, job: dict[str, Any]) -> str:
    """Where the file can be fetched."""
    return office.call("POST", f"/v1/exports/{job['id']}/link")["url"]


def rows_of(office: Office, job: dict[str, Any]) -> list[list[str]]:
    """The cells of an exported CSV file, header first."""
    text = office.fetch(link(office, job)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_an_export_holds_every_lead_and_its_manifest_is_true(office: Office) -> None:
    for n in range(3):
        office.house.lead(name=f"Person {n}", email=f"p{n}@example.com")
    job = export(office, columns=[{"field": "name"}, {"field": "email", "title": "邮箱"}])
    content = office.fetch(link(office, job))
    assert job["status"] == "completed"
    assert job["manifest"]["rows"] == 3
    assert job["manifest"]["sha256"] == hashlib.sha256(content).hexdigest()
    assert job["manifest"]["bytes"] == len(content)
    assert rows_of(office, job) == [
        ["name", "邮箱"],
        ["Person 2", "p2@example.com"],
        ["Person 1", "p1@example.com"],
        ["Person 0", "p0@example.com"],
    ]


def test_no_cell_of_an_export_is_a_formula(office: Office) -> None:
    evil = '=HYPERLINK("http://evil.example","x")'
    office.house.lead(name=evil, company="+1+1", email="x@example.com")
    columns = [{"field": "name"}, {"field": "company"}]
    assert rows_of(office, export(office, columns=columns))[1] == ["'" + evil, "'+1+1"]
    job = export(office, columns=columns, format="xlsx")
    book = openpyxl.load_workbook(io.BytesIO(office.fetch(link(office, job))))
    cells = next(iter(book.worksheets[0].iter_rows(min_row=2)))
    assert [(cell.value, cell.data_type) for cell in cells] == [(evil, "s"), ("+1+1", "s")]


def test_filters_are_those_of_the_list(office: Office) -> None:
    office.house.lead(name="王伟", source="fair")
    office.house.lead(name="李娜", source="web")
    job = export(office, filters={"source": "fair"}, format="ndjson", columns=[{"field": "name"}])
    assert [json.loads(x) for x in office.fetch(link(office, job)).splitlines()] == [
        {"name": "王伟"}
    ]
    office.house.world.settle()
    found = export(office, filters={"q": "李"}, columns=[{"field": "name"}])
    assert rows_of(office, found)[1:] == [["李娜"]]


def test_leads_that_come_in_afterwards_are_not_in_it(office: Office) -> None:
    office.house.lead(name="Before")
    job = office.call("POST", "/v1/exports", {"columns": [{"field": "name"}]}, 202)
    office.house.world.pass_time(SECOND)
    office.house.lead(name="After")
    office.house.world.settle()
    done = office.call("GET", f"/v1/exports/{job['id']}")
    assert rows_of(office, done)[1:] == [["Before"]]
    assert done["manifest"]["as_of"] == job["created_at"]


def test_an_export_reaches_no_further_than_its_creator(house: House) -> None:
    boss = house.user("Boss", Role.SALES_MANAGER)
    seller, stranger = house.user(), house.user()
    house.team([boss, seller])
    house.team([stranger])
    house.owned(seller, name="Mine")
    house.owned(stranger, name="Theirs")
    office = Office(house, house.by(boss))
    job = export(office, columns=[{"field": "name"}])
    assert rows_of(office, job)[1:] == [["Mine"]]


def test_a_large_export_is_read_in_parts_and_a_part_read_twice_changes_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_parts, "PART_ROWS", 4)
    monkeypatch.setattr(export_parts, "PAGE_ROWS", 3)
    office.imported(csv_file(people(20)))
    job = office.call("POST", "/v1/exports", {"columns": [{"field": "external_id"}]}, 202)
    world = office.house.world
    for _ in range(20):
        world.settle(hold="export-parts")
        if not (orders := world.take("export-parts")):
            break
        world.deliver("export-parts", [*orders, *orders])
    done = office.call("GET", f"/v1/exports/{job['id']}")
    ids = [row[0] for row in rows_of(office, done)[1:]]
    assert sorted(ids) == sorted(f"P{n}" for n in range(1, 21))
    assert len(office.house.events("export.completed")) == 1
    assert world.dead == []


def test_a_cancelled_export_makes_no_file(office: Office) -> None:
    job = office.call("POST", "/v1/exports", {}, 202)
    office.call("POST", f"/v1/exports/{job['id']}/cancel")
    office.house.world.settle()
    after = office.call("GET", f"/v1/exports/{job['id']}")
    assert (after["status"], after["manifest"]) == ("cancelled", None)
    refused = office.call("POST", f"/v1/exports/{job['id']}/link", None, 409)
    assert refused["code"] == "file_missing"
    office.call("POST", f"/v1/exports/{job['id']}/cancel", None, 409)


def test_too_many_rows_for_a_workbook_are_refused(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(export_parts.MAX_ROWS, "xlsx", 1)
    office.house.lead()
    office.house.lead()
    assert export(office, format="xlsx")["failure"]["code"] == "too_many_rows"


def test_an_unknown_column_is_named(office: Office) -> None:
    wrong = {"columns": [{"field": "name"}, {"field": "secrets"}]}
    answer = office.call("POST", "/v1/exports", wrong, 422)
    assert [(e["path"], e["code"]) for e in answer["errors"]] == [
        ("columns.1.field", "unknown_field")
    ]


@pytest.mark.parametrize("role", [Role.SALES, Role.READ_ONLY, Role.FINANCE, Role.SUPPORT])
def test_roles_that_may_not_export_cannot(house: House, role: Role) -> None:
    answer = house.call("POST", "/v1/exports", {}, by=house.by(role))
    assert answer.status == 403


def test_an_export_of_another_tenant_or_colleague_is_not_found(office: Office) -> None:
    job = export(office)
    stranger = House(office.house.world)
    assert stranger.call("GET", f"/v1/exports/{job['id']}").status == 404
    assert stranger.call("POST", f"/v1/exports/{job['id']}/cancel").status == 404
    colleague = office.house.by(Role.MARKETING)
    assert office.house.call("GET", f"/v1/exports/{job['id']}", by=colleague).status == 404


def test_what_is_exported_is_told_by_events(office: Office) -> None:
    office.house.lead()
    export(office, filters={"source": "web"}, columns=[{"field": "email"}], format="csv")
    asked = office.house.events("export.requested")[-1]
    assert asked.actor == office.by.actor
    assert asked.data == {
        "record_kind": "lead",
        "format": "csv",
        "fields": ["email"],
        "filters": ["source"],
    }
    assert office.house.events("export.completed")[-1].data["rows"] == 0


def test_the_link_ends_with_the_file(office: Office) -> None:
    job = export(office)
    assert "X-Amz-Expires=900" in link(office, job)
    office.house.world.pass_time(timedelta(days=7, seconds=1))
    gone = office.call("POST", f"/v1/exports/{job['id']}/link", None, 410)
    assert gone["code"] == "file_gone"
    assert office.house.store.load(ExportJob, job["id"]).status == "completed"
