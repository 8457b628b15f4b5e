"""A lead becomes an account, a contact and an opportunity: new, linked, filled or overwritten."""

from typing import Any

import pytest

from shared.domain.customers.links import Affiliation, affiliation_id
from tests.house import House
from tests.integration.conversion.firm import (
    account,
    ask,
    contact,
    converted,
    lead,
    opportunity,
    path,
    record_of,
    stored_account,
    stored_contact,
    stored_deal,
)

ALL_NEW = {"opportunity": {}}


def test_everything_new_takes_every_field_to_its_place(house: House) -> None:
    seller = house.user()
    house.team([seller])
    lead_id = house.owned(seller, **{**_full()}).id
    done = converted(house, lead_id, ALL_NEW)
    firm = stored_account(house, done["account"])
    person = stored_contact(house, done["contact"])
    deal = stored_deal(house, done["opportunities"][0])
    assert (firm.name, firm.website, firm.industry) == (
        "华为技术有限公司",
        "https://www.huawei.com",
        "通信",
    )
    assert (firm.type, firm.company_size, firm.addresses[0].city) == ("company", 350, "深圳")
    assert (person.name, person.job_title) == ("欧阳娜娜", "采购总监")
    assert person.phones[0].number.e164 == "+8613812340101"
    assert person.phones[0].kind == "mobile"
    assert person.emails[0].address == "nana@huawei.com"
    assert person.custom == {"machine": "CMM", "floor": 3}
    assert (person.account, person.accounts) == (firm.id, (firm.id,))
    assert deal.amount is not None
    assert (str(deal.amount.amount), deal.description) == ("1200.50", "三坐标测量机")
    assert deal.name == "华为技术有限公司: 三坐标测量机"
    assert (deal.account, deal.contacts, deal.stage) == (firm.id, (person.id,), "open")
    for record in (firm, person, deal):
        assert (record.owner, record.source, record.campaign) == (
            seller.id,
            "展会",
            "spring-2026",
        )
    assert {target["made"] for target in done["targets"]} == {True}
    assert done["left"] == ["external_id", "urgency"]
    assert house.store.find(Affiliation, affiliation_id(firm.id, person.id)) is not None


def _full() -> dict[str, Any]:
    from tests.integration.conversion.firm import LEAD

    return dict(LEAD)


def test_where_it_came_from_is_kept_with_the_deal(house: House) -> None:
    lead_id = lead(house)
    house.world.settle()
    before = house.stored(lead_id)
    deal = stored_deal(house, converted(house, lead_id, ALL_NEW)["opportunities"][0])
    assert deal.origin is not None
    assert deal.origin.score is not None
    assert deal.lead == lead_id
    assert (deal.origin.first_touch, deal.origin.captured_at) == (
        before.first_touch,
        before.created_at,
    )
    assert deal.origin.score.points == before.score


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


def test_somebody_without_a_company_becomes_an_individual_account(house: House) -> None:
    lead_id = lead(house, company=None, website=None, industry=None, company_size=None)
    done = converted(house, lead_id)
    person = stored_account(house, done["account"])
    assert (person.type, person.name, done["contact"]) == ("individual", "欧阳娜娜", None)
    assert person.phones[0].number.e164 == "+8613812340101"


def test_only_a_contact_can_be_made(house: House) -> None:
    done = converted(house, lead(house), {"account": {"mode": "none"}, **ALL_NEW})
    deal = stored_deal(house, done["opportunities"][0])
    assert (done["account"], deal.account, deal.contacts) == (None, None, (done["contact"],))
    assert stored_contact(house, done["contact"]).addresses[0].city == "深圳"


def test_what_is_said_takes_the_place_of_what_the_lead_says(house: House) -> None:
    order = {
        "account": {"name": "华为", "custom": {"level": "A"}},
        "contact": {"job_title": "CEO", "phones": [{"number": "13912340102"}]},
        "opportunity": {"name": "One", "amount": {"amount": "7", "currency": "EUR"}},
    }
    done = converted(house, lead(house), order)
    person = stored_contact(house, done["contact"])
    assert stored_account(house, done["account"]).name == "华为"
    assert (person.job_title, person.phones[0].number.e164) == ("CEO", "+8613912340102")
    deal = stored_deal(house, done["opportunities"][0])
    assert deal.amount is not None
    assert (deal.name, deal.amount.currency) == ("One", "EUR")


def test_a_named_record_is_filled_where_it_is_empty(house: House) -> None:
    firm = account(house, website="https://old.example.com", custom={"machine": "old"})
    person = contact(house, account=firm, phones=[{"number": "13800000000"}])
    done = converted(house, lead(house), {"account": {"id": firm}, "contact": {"id": person}})
    now, who = stored_account(house, firm), stored_contact(house, person)
    assert (now.website, now.industry) == ("https://old.example.com", "通信")
    assert [p.number.e164 for p in who.phones] == ["+8613800000000"]
    assert (who.job_title, who.emails[0].address) == ("采购总监", "nana@huawei.com")
    assert set(done["left"]) >= {"website", "phone"}
    assert {target["made"] for target in done["targets"]} == {False}


def test_link_changes_nothing_and_overwrite_what_it_names(house: House) -> None:
    firm = account(house, website="https://old.example.com")
    person = contact(house, account=firm, job_title="old", phones=[{"number": "13800000000"}])
    before = stored_account(house, firm)
    order = {
        "account": {"id": firm, "mode": "link"},
        "contact": {"id": person, "mode": "overwrite", "overwrite": ["phones", "job_title"]},
    }
    converted(house, lead(house), order)
    who = stored_contact(house, person)
    assert stored_account(house, firm) == before
    assert who.job_title == "采购总监"
    assert [p.number.e164 for p in who.phones] == ["+8613812340101", "+8613800000000"]
    assert [p.primary for p in who.phones] == [True, False]


