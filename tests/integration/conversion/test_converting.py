"""A lead becomes an account, a contact and an opportunity: new, linked, filled or overwritten."""

import pytest

from shared.domain.customers.links import Affiliation, affiliation_id
from tests.house import House
from tests.integration.conversion.firm import (
    LEAD,
    account,
    ask,
    contact,
    converted,
    lead,
    opportunity,
    stored_account,
    stored_contact,
    stored_deal,
)

ALL_NEW = {"opportunity": {}}


def test_everything_new_takes_every_field_to_its_place(house: House) -> None:
    seller = house.user()
    house.team([seller])
    lead_id = house.owned(seller, **LEAD).id
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


def test_what_looks_like_a_known_customer_needs_a_reason(house: House) -> None:
    firm = account(house, website="https://www.huawei.com")
    person = contact(house, account=firm, emails=[{"address": "nana@huawei.com"}])
    lead_id = lead(house)
    refused = ask(house, lead_id)
    assert (refused.status, refused.json["code"]) == (409, "duplicates_found")
    assert {c["id"] for c in refused.json["details"]["candidates"]} == {firm, person}
    done = converted(house, lead_id, {"allow_duplicate": {"reason": "another branch"}})
    assert {done["account"], done["contact"]}.isdisjoint({firm, person})


def test_only_fields_that_there_are_can_be_overwritten(house: House) -> None:
    firm = account(house)
    order = {"account": {"id": firm, "mode": "overwrite", "overwrite": ["website", "colour"]}}
    answer = ask(house, lead(house), order)
    assert (answer.status, answer.json["errors"][0]["path"]) == (422, "account")
    assert "colour" in answer.json["errors"][0]["message"]
