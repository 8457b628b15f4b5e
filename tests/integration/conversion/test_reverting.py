"""A conversion is taken back: nothing lost, nothing overwritten, everything told."""

from datetime import timedelta

from functions.timers.app import sweep_timers
from shared.domain.access import Role
from shared.domain.customers.links import Affiliation, affiliation_id
from shared.storage import rota
from tests.house import House, scheduled
from tests.integration.conversion.firm import (
    LEAD,
    account,
    contact,
    converted,
    lead,
    opportunity,
    path,
    record_of,
    reverted,
    stored_account,
    stored_contact,
    stored_deal,
)

ALL_NEW = {"opportunity": {}}


def test_what_nobody_touched_is_archived_and_the_lead_is_worked_again(house: House) -> None:
    seller = house.user()
    team = house.team([seller])
    lead_id = house.owned(seller, **LEAD).id
    before = house.stored(lead_id)
    done = converted(house, lead_id, ALL_NEW)
    house.world.settle()
    told = reverted(house, lead_id)
    made = {done["account"], done["contact"], done["opportunities"][0]}
    assert (set(told["archived"]), told["kept"], told["conflicts"]) == (made, [], [])
    after = house.stored(lead_id)
    assert (after.status, after.timers, after.conversion) == (before.status, before.timers, None)
    assert rota.standings(house.store, team.id)[seller.id].load == 1
    assert stored_account(house, done["account"]).deleted_at is not None
    assert stored_deal(house, done["opportunities"][0]).deleted_at is not None
    assert house.call("GET", path(lead_id)).status == 404
    house.world.settle()
    (event,) = house.events("lead.conversion_reverted")
    assert set(event.data["archived"]) == made
    assert not house.world.dead


def test_after_a_reversal_the_lead_is_converted_anew(house: House) -> None:
    lead_id = lead(house)
    first = converted(house, lead_id, ALL_NEW)
    reverted(house, lead_id)
    second = converted(house, lead_id, ALL_NEW)
    assert second["id"] != first["id"]
    assert stored_contact(house, second["contact"]).contested == ()
    (found,) = house.call("GET", f"/v1/accounts/{second['account']}/leads").json["items"]
    assert found["id"] == lead_id


def test_linked_records_get_their_old_values_back_field_by_field(house: House) -> None:
    firm = account(house, custom={"level": "A"})
    person = contact(house, job_title="old", phones=[{"number": "13800000000"}])
    before = stored_account(house, firm), stored_contact(house, person)
    lead_id = lead(house)
    order = {
        "account": {"id": firm},
        "contact": {"id": person, "mode": "overwrite", "overwrite": ["phones", "job_title"]},
    }
    converted(house, lead_id, order)
    assert stored_contact(house, person).custom["machine"] == "CMM"
    told = reverted(house, lead_id)
    for old, new in zip(
        before, (stored_account(house, firm), stored_contact(house, person)), strict=True
    ):
        hidden = {"version", "updated_at", "provenance"}
        assert new.model_dump(exclude=hidden) == old.model_dump(exclude=hidden)
    assert told["conflicts"] == []
    assert {one["id"] for one in told["restored"]} == {firm, person}
    link = house.store.load(Affiliation, affiliation_id(firm, person), deleted=True)
    assert link.deleted_at is not None


def test_later_edits_stay_and_are_listed(house: House) -> None:
    firm = account(house)
    lead_id = lead(house)
    converted(house, lead_id, {"account": {"id": firm}})
    house.call("PATCH", f"/v1/accounts/{firm}", {"industry": "其他", "aliases": ["HW"]})
    told = reverted(house, lead_id)
    after = stored_account(house, firm)
    assert (after.industry, after.aliases, after.website) == ("其他", ("HW",), None)
    assert told["conflicts"] == [{"kind": "account", "id": firm, "field": "industry"}]
    (restored,) = told["restored"]
    assert "website" in restored["fields"]


def test_what_somebody_worked_on_is_kept_with_all_it_stands_on(house: House) -> None:
    lead_id = lead(house)
    done = converted(house, lead_id, ALL_NEW)
    deal = done["opportunities"][0]
    house.call("PATCH", f"/v1/opportunities/{deal}", {"description": "changed"})
    told = reverted(house, lead_id)
    assert {one["id"]: one["reason"] for one in told["kept"]} == {
        deal: "changed_since",
        done["contact"]: "kept_records_belong_to_it",
        done["account"]: "kept_records_belong_to_it",
    }
    assert told["archived"] == []
    assert house.stored(lead_id).status == "new"


