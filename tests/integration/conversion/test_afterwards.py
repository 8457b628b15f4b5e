"""What stands after a conversion: on the lead, on its customer, and for those who listen."""

from shared.storage import rota
from shared.storage.consents import ledger_of
from tests.house import House
from tests.integration.conversion.firm import (
    LEAD,
    account,
    converted,
    lead,
    opportunity,
    path,
    record_of,
)

ALL_NEW = {"opportunity": {}}


def test_the_lead_stays_readable_and_says_what_it_became(house: House) -> None:
    lead_id = lead(house)
    done = converted(house, lead_id, ALL_NEW)
    after = house.call("GET", f"/v1/leads/{lead_id}").json
    assert after["status"] == "converted"
    assert after["conversion"]["account"] == done["account"]
    house.world.settle()
    listed = house.call("GET", "/v1/leads", query={"status": "converted"}).json["items"]
    found = house.call("GET", "/v1/leads", query={"q": "欧阳娜娜"}).json["items"]
    assert [item["id"] for item in listed] == [item["id"] for item in found] == [lead_id]
    for where in (
        f"/v1/accounts/{done['account']}",
        f"/v1/contacts/{done['contact']}",
        f"/v1/opportunities/{done['opportunities'][0]}",
    ):
        items = house.call("GET", f"{where}/leads").json["items"]
        assert [item["id"] for item in items] == [lead_id]
    assert house.call("GET", path(lead_id)).json["id"] == done["id"]


def test_a_converted_lead_is_not_changed_any_more(house: House) -> None:
    lead_id = lead(house)
    done = converted(house, lead_id)
    answer = house.call("PATCH", f"/v1/leads/{lead_id}", {"city": "x"})
    assert (answer.status, answer.json["code"]) == (409, "lead_converted")
    assert done["account"] in answer.json["detail"]


def test_the_open_work_of_its_owner_is_one_less(house: House) -> None:
    seller = house.user()
    team = house.team([seller])
    lead_id = house.owned(seller, **LEAD).id
    assert rota.standings(house.store, team.id)[seller.id].load == 1
    converted(house, lead_id)
    assert rota.standings(house.store, team.id)[seller.id].load == 0


def test_consents_stand_for_the_person(house: House) -> None:
    consent = {
        "channel": "email",
        "granted": True,
        "at": "2026-01-02T00:00:00Z",
        "evidence": "form",
    }
    done = converted(house, lead(house, consents=[consent]))
    ledger = ledger_of(house.store, done["contact"])
    assert ledger is not None
    assert [(s.channel, s.state) for s in ledger.states] == [("email", "granted")]


def test_another_opportunity_comes_out_of_the_same_lead(house: House) -> None:
    lead_id = lead(house)
    done = converted(house, lead_id, ALL_NEW)
    answer = house.call("POST", path(lead_id, "opportunities"), {"name": "Two"})
    assert answer.status == 201, answer.text
    assert (answer.json["account"], answer.json["lead"]) == (done["account"], lead_id)
    deals = [*done["opportunities"], answer.json["id"]]
    assert house.call("GET", path(lead_id)).json["opportunities"] == deals
    assert list(house.stored(lead_id).conversion.opportunities) == deals  # type: ignore[union-attr]
    assert record_of(house, done["id"]).made == (done["account"], done["contact"], *deals)
    refused = house.call("POST", path(lead(house, external_id=None), "opportunities"), {})
    assert (refused.status, refused.json["code"]) == (409, "not_converted")


def test_leads_attached_to_one_opportunity_are_read_from_it(house: House) -> None:
    firm = account(house)
    deal = opportunity(house, account=firm)
    one = lead(house)
    two = lead(
        house, name="李雷", email="lilei@x.example.com", phone="13912340102", external_id="2"
    )
    order = {"opportunity": {"id": deal}}
    for lead_id in (one, two):
        converted(house, lead_id, order)
    converted(house, lead(house, **_third()), {"account": {"id": firm}})
    items = house.call("GET", f"/v1/opportunities/{deal}/leads").json["items"]
    assert [item["id"] for item in items] == [two, one]


def _third() -> dict[str, str]:
    return {"name": "Max", "email": "m@x.example.com", "phone": "13912340103", "external_id": "3"}


def test_timeline_and_overview_of_the_customer_know_the_lead(house: House) -> None:
    lead_id = lead(house)
    done = converted(house, lead_id, ALL_NEW)
    house.world.settle()
    where = f"/v1/accounts/{done['account']}"
    told = [entry["name"] for entry in house.call("GET", f"{where}/timeline").json["items"]]
    assert {"lead.captured", "lead.converted", "opportunity.created"} <= set(told)
    figures = house.call("GET", f"{where}/overview").json["figures"]
    assert float(figures["lead.converted"]) == 1
    assert float(figures["opportunity.open_amount.CNY"]) == 1200.5
    house.call("DELETE", path(lead_id))
    house.world.settle()
    assert house.call("GET", f"{where}/overview").status == 404
    assert not house.world.dead


def test_what_happened_is_told(house: House) -> None:
    lead_id = lead(house)
    done = converted(house, lead_id, ALL_NEW)
    house.world.settle()
    (told,) = house.events("lead.converted")
    assert told.data["created"] == [done["account"], done["contact"], done["opportunities"][0]]
    assert set(told.concerns) == {lead_id, done["account"], done["contact"]}
    names = {e.name for e in house.events()}
    assert names >= {"account.created", "contact.created", "opportunity.created"}
    assert not house.world.dead
