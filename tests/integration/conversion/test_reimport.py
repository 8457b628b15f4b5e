"""A file that brings a converted lead again is told what became of it."""

from shared.domain.access import Role
from tests.house import House
from tests.integration.conversion.firm import converted, lead
from tests.integration.imports.office import Office, csv_file


def test_a_row_of_a_converted_lead_says_what_it_was_converted_into(house: House) -> None:
    lead_id = lead(house)
    done = converted(house, lead_id)
    office = Office(house, house.by(house.user("Imp", Role.ADMIN)))
    rows = csv_file([("old-1", "New Name")], header=("Id", "Name"))
    fields = [
        {"field": "external_id", "columns": ["Id"]},
        {"field": "name", "columns": ["Name"]},
    ]
    job = office.imported(rows, fields, "again.csv", mode="upsert", keys=["external_id"])
    (row,) = house.call("GET", f"/v1/imports/{job['id']}/rows").json["items"]
    assert row["outcome"] == "failed"
    (error,) = row["errors"]
    assert error["code"] == "lead_converted"
    assert done["account"] in error["message"]
    assert house.stored(lead_id).name == "欧阳娜娜"