def test_a_new_account_that_others_use_is_kept(house: House) -> None:
    lead_id = lead(house)
    done = converted(house, lead_id)
    contact(house, account=done["account"], name="Somebody Else")
    told = reverted(house, lead_id)
    assert told["archived"] == [done["contact"]]
    assert told["kept"] == [{"kind": "account", "id": done["account"], "reason": "in_use"}]
    other = lead(house, name="李雷", email="x@y.example.com", phone="13912340102", external_id="2")
    done = converted(house, other, {"account": {"name": "Quite Another Company"}})
    house.call("POST", f"/v1/accounts/{done['account']}/notes", {"text": "n"})
    assert [one["id"] for one in reverted(house, other)["kept"]] == [done["account"]]


def test_a_helper_leaves_again(house: House) -> None:
    mine, theirs = house.user(), house.user()
    firm = account(house, owner=theirs.id)
    lead_id = house.owned(mine, name="x", company="华为技术有限公司").id
    converted(house, lead_id, {"account": {"id": firm, "mode": "link"}})
    assert [h.user for h in stored_account(house, firm).helpers] == [mine.id]
    reverted(house, lead_id)
    assert stored_account(house, firm).helpers == ()


def test_won_business_makes_a_conversion_final(house: House) -> None:
    lead_id = lead(house)
    done = converted(house, lead_id, ALL_NEW)
    other = opportunity(house, account=done["account"])
    for deal in (done["opportunities"][0], other):
        house.call("PUT", f"/v1/opportunities/{deal}/closing", {"outcome": "won"})
        answer = house.call("DELETE", path(lead_id))
        assert (answer.status, answer.json["code"]) == (409, "reversal_hindered")
        assert answer.json["details"]["hindrances"] == [
            {"kind": "opportunity", "id": deal, "reason": "won_opportunity"}
        ]
        house.call("DELETE", f"/v1/opportunities/{deal}/closing")
    assert house.stored(lead_id).status == "converted"


def test_business_of_a_linked_account_does_not_hinder(house: House) -> None:
    firm = account(house)
    deal = opportunity(house, account=firm)
    house.call("PUT", f"/v1/opportunities/{deal}/closing", {"outcome": "won"})
    lead_id = lead(house)
    converted(house, lead_id, {"account": {"id": firm}})
    assert reverted(house, lead_id)["status"] == "new"


def test_what_was_archived_meanwhile_is_left_there_and_told(house: House) -> None:
    lead_id = lead(house)
    done = converted(house, lead_id)
    house.call("DELETE", f"/v1/contacts/{done['contact']}")
    told = reverted(house, lead_id)
    assert told["archived"] == [done["account"]]
    reason = "archived_or_merged"
    assert told["kept"] == [{"kind": "contact", "id": done["contact"], "reason": reason}]


def test_an_attached_opportunity_is_as_it_was(house: House) -> None:
    firm = account(house)
    deal = opportunity(house, account=firm)
    before = stored_deal(house, deal)
    lead_id = lead(house)
    converted(house, lead_id, {"opportunity": {"id": deal}})
    reverted(house, lead_id)
    after = stored_deal(house, deal)
    hidden = {"version", "updated_at"}
    assert after.model_dump(exclude=hidden) == before.model_dump(exclude=hidden)


def test_after_the_last_day_it_is_too_late_and_forgotten(house: House) -> None:
    assert house.call("PUT", "/v1/conversion-policy", {"revert_days": 2}).status == 200
    firm = account(house)
    lead_id = lead(house)
    done = converted(house, lead_id, {"account": {"id": firm}})
    assert record_of(house, done["id"]).targets[0].images
    house.world.pass_time(timedelta(days=2))
    answer = house.call("DELETE", path(lead_id))
    assert (answer.status, answer.json["code"]) == (409, "reversal_too_late")
    sweep_timers(scheduled(house.world), None)
    house.world.release_delayed("conversion-timers")
    house.world.settle()
    kept = record_of(house, done["id"])
    assert (kept.timers, kept.targets[0].images, kept.targets[0].seal) == ({}, {}, "")


def test_a_reversal_needs_the_right_and_a_conversion(house: House) -> None:
    lead_id = lead(house)
    answer = house.call("DELETE", path(lead_id))
    assert (answer.status, answer.json["code"]) == (409, "not_converted")
    converted(house, lead_id)
    assert house.call("DELETE", path(lead_id), by=house.by(Role.READ_ONLY)).status == 403
    assert house.call("DELETE", path(lead_id), by=house.by(house.user())).status == 404
