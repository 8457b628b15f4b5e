"""Who may import what: roles, reach, tenants; and the refusals a client gets on the way."""

import pytest

from shared.domain.access import Role
from tests.house import House
from tests.integration.imports.office import PEOPLE, Office, csv_file, outcomes, people

READING = ("", "/inspection", "/rows", "/error-file", "/undone-rows")
WRITING = ("/upload", "/inspection", "/runs", "/pause", "/resume", "/stop", "/undo")


@pytest.mark.parametrize("role", [Role.SALES, Role.SUPPORT, Role.FINANCE, Role.READ_ONLY])
def test_roles_without_the_right_cannot_import(house: House, role: Role) -> None:
    by = house.by(role)
    assert house.call("POST", "/v1/imports", {"file_name": "a.csv"}, by=by).status == 403
    assert house.call("GET", "/v1/imports", by=by).status == 403
    assert house.call("GET", "/v1/import-mappings", by=by).status == 403


def test_an_import_of_another_tenant_or_colleague_does_not_exist(office: Office) -> None:
    job = office.imported(csv_file(people(1)))["id"]
    stranger = House(office.house.world)
    colleague = office.house.by(Role.MARKETING)
    for suffix in READING:
        path = f"/v1/imports/{job}{suffix}"
        assert stranger.call("GET", path).status == 404
        assert office.house.call("GET", path, by=colleague).status == 404
    for suffix in WRITING:
        path = f"/v1/imports/{job}{suffix}"
        assert stranger.call("POST", path, {}).status == 404
        assert office.house.call("POST", path, {}, by=colleague).status == 404
    assert stranger.call("GET", "/v1/imports").json["items"] == []
    assert office.house.call("GET", "/v1/imports", by=colleague).json["items"] == []


def test_a_saved_mapping_of_a_colleague_cannot_be_used(office: Office) -> None:
    mapping = {"name": "Theirs", "mapping": {"fields": PEOPLE}}
    saved = office.call("POST", "/v1/import-mappings", mapping, 201)["id"]
    theirs = Office(office.house, office.house.by(Role.MARKETING))
    job = theirs.inspected(csv_file(people(1)))
    theirs.call("PUT", f"/v1/imports/{job}/mapping", {"saved": saved}, 404)


def test_an_import_changes_no_lead_beyond_its_starter_s_reach(house: House) -> None:
    boss = house.user("Boss", Role.SALES_MANAGER)
    seller, stranger = house.user(), house.user()
    house.team([boss, seller])
    house.team([stranger])
    mine = house.owned(seller, external_id="P1", name="Mine")
    theirs = house.owned(stranger, external_id="P2", name="Theirs")
    office = Office(house, house.by(boss))
    job = office.imported(csv_file(people(3)), mode="upsert", keys=["external_id"])
    assert outcomes(job) == {"updated": 1, "failed": 1, "created": 1}
    assert office.rows(job["id"], "failed")[0]["errors"][0]["code"] == "record_out_of_reach"
    assert house.stored(mine.id).name == "Person 1"
    assert house.stored(theirs.id).name == "Theirs"


def test_leads_are_written_in_the_name_of_whoever_started_the_run(office: Office) -> None:
    job = office.imported(csv_file(people(1)))
    lead = office.rows(job["id"])[0]["id"]
    history = office.call("GET", f"/v1/leads/{lead}/history")["items"]
    assert history[-1]["by"] == office.by.actor
    assert office.house.events("lead.captured")[-1].actor == office.by.actor


def test_a_run_may_leave_its_leads_without_owner(office: Office) -> None:
    house = office.house
    team = house.team([house.user()])
    house.route({"team": team.id})
    job = office.mapped(csv_file(people(2)))
    office.run(job, assign=False)
    assert {house.stored(row["id"]).owner for row in office.rows(job)} == {None}
    other = office.imported(csv_file(people(2, 3)))
    assert None not in {house.stored(row["id"]).owner for row in office.rows(other["id"])}


def test_everything_wrong_with_a_mapping_is_said_at_once(office: Office) -> None:
    job = office.inspected(csv_file(people(1)))
    mapping = {
        "fields": [
            {"field": "name", "columns": ["Nom"]},
            {"field": "secret", "columns": ["Id"]},
            {"field": "budget.amount", "columns": ["Email"]},
        ],
        "mode": "upsert",
        "keys": ["name"],
        "options": {"notify": True},
    }
    answer = office.call("PUT", f"/v1/imports/{job}/mapping", {"mapping": mapping}, 422)
    assert {(e["path"], e["code"]) for e in answer["errors"]} == {
        ("mapping.fields.1.field", "unknown_field"),
        ("mapping.keys", "key_not_supported"),
        ("mapping.fields", "currency_needed"),
        ("mapping.options.notify", "not_supported"),
        ("mapping.fields.0.columns", "column_missing"),
    }


def test_a_run_needs_a_mapping_and_a_mapping_an_inspection(office: Office) -> None:
    job = office.upload(csv_file(people(1)))
    choice = {"mapping": {"fields": PEOPLE}}
    office.call("PUT", f"/v1/imports/{job}/mapping", choice, 409)
    office.call("POST", f"/v1/imports/{job}/inspection", {})
    assert office.call("POST", f"/v1/imports/{job}/runs", {}, 409)["code"] == "not_mapped"


def test_an_import_runs_once(office: Office) -> None:
    job = office.imported(csv_file(people(1)))["id"]
    assert office.call("POST", f"/v1/imports/{job}/runs", {}, 409)["code"] == "invalid_state"


def test_a_saved_mapping_serves_the_next_file(office: Office) -> None:
    mapping = {"name": "CRM 导出", "mapping": {"fields": PEOPLE}}
    saved = office.call("POST", "/v1/import-mappings", mapping, 201)
    office.call("PATCH", f"/v1/import-mappings/{saved['id']}", {"name": "旧系统"})
    job = office.inspected(csv_file(people(2)))
    office.call("PUT", f"/v1/imports/{job}/mapping", {"saved": saved["id"]})
    assert outcomes(office.run(job)) == {"created": 2}
    listed = office.call("GET", "/v1/import-mappings")["items"]
    assert [each["name"] for each in listed] == ["旧系统"]
    office.call("DELETE", f"/v1/import-mappings/{saved['id']}")
    assert office.call("GET", "/v1/import-mappings")["items"] == []


def test_a_stale_order_is_refused(office: Office) -> None:
    job = office.mapped(csv_file(people(1)))
    path = f"/v1/imports/{job}/runs"
    office.call("POST", path, {}, 412, headers={"if-match": '"1"'})


def test_a_rehearsed_request_starts_nothing(office: Office) -> None:
    job = office.mapped(csv_file(people(1)))
    office.call("POST", f"/v1/imports/{job}/runs", {}, 202, query={"dry_run": "true"})
    office.house.world.settle()
    assert office.read(job)["status"] == "inspected"


def test_a_cursor_of_another_list_is_refused(office: Office) -> None:
    job = office.imported(csv_file(people(3)))["id"]
    page = office.call("GET", f"/v1/imports/{job}/rows", query={"limit": "1"})
    wrong = {"limit": "1", "cursor": page["cursor"], "outcome": "failed"}
    office.call("GET", f"/v1/imports/{job}/rows", None, 422, query=wrong)
