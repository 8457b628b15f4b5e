"""Changing a lead: named fields only, null clears, custom fields merge, nothing written in vain."""

from typing import Any

import pytest

from shared.domain.access import Role
from tests.house import House


def patch(house: House, lead_id: str, body: Any, **more: Any) -> Any:
    return house.call("PATCH", f"/v1/leads/{lead_id}", body, **more)


def test_only_the_named_fields_change(house: House) -> None:
    made = house.lead(company="Acme", city="Berlin", tags=["a"])
    answer = patch(house, made["id"], {"company": "ACME GmbH"})
    assert answer.status == 200
    assert answer.headers["ETag"] == '"2"'
    told = ("company", "version", "updated_by", "last_touch")
    same = {name: value for name, value in answer.json.items() if name not in told}
    assert same == {name: value for name, value in made.items() if name not in told}
    assert answer.json["company"] == "ACME GmbH"
    assert answer.json["last_touch"] == made["last_touch"]


def test_null_and_empty_text_clear_a_field(house: House) -> None:
    made = house.lead(company="Acme", city="Berlin", phone="13812340101")
    answer = patch(house, made["id"], {"company": None, "city": "", "phone": None})
    assert (answer.json["company"], answer.json["city"], answer.json["phone"]) == (None,) * 3


def test_the_last_identity_cannot_be_cleared(house: House) -> None:
    made = house.lead()
    answer = patch(house, made["id"], {"name": None})
    assert answer.json["errors"][0]["code"] == "identity_required"
    assert house.stored(made["id"]).version == 1


def test_custom_fields_are_merged_and_null_removes_one(house: House) -> None:
    made = house.lead(custom={"floor": 3, "kept": "yes"})
    answer = patch(house, made["id"], {"custom": {"floor": None, "lift": True}})
    assert answer.json["custom"] == {"kept": "yes", "lift": True}


def test_a_new_source_is_the_last_touch_and_leaves_the_first(house: House) -> None:
    made = house.lead(source="web", campaign="spring")
    changed = patch(house, made["id"], {"source": "fair"}).json
    assert changed["first_touch"] == made["first_touch"]
    assert (changed["last_touch"]["source"], changed["last_touch"]["campaign"]) == (
        "fair",
        "spring",
    )


def test_a_change_to_the_same_values_writes_nothing(house: House) -> None:
    made = house.lead(company="Acme", custom={"a": 1})
    house.world.requests.clear()
    answer = patch(house, made["id"], {"company": "Acme", "custom": {"a": 1}})
    assert (answer.status, answer.json["version"]) == (200, 1)
    assert house.world.requests == {"GetItem": 1}


def test_a_given_name_renames_the_lead(house: House) -> None:
    made = house.lead(name=None, given_name="娜", family_name="李")
    assert patch(house, made["id"], {"given_name": "明"}).json["name"] == "李明"


def test_the_working_status_is_set_by_hand(house: House) -> None:
    made = house.lead()
    answer = patch(house, made["id"], {"status": "nurturing"})
    assert answer.json["status"] == "nurturing"
    house.world.settle()
    event = house.events("lead.status_changed")[-1]
    assert event.data == {"before": "new", "after": "nurturing"}


@pytest.mark.parametrize("status", ["disqualified", "converted", "lost"])
def test_closing_statuses_are_not_set_by_hand(house: House, status: str) -> None:
    made = house.lead()
    assert patch(house, made["id"], {"status": status}).status == 422


def test_a_disqualified_lead_keeps_its_status(house: House) -> None:
    made = house.lead()
    house.call("POST", f"/v1/leads/{made['id']}/disqualification", {"reason": "spam"})
    answer = patch(house, made["id"], {"status": "working"})
    assert (answer.status, answer.code) == (409, "invalid_state")


@pytest.mark.parametrize(
    "body", [{"tags": None}, {"email": "x"}, {"nope": 1}, {"owner": "usr_x"}, {"custom": None}]
)
def test_a_bad_change_is_422_and_stores_nothing(house: House, body: dict[str, Any]) -> None:
    made = house.lead()
    assert patch(house, made["id"], body).status == 422
    assert house.stored(made["id"]).version == 1


def test_the_outside_id_moves_with_the_change(house: House) -> None:
    one, other = house.lead(external_id="x-1"), house.lead(name="b")
    assert patch(house, other["id"], {"external_id": "x-1"}).code == "already_exists"
    assert patch(house, one["id"], {"external_id": "x-2"}).status == 200
    assert patch(house, other["id"], {"external_id": "x-1"}).status == 200


def test_a_stale_etag_is_412_and_the_present_one_passes(house: House) -> None:
    made = house.lead()
    patch(house, made["id"], {"city": "a"})
    stale = patch(house, made["id"], {"city": "b"}, headers={"if-match": '"1"'})
    assert (stale.status, stale.code) == (412, "stale_version")
    assert patch(house, made["id"], {"city": "b"}, headers={"if-match": '"2"'}).status == 200


def test_who_sees_a_field_masked_may_not_write_it(house: House) -> None:
    made = house.lead()
    support = house.by(Role.SUPPORT)
    assert patch(house, made["id"], {"budget": None}, by=support).status == 403


def test_only_the_owner_changes_a_lead_in_the_sales_role(house: House) -> None:
    owner, other = house.users(2)
    lead = house.owned(owner)
    assert patch(house, lead.id, {"city": "x"}, by=house.by(other)).status == 404
    assert patch(house, lead.id, {"city": "x"}, by=house.by(owner)).status == 200
