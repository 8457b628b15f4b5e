"""What a conversion would do: proposals, candidates with reasons, and what would go nowhere."""

from typing import Any

from shared.domain.access import Role
from tests.house import House
from tests.integration.conversion.firm import (
    LEAD,
    account,
    contact,
    converted,
    lead,
    opportunity,
    path,
)


def preview(house: House, lead_id: str, order: Any = None, **more: Any) -> dict[str, Any]:
    method = "GET" if order is None else "POST"
    answer = house.call(method, path(lead_id, "preview"), order, **more)
    assert answer.status == 200, answer.text
    return answer.json


def proposed(target: dict[str, Any]) -> dict[str, Any]:
    return {field["field"]: field["proposed"] for field in target["fields"] if field["written"]}


def test_every_field_of_the_lead_is_proposed_or_named_with_a_reason(house: House) -> None:
    shown = preview(house, lead(house))
    assert proposed(shown["account"])["name"] == "华为技术有限公司"
    assert proposed(shown["contact"])["phones"][0]["number"] == "+8613812340101"
    assert proposed(shown["contact"])["custom.machine"] == "CMM"
    assert proposed(shown["opportunity"])["amount"] == {"currency": "CNY", "amount": "1200.50"}
    assert {u["field"]: u["reason"] for u in shown["unmapped"]} == {
        "external_id": "stays_on_lead",
        "urgency": "stays_on_lead",
    }
    assert shown["errors"] == []


def test_what_no_target_takes_is_named(house: House) -> None:
    lead_id = lead(house, country="中国")
    shown = preview(house, lead_id, {"contact": {"mode": "none"}})
    reasons = {u["field"]: (u["value"], u["reason"]) for u in shown["unmapped"]}
    assert reasons["job_title"] == (LEAD["job_title"], "no_target")
    assert reasons["budget"] == (LEAD["budget"], "no_opportunity")
    assert reasons["country"] == ("中国", "not_a_country_code")
    assert "phone" not in reasons


def test_likely_customers_are_suggested_with_score_and_reasons(house: House) -> None:
    firm = account(house, website="https://www.huawei.com")
    person = contact(house, account=firm, emails=[{"address": "nana@huawei.com"}])
    deal = opportunity(house, account=firm)
    house.world.settle()
    shown = preview(house, lead(house))
    candidates = {c["id"]: c for c in shown["candidates"]}
    assert candidates.keys() == {firm, person}
    assert candidates[person]["points"] >= 95
    assert "email" in candidates[person]["keys"]
    assert candidates[firm]["reasons"]
    assert [o["id"] for o in shown["open_opportunities"]] == [deal]
    assert (shown["account"]["mode"], shown["account"]["id"]) == ("fill", firm)
    assert (shown["contact"]["mode"], shown["contact"]["id"]) == ("fill", person)


def test_the_account_of_a_known_person_is_a_candidate(house: House) -> None:
    firm = account(house, name="Completely Different GmbH")
    person = contact(house, account=firm, emails=[{"address": "nana@huawei.com"}])
    shown = preview(house, lead(house))
    through = next(c for c in shown["candidates"] if c["id"] == firm)
    assert through["reasons"] == [{"key": "contact", "code": "works_there", "contact": person}]


def test_a_filled_target_shows_what_stands_there(house: House) -> None:
    firm = account(house, website="https://old.example.com")
    shown = preview(house, lead(house), {"account": {"id": firm}})
    fields = {field["field"]: field for field in shown["account"]["fields"]}
    assert fields["website"] == {
        "field": "website",
        "proposed": LEAD["website"],
        "current": "https://old.example.com",
        "written": False,
    }
    assert fields["industry"]["written"] is True
    reasons = {u["field"]: u["reason"] for u in shown["unmapped"]}
    assert reasons["website"] == "target_has_value"


def test_problems_are_shown_instead_of_refused(house: House) -> None:
    shown = preview(house, lead(house), {"contact": {"phones": [{"number": "1"}]}})
    assert [e["path"] for e in shown["errors"]] == ["contact.phones.0.number"]


def test_a_preview_stores_nothing_and_a_converted_lead_has_none(house: House) -> None:
    lead_id = lead(house)
    before = house.items()
    preview(house, lead_id)
    assert house.items() == before
    converted(house, lead_id)
    answer = house.call("GET", path(lead_id, "preview"))
    assert (answer.status, answer.json["code"]) == (409, "ALREADY_CONVERTED")


def test_of_a_customer_they_may_not_read_people_learn_only_whom_to_ask(house: House) -> None:
    mine, theirs = house.user(), house.user()
    firm = account(house, owner=theirs.id, name="华为技术有限公司")
    lead_id = house.owned(mine, name="Somebody", company="华为技术有限公司").id
    (shown,) = preview(house, lead_id, by=house.by(mine))["candidates"]
    assert (shown["readable"], shown["id"], shown["ask"]) == (False, None, theirs.id)
    assert firm not in str(shown)
    assert shown["label"] is None


def test_roles_without_the_right_to_convert_are_refused(house: House) -> None:
    lead_id = lead(house)
    answer = house.call("GET", path(lead_id, "preview"), by=house.by(Role.MARKETING))
    assert answer.status == 403
