"""Leads are recognised by address and number, too, and go to whom the file or the mapping says."""

from typing import Any

from functions.imports.adapters.leads import LEADS
from shared.domain.leads.model import Lead
from shared.storage.rota import standings
from tests.integration.imports.office import Office, csv_file, outcomes

FIELDS = [
    {"field": "name", "columns": ["Name"]},
    {"field": "email", "columns": ["Email"]},
    {"field": "phone", "columns": ["Phone"]},
]
HEADER = ("Name", "Email", "Phone", "Owner")
ROWS = [("王伟", "wang@x.example", "13812340101", ""), ("李娜", "li@y.example", "13812340102", "")]


def imported(office: Office, rows: list[tuple[str, ...]], *more: Any, **mapping: Any) -> Any:
    return office.imported(csv_file(rows, HEADER), [*FIELDS, *more], **mapping)


def test_an_address_or_a_number_recognises_a_lead(office: Office) -> None:
    imported(office, ROWS)
    changed = [
        ("王小伟", "WANG@x.example", "", ""),
        ("李小娜", "new@y.example", "138 1234 0102", ""),
    ]
    job = imported(office, changed, mode="upsert", keys=["email", "phone"])
    assert outcomes(job) == {"updated": 2}
    assert {office.house.stored(r["id"]).name for r in office.rows(job["id"])} == {
        *("王小伟", "李小娜"),
    }


def test_an_address_that_several_leads_have_refuses_the_row(office: Office) -> None:
    twins = [office.house.settled(name=f"L{n}", email="same@x.example").id for n in range(2)]
    job = imported(office, [("X", "same@x.example", "", "")], mode="upsert", keys=["email"])
    (row,) = office.rows(job["id"], "failed")
    assert row["errors"][0]["code"] == "key_ambiguous"
    assert all(twin in row["errors"][0]["message"] for twin in twins)


def test_leads_given_to_somebody_count_in_their_load_until_undone(office: Office) -> None:
    house = office.house
    seller = house.user("Seller")
    team = house.team([seller])
    mail = house.people[seller.id].email
    rows = [(*row[:3], mail) for row in ROWS]
    owner = {"field": "owner", "columns": ["Owner"]}
    job = imported(office, rows, owner, options={"owner": "column"})
    leads: list[Lead] = [house.stored(row["id"]) for row in office.rows(job["id"])]
    assert {(lead.owner, lead.team) for lead in leads} == {(seller.id, team.id)}
    assert standings(house.store, team.id)[seller.id].load == 2
    assert len(house.events("lead.assigned")) == 2
    office.call("POST", f"/v1/imports/{job['id']}/undo", None, 202)
    house.world.settle(rounds=200)
    assert standings(house.store, team.id)[seller.id].load == 0
    assert LEADS.keys == {"external_id", "email", "phone"}
