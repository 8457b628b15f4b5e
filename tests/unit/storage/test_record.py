"""How an entity lies in the table: its document is the truth, the rest follows from it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.domain.entity import Entity
from shared.domain.events.base import Envelope, Subject
from shared.domain.leads.model import Lead
from shared.domain.notes import Note
from shared.storage import keys
from shared.storage.record import envelopes_of, from_item, texts_of, to_item

NOW = datetime(2026, 3, 2, 9, 30, 15, 123456, tzinfo=UTC)
STAMP: dict[str, Any] = {
    "id": "lead_01KJPWD6M00000000000000003",
    "version": 3,
    "created_at": NOW,
    "created_by": "usr_A",
    "updated_at": NOW,
    "updated_by": "usr_A",
}


def lead(**fields: Any) -> Lead:
    return Lead.model_validate({**STAMP, "name": "王伟", **fields})


def item(entity: Entity, *events: Envelope) -> dict[str, Any]:
    return to_item("ten_A", entity, events, "w1")


def test_what_was_stored_is_read_back() -> None:
    full = lead(
        owner="usr_B",
        team="team_A",
        score=50,
        tags=("a", "b"),
        timers={"rescore": NOW},
        budget={"amount": "12.50", "currency": "CNY"},
        custom={"a": 1, "b": "二", "c": True, "d": 1.5},
    )
    assert from_item(Lead, item(full)) == full


def test_promoted_attributes_say_what_the_document_says() -> None:
    made = item(lead(owner="usr_B", score=50, tags=("b", "a"), source="展会"))
    assert made["status"] == {"S": "new"}
    assert made["owner"] == {"S": "usr_B"}
    assert made["score"] == {"N": "50"}
    assert made["tags"] == {"SS": ["a", "b"]}
    assert made["source"] == {"S": "展会"}
    assert made["created_at"] == {"S": "2026-03-02T09:30:15.123Z"}
    assert "team" not in made
    assert "deleted" not in made


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({}, {"c_pk", "s_pk"}),
        ({"owner": "usr_B"}, {"c_pk", "s_pk", "o_pk"}),
        ({"owner": "usr_B", "team": "team_A"}, {"c_pk", "s_pk", "o_pk", "r_pk"}),
        ({"timers": {"x": NOW}}, {"c_pk", "s_pk", "d_pk"}),
        ({"owner": "usr_B", "timers": {"x": NOW}, "deleted_at": NOW}, {"c_pk"}),
    ],
)
def test_indexes_show_what_they_are_for(fields: dict[str, Any], shown: set[str]) -> None:
    made = item(lead(**fields))
    hashes = {index.hash for index in keys.INDEXES.values()}
    assert hashes & made.keys() == shown


def test_the_bin_is_a_collection_of_its_own() -> None:
    assert item(lead())["c_pk"] == {"S": "ten_A#lead"}
    assert item(lead(deleted_at=NOW))["c_pk"] == {"S": "ten_A#lead#deleted"}


def test_the_earliest_timer_is_the_one_that_is_due() -> None:
    made = item(lead(timers={"late": NOW + timedelta(days=1), "early": NOW}))
    assert made["d_sk"]["S"].startswith("2026-03-02T09:30:15.123Z#ten_A#lead#lead_")


def test_notes_are_shown_by_their_record_alone() -> None:
    note = Note.model_validate({**STAMP, "id": "note_1", "about": "lead_1", "text": "x"})
    made = item(note)
    assert made["r_pk"] == {"S": "ten_A#note#lead_1"}
    assert "c_pk" not in made
    assert "texts" not in made


def test_events_travel_with_the_state_that_caused_them() -> None:
    subject = Subject(kind="lead", id="lead_1", version=3)
    event = Envelope(
        id="evt_1",
        name="lead.captured",
        version=1,
        tenant="ten_A",
        at=NOW,
        actor="usr_A",
        subject=subject,
        data={"channel": "api"},
    )
    assert envelopes_of(item(lead(), event)) == [event]
    assert envelopes_of(item(lead())) == []


def test_texts_are_those_by_which_the_record_is_found() -> None:
    assert texts_of(item(lead(company="华为", external_id="x-1"))) == ["王伟", "华为", "=x-1"]
