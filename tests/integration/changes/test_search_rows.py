"""Search rows follow the text: written once, removed when it goes, for good with the record."""

from typing import Any

from functions.changes.app import keep_history
from shared.domain.notes import Note
from tests.house import House


def tokens(house: House, lead_id: str) -> set[str]:
    rows = [i for i in house.items() if "#S#" in i["pk"]["S"]]
    return {r["sk"]["S"].split("#")[0] for r in rows if r["ref"]["S"] == lead_id}


def requests_of(house: House, records: list[dict[str, Any]]) -> int:
    house.world.requests.clear()
    keep_history({"Records": records}, None)
    return house.world.requests["BatchWriteItem"]


def test_rows_of_old_text_go_when_it_changes(house: House) -> None:
    lead = house.settled(name="Anna", company="华为")
    assert tokens(house, lead.id) == {"anna", "nna", "华为", "为"}
    house.call("PATCH", f"/v1/leads/{lead.id}", {"company": "为民"})
    house.world.settle()
    assert tokens(house, lead.id) == {"anna", "nna", "为民", "民"}
    house.call("PATCH", f"/v1/leads/{lead.id}", {"company": None})
    house.world.settle()
    assert tokens(house, lead.id) == {"anna", "nna"}


def test_text_that_stays_costs_nothing(house: House) -> None:
    lead = house.settled(name="Anna")
    house.call("PATCH", f"/v1/leads/{lead.id}", {"city": "x"})
    records = house.world.stream_records()
    assert requests_of(house, records) == 1  # the history row alone


def test_a_lead_in_the_bin_keeps_its_rows_and_a_purged_one_has_none(house: House) -> None:
    lead = house.settled(name="Anna", external_id="x-1")
    house.call("DELETE", f"/v1/leads/{lead.id}")
    house.world.settle()
    assert "anna" in tokens(house, lead.id)
    unit = house.store.begin(house.world.runtime.context(house.by()))
    unit.purge(house.stored(lead.id))
    unit.commit()
    house.world.settle()
    assert tokens(house, lead.id) == set()
    assert house.lead(external_id="x-1")["external_id"] == "x-1"


def test_rows_of_a_batch_go_out_twenty_five_a_request(house: House) -> None:
    house.world.settle()
    for n in range(6):
        house.lead(name=f"Bernhard{n}")
    assert requests_of(house, house.world.stream_records()) <= 3


def test_what_has_no_searchable_text_gets_no_rows(house: House) -> None:
    lead = house.settled()
    note = house.make(Note, about=lead.id, text="unfindable words")
    house.world.settle()
    assert tokens(house, note.id) == set()


def test_very_long_text_is_found_by_a_bounded_number_of_rows(house: House) -> None:
    lead = house.settled(name="x", company="司" * 190)
    assert len(tokens(house, lead.id)) <= 300