def test_the_lead_is_attached_to_an_open_opportunity(house: House) -> None:
    firm = account(house)
    deal_id = opportunity(house, account=firm)
    done = converted(house, lead(house), {"opportunity": {"id": deal_id}})
    deal = stored_deal(house, deal_id)
    assert (done["account"], done["opportunities"]) == (firm, [deal_id])
    assert (deal.name, deal.description) == ("测量机", "三坐标测量机")
    assert (deal.contacts, deal.lead) == ((done["contact"],), done["lead"])


def test_every_problem_of_every_target_is_told_at_once(house: House) -> None:
    firm, other = account(house), account(house, name="Siemens AG")
    closed = opportunity(house, account=other)
    house.call("PUT", f"/v1/opportunities/{closed}/closing", {"outcome": "lost"})
    order = {
        "account": {"name": "", "tax_number": {"scheme": "uscc", "value": "123"}},
        "contact": {"phones": [{"number": "12"}], "birthday": "2999-01-01"},
        "opportunity": {"amount": {"amount": "-1", "currency": "EUR"}},
    }
    answer = ask(house, lead(house), order)
    assert answer.status == 422
    paths = {error["path"] for error in answer.json["errors"]}
    assert paths == {
        "account.name",
        "account.tax_number.value",
        "contact.birthday",
        "contact.phones.0.number",
        "opportunity.amount",
    }
    order = {
        "account": {"id": firm},
        "contact": {"id": "con_01J00000000000000000000000"},
        "opportunity": {"id": closed},
    }
    answer = ask(house, lead(house, external_id=None), order)
    found = {error["path"]: error["code"] for error in answer.json["errors"]}
    assert found == {"contact.id": "unknown_contact", "opportunity.id": "opportunity_not_open"}


def test_a_second_conversion_is_refused_with_links(house: House) -> None:
    lead_id = lead(house)
    done = converted(house, lead_id, ALL_NEW)
    again = ask(house, lead_id)
    assert (again.status, again.json["code"]) == (409, "ALREADY_CONVERTED")
    assert again.json["details"]["links"] == {
        "account": f"/v1/accounts/{done['account']}",
        "contact": f"/v1/contacts/{done['contact']}",
        "opportunities": [f"/v1/opportunities/{done['opportunities'][0]}"],
    }


def test_a_repeated_request_gets_the_first_answer(house: House) -> None:
    lead_id, headers = lead(house), {"idempotency-key": "k"}
    first = ask(house, lead_id, ALL_NEW, headers=headers)
    again = ask(house, lead_id, ALL_NEW, headers=headers)
    assert (first.status, again.status, again.text) == (201, 201, first.text)
    assert again.headers["Idempotency-Replayed"] == "true"


def test_a_dry_run_stores_nothing(house: House) -> None:
    lead_id = lead(house)
    before = house.items()
    answer = ask(house, lead_id, ALL_NEW, query={"dry_run": "true"})
    assert answer.status == 201, answer.text
    assert house.items() == before


def test_a_stale_etag_is_refused(house: House) -> None:
    assert ask(house, lead(house), headers={"if-match": '"9"'}).status == 412


@pytest.mark.parametrize("state", ["disqualified", "deleted"])
def test_only_an_open_lead_is_converted(house: House, state: str) -> None:
    lead_id = lead(house)
    if state == "deleted":
        house.call("DELETE", f"/v1/leads/{lead_id}")
    else:
        house.call("POST", f"/v1/leads/{lead_id}/disqualification", {"reason": "spam"})
    assert ask(house, lead_id).status == (404 if state == "deleted" else 409)


def test_a_converted_lead_is_not_changed_any_more(house: House) -> None:
    lead_id = lead(house)
    done = converted(house, lead_id)
    answer = house.call("PATCH", f"/v1/leads/{lead_id}", {"city": "x"})
    assert (answer.status, answer.json["code"]) == (409, "lead_converted")
    assert done["account"] in answer.json["detail"]


def test_what_looks_like_a_known_customer_needs_a_reason(house: House) -> None:
    firm = account(house, website="https://www.huawei.com")
    person = contact(house, account=firm, emails=[{"address": "nana@huawei.com"}])
    lead_id = lead(house)
    refused = ask(house, lead_id)
    assert (refused.status, refused.json["code"]) == (409, "duplicates_found")
    assert {c["id"] for c in refused.json["details"]["candidates"]} == {firm, person}
    done = converted(house, lead_id, {"allow_duplicate": {"reason": "another branch"}})
    assert {done["account"], done["contact"]}.isdisjoint({firm, person})


def test_the_open_work_of_its_owner_is_one_less(house: House) -> None:
    from shared.storage import rota

    seller = house.user()
    team = house.team([seller])
    lead_id = house.owned(seller, **_full()).id
    assert rota.standings(house.store, team.id)[seller.id].load == 1
    converted(house, lead_id)
    assert rota.standings(house.store, team.id)[seller.id].load == 0


def test_consents_stand_for_the_person(house: House) -> None:
    from shared.storage.consents import ledger_of

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


def test_only_fields_that_there_are_can_be_overwritten(house: House) -> None:
    firm = account(house)
    order = {"account": {"id": firm, "mode": "overwrite", "overwrite": ["website", "colour"]}}
    answer = ask(house, lead(house), order)
    assert (answer.status, answer.json["errors"][0]["path"]) == (422, "account")
    assert "colour" in answer.json["errors"][0]["message"]


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
