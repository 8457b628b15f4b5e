"""What belongs to a lead after its conversion: notes that follow, and who reads the lead."""

from shared.domain.access import Role
from tests.house import House
from tests.integration.conversion.firm import (
    account,
    ask,
    converted,
    lead,
    path,
    record_of,
    reverted,
)


def test_notes_follow_the_lead_and_come_back(house: House) -> None:
    lead_id = lead(house)
    for n in range(3):
        house.call("POST", f"/v1/leads/{lead_id}/notes", {"text": f"note {n}"})
    done = converted(house, lead_id)
    assert done["children"]["state"] == "moving"
    house.world.settle()
    children = house.call("GET", path(lead_id)).json["children"]
    assert (children["state"], children["notes"]) == ("moved", 3)
    house.call("POST", f"/v1/leads/{lead_id}/notes", {"text": "later"})
    for where in (f"/v1/accounts/{done['account']}", f"/v1/leads/{lead_id}"):
        texts = [n["text"] for n in house.call("GET", f"{where}/notes").json["items"]]
        assert texts == ["later", "note 2", "note 1", "note 0"]
    told = reverted(house, lead_id)
    assert set(told["archived"]) == {done["account"], done["contact"]}
    house.world.settle()
    items = house.call("GET", f"/v1/leads/{lead_id}/notes").json["items"]
    assert {n["about"] for n in items} == {lead_id}
    assert len(items) == 4
    assert record_of(house, done["id"]).children.state == "returned"
    assert not house.world.dead


def test_a_note_that_crosses_the_conversion_follows_it(house: House) -> None:
    lead_id = lead(house)
    note = house.call("POST", f"/v1/leads/{lead_id}/notes", {"text": "n"}).json
    house.world.settle(hold="conversion-children")
    (late,) = house.world.take("conversion-children")
    done = converted(house, lead_id)
    house.world.settle(hold="conversion-children")
    house.world.take("conversion-children")
    house.world.deliver("conversion-children", [late, late])
    assert not house.world.dead
    (moved,) = house.call("GET", f"/v1/accounts/{done['account']}/notes").json["items"]
    assert moved["id"] == note["id"]


def test_messages_about_children_may_come_twice_late_and_in_any_order(house: House) -> None:
    lead_id = lead(house)
    house.call("POST", f"/v1/leads/{lead_id}/notes", {"text": "n"})
    house.world.settle()
    done = converted(house, lead_id)
    house.world.settle(hold="conversion-children")
    messages = house.world.take("conversion-children")
    reverted(house, lead_id)
    house.world.settle(hold="conversion-children")
    messages += house.world.take("conversion-children")
    for order in (messages[::-1], messages, messages):
        house.world.deliver("conversion-children", order)
        (note,) = house.call("GET", f"/v1/leads/{lead_id}/notes").json["items"]
        assert note["about"] == lead_id
    assert record_of(house, done["id"]).children.state == "returned"
    assert not house.world.dead


def test_who_sees_the_customer_sees_the_lead(house: House) -> None:
    mine, theirs = house.user(), house.user()
    firm = account(house, owner=theirs.id)
    lead_id = house.owned(mine, name="x", company="华为技术有限公司").id
    converted(house, lead_id, {"account": {"id": firm, "mode": "link"}})
    by = house.by(theirs)
    assert house.call("GET", f"/v1/leads/{lead_id}", by=by).status == 404
    items = house.call("GET", f"/v1/accounts/{firm}/leads", by=by).json["items"]
    assert [item["id"] for item in items] == [lead_id]
    assert house.call("GET", f"/v1/accounts/{firm}/leads", by=house.by(house.user())).status == 404


def test_the_lead_list_of_a_customer_obeys_field_rules(house: House) -> None:
    done = converted(house, lead(house))
    where = f"/v1/accounts/{done['account']}/leads"
    (shown,) = house.call("GET", where, by=house.by(Role.READ_ONLY)).json["items"]
    assert "13812340101" not in str(shown)
    assert ask(house, done["lead"]).status == 409
