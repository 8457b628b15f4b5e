"""A lead is somebody else's customer already (撞单): who keeps it, who is let in, who hears."""

from datetime import timedelta

from shared.domain.access import Role
from tests.house import House
from tests.integration.conversion.firm import (
    account,
    ask,
    contact,
    converted,
    lead,
    stored_account,
    stored_contact,
)

ME = {"name": "欧阳娜娜", "company": "华为技术有限公司", "phone": "13812340101"}


def test_the_customer_keeps_its_owner_and_the_manager_hears(house: House) -> None:
    mine, theirs = house.user(), house.user()
    manager = house.user("Boss", Role.SALES_MANAGER)
    team = house.team([theirs, mine], manager=manager.id)
    firm = account(house, owner=theirs.id, phones=[{"number": "13812340101"}])
    lead_id = house.owned(mine, **ME).id
    done = converted(house, lead_id, {"account": {"id": firm}}, by=house.by(mine))
    kept = stored_account(house, firm)
    (helper,) = kept.helpers
    assert (kept.owner, helper.user, helper.level) == (theirs.id, mine.id, "read")
    assert helper.until == house.world.now + timedelta(days=90)
    assert stored_contact(house, done["contact"]).owner == mine.id
    assert [t["collision"] for t in done["targets"]] == [True, False]
    house.world.settle()
    (told,) = house.events("customer.collision")
    assert (told.data["owner"], told.data["newcomer"]) == (theirs.id, mine.id)
    assert (told.data["manager"], told.data["team"]) == (manager.id, team.id)
    assert firm in told.concerns
    assert house.call("GET", f"/v1/accounts/{firm}", by=house.by(mine)).status == 200


def test_without_proof_a_customer_of_others_cannot_be_linked(house: House) -> None:
    mine, theirs = house.user(), house.user()
    firm = account(house, owner=theirs.id)
    lead_id = house.owned(mine, name="Somebody", company="华为技术有限公司").id
    answer = ask(house, lead_id, {"account": {"id": firm}}, by=house.by(mine))
    assert answer.status == 422
    assert [e["code"] for e in answer.json["errors"]] == ["unknown_account"]
    assert stored_account(house, firm).helpers == ()


def test_a_customer_that_may_only_be_read_is_linked_never_filled(house: House) -> None:
    mine, theirs = house.user(), house.user()
    firm = account(house, owner=theirs.id, phones=[{"number": "13812340101"}])
    lead_id = house.owned(mine, **ME, industry="通信").id
    order = {"account": {"id": firm, "mode": "fill"}}
    answer = ask(house, lead_id, order, by=house.by(mine))
    assert [e["code"] for e in answer.json["errors"]] == ["may_not_change"]
    converted(house, lead_id, {"account": {"id": firm}}, by=house.by(mine))
    assert stored_account(house, firm).industry is None


def test_a_manager_fills_and_the_owner_of_the_lead_becomes_the_helper(house: House) -> None:
    mine, theirs = house.user(), house.user()
    firm = account(house, owner=theirs.id)
    person = contact(house, account=firm, owner=theirs.id)
    lead_id = house.owned(mine, **ME, industry="通信").id
    converted(house, lead_id, {"account": {"id": firm}, "contact": {"id": person}})
    assert stored_account(house, firm).industry == "通信"
    assert [h.user for h in stored_contact(house, person).helpers] == [mine.id]


def test_nobodys_customer_becomes_the_lead_owners(house: House) -> None:
    mine = house.user()
    team = house.team([mine])
    firm = account(house)
    assert stored_account(house, firm).owner is None
    lead_id = house.owned(mine, **ME).id
    converted(house, lead_id, {"account": {"id": firm}})
    kept = stored_account(house, firm)
    assert (kept.owner, kept.team, kept.helpers) == (mine.id, team.id, ())
    assert house.events("customer.collision") == []


def test_who_converts_a_lead_without_owner_owns_what_is_made(house: House) -> None:
    done = converted(house, lead(house))
    assert stored_account(house, done["account"]).owner == house.admin.id
    other = house.user()
    done = converted(house, lead(house, **_other()), {"owner": other.id})
    assert stored_account(house, done["account"]).owner == other.id
    answer = ask(house, lead(house, **_other(2)), {"owner": "usr_01J00000000000000000000000"})
    assert [e["path"] for e in answer.json["errors"]] == ["owner"]


def _other(n: int = 1) -> dict[str, str]:
    return {
        "name": f"Person {n}",
        "company": f"Quite Other Company {n} Ltd",
        "email": f"p{n}@other{n}.example.com",
        "website": f"https://other{n}.example.com",
        "phone": f"1391234000{n}",
        "external_id": f"other-{n}",
    }
