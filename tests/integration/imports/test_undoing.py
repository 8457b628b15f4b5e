"""An import can be taken back, updates included; what people edited since stays as it is."""

from datetime import timedelta
from typing import Any

from shared.domain.imports import UndoCounts
from tests.integration.imports.office import Office, csv_file, outcomes, people

NOTHING = UndoCounts().model_dump()


def undo(office: Office, job: str) -> dict[str, Any]:
    """The job after its undo."""
    office.call("POST", f"/v1/imports/{job}/undo", None, 202)
    office.house.world.settle(rounds=200)
    return office.read(job)


def undone(office: Office, job: str) -> dict[int, dict[str, Any]]:
    """What the undo did, by line."""
    items = office.call("GET", f"/v1/imports/{job}/undone-rows", query={"limit": "200"})["items"]
    return {item["line"]: item for item in items}


def test_untouched_leads_go_to_the_bin_and_the_file_can_be_imported_again(office: Office) -> None:
    content = csv_file(people(5))
    first = office.imported(content)
    ids = [row["id"] for row in office.rows(first["id"])]
    assert office.house.stored(ids[0]).version > 1  # scored by rules: that does not count
    after = undo(office, first["id"])
    assert after["status"] == "undone"
    assert after["undo"]["deleted"] == 5
    assert all(office.house.stored(i).deleted_at is not None for i in ids)
    assert outcomes(office.imported(content)) == {"created": 5}


def test_a_lead_that_somebody_edited_or_wrote_about_stays(office: Office) -> None:
    job = office.imported(csv_file(people(4)))
    ids = [row["id"] for row in office.rows(job["id"])]
    office.call("PATCH", f"/v1/leads/{ids[0]}", {"company": "天柏"})
    office.call("POST", f"/v1/leads/{ids[1]}/notes", {"text": "called"}, 201)
    office.house.world.settle()
    after = undo(office, job["id"])
    assert after["undo"] == {**NOTHING, "deleted": 2, "conflict": 2}
    assert undone(office, job["id"])[2]["outcome"] == "conflict"
    assert office.house.stored(ids[0]).company == "天柏"
    assert office.house.stored(ids[1]).deleted_at is None


def test_updates_get_their_old_values_back_field_by_field(office: Office) -> None:
    first = office.imported(csv_file(people(3)))
    ids = [row["id"] for row in office.rows(first["id"])]
    changed = [(f"P{n}", f"Renamed {n}", f"renamed{n}@example.com") for n in (1, 2, 3)]
    second = office.imported(csv_file(changed), mode="upsert", keys=["external_id"])
    assert outcomes(second) == {"updated": 3}
    office.call("PATCH", f"/v1/leads/{ids[1]}", {"email": "edited@example.com"})
    office.call("PATCH", f"/v1/leads/{ids[2]}", {"name": "Edited", "email": "e@example.com"})
    office.house.world.settle()
    after = undo(office, second["id"])
    assert after["undo"] == {**NOTHING, "restored": 1, "partly": 1, "conflict": 1}
    restored, partly, conflict = (office.house.stored(i) for i in ids)
    assert (restored.name, restored.email) == ("Person 1", "person1@example.com")
    assert (partly.name, partly.email) == ("Person 2", "edited@example.com")
    assert (conflict.name, conflict.email) == ("Edited", "e@example.com")
    assert undone(office, second["id"])[3]["fields"] == ["email"]


def test_a_row_that_changed_what_an_earlier_row_created_is_no_edit(office: Office) -> None:
    rows = [("P1", "First", "a@example.com"), ("P1", "Second", "a@example.com")]
    job = office.imported(
        csv_file(rows), mode="upsert", keys=["external_id"], on_duplicate="update"
    )
    assert outcomes(job) == {"created": 1, "updated": 1}
    after = undo(office, job["id"])
    assert (after["undo"]["deleted"], after["undo"]["restored"]) == (1, 1)


def test_an_undo_delivered_twice_counts_once(office: Office) -> None:
    job = office.imported(csv_file(people(3)))
    world = office.house.world
    office.call("POST", f"/v1/imports/{job['id']}/undo", None, 202)
    world.settle(hold="import-undo-chunks")
    order = world.take("import-undo-chunks")
    world.deliver("import-undo-chunks", order + order)
    world.settle()
    after = office.read(job["id"])
    assert after["undo"]["deleted"] == 3
    assert len(office.house.events("import.undone")) == 1


def test_the_load_of_owners_is_right_after_an_undo(office: Office) -> None:
    from shared.storage.rota import standings

    house = office.house
    seller = house.user()
    team = house.team([seller])
    house.route({"team": team.id, "strategy": "least_load"})
    job = office.imported(csv_file(people(4)))
    assert standings(house.store, team.id)[seller.id].load == 4
    undo(office, job["id"])
    assert standings(house.store, team.id)[seller.id].load == 0


def test_an_import_is_undone_once_and_within_thirty_days(office: Office) -> None:
    job = office.imported(csv_file(people(1)))
    office.house.world.pass_time(timedelta(days=31))
    answer = office.call("POST", f"/v1/imports/{job['id']}/undo", None, 409)
    assert answer["code"] == "undo_expired"
    office.house.world.pass_time(timedelta(days=-31))
    undo(office, job["id"])
    office.call("POST", f"/v1/imports/{job['id']}/undo", None, 409)


def test_only_finished_imports_are_undone(office: Office) -> None:
    job = office.mapped(csv_file(people(1)))
    answer = office.call("POST", f"/v1/imports/{job}/undo", None, 409)
    assert answer["code"] == "invalid_state"
