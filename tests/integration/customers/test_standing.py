"""Lifecycle, grades by rules and by hand, traits that fade, helpers whose time ends."""

from datetime import timedelta
from typing import Any

from shared.domain.access import Role
from tests.house import House, scheduled
from tests.integration.customers.people import account, contact, items, ok, place, read
from tests.world import START, apps

RULES = {
    "rules": [
        {
            "label": "große Firma",
            "grade": "A",
            "when": {"field": "company_size", "op": "gte", "value": 500},
        },
        {"label": "known branch", "grade": "B", "when": {"field": "industry", "op": "exists"}},
    ],
    "otherwise": "D",
}


def pass_time(house: House, **by: float) -> None:
    """Let time pass, and everything that falls due happen."""
    house.world.now += timedelta(**by)
    apps()["timers"].sweep_timers(scheduled(house.world), None)
    for queue in ("account-timers", "contact-timers"):
        house.world.release_delayed(queue)
    house.world.settle()


def grade_of(house: House, record: dict[str, Any]) -> tuple[str, str, str] | None:
    grade = read(house, record)["grade"]
    return grade and (grade["value"], grade["source"], grade["reason"])


def test_a_stage_of_life_changes_with_its_reason(house: House) -> None:
    firm = account(house)
    body = {"lifecycle": "customer", "reason": "第一张订单"}
    after = ok(house.call("PUT", f"{place(firm)}/lifecycle", body))
    assert (after["lifecycle"], after["lifecycle_reason"]) == ("customer", "第一张订单")
    house.world.settle()
    told = house.events("account.lifecycle_changed")
    assert [e.data for e in told] == [{"lifecycle": "customer", "previous": "prospect"}]
    newest = ok(house.call("GET", f"{place(firm)}/history"))["items"][0]
    assert {c["field"]: c["after"] for c in newest["changes"]} == {
        "lifecycle": "customer",
        "lifecycle_reason": "第一张订单",
    }
    found = items(house.call("GET", "/v1/accounts", query={"lifecycle": "customer"}))
    assert [a["id"] for a in found] == [firm["id"]]


def test_grades_follow_rules_and_changes(house: House) -> None:
    old = account(house, "Old AG", company_size=900)
    ok(house.call("PUT", "/v1/grading-rules", RULES))
    house.world.settle()
    firm = account(house, "Acme GmbH")
    house.world.settle()
    assert grade_of(house, old) == ("A", "computed", "große Firma")
    assert grade_of(house, firm) == ("D", "computed", "no rule holds")
    ok(house.call("PATCH", place(firm), {"industry": "IT"}))
    house.world.settle()
    assert grade_of(house, firm) == ("B", "computed", "known branch")
    found = items(house.call("GET", "/v1/accounts", query={"grade": "B"}))
    assert [a["id"] for a in found] == [firm["id"]]
    assert house.world.dead == []


def test_grades_follow_key_figures_a_little_later(house: House) -> None:
    when = {"field": "figures.contact.count", "op": "gte", "value": 2}
    rules = {"rules": [{"label": "well known", "grade": "A", "when": when}]}
    ok(house.call("PUT", "/v1/grading-rules", rules))
    firm = account(house)
    for name in ("王伟", "Ada Lovelace"):
        contact(house, name, account=firm["id"])
    house.world.settle()
    house.world.release_delayed("customer-jobs")
    house.world.settle()
    assert grade_of(house, firm) == ("A", "computed", "well known")


def test_without_rules_nothing_is_graded_or_written(house: House) -> None:
    firm = account(house)
    house.world.settle()
    assert read(house, firm)["version"] == 1


def test_a_grade_by_hand_stands_until_it_expires(house: House) -> None:
    ok(house.call("PUT", "/v1/grading-rules", RULES))
    firm = account(house, industry="IT")
    house.world.settle()
    until = (START + timedelta(days=2)).isoformat()
    body = {"grade": "A", "reason": "战略客户", "expires": until}
    ok(house.call("PUT", f"{place(firm)}/grade", body))
    ok(house.call("PATCH", place(firm), {"industry": "Auto"}))
    house.world.settle()
    assert grade_of(house, firm) == ("A", "manual", "战略客户")
    pass_time(house, days=2)
    assert grade_of(house, firm) == ("B", "computed", "known branch")
    told = [(e.data["grade"], e.data["by_hand"]) for e in house.events("account.graded")]
    assert told == [("B", False), ("A", True), ("B", False)]


def test_a_grade_by_hand_can_be_taken_back(house: House) -> None:
    ok(house.call("PUT", "/v1/grading-rules", RULES))
    firm = account(house)
    ok(house.call("PUT", f"{place(firm)}/grade", {"grade": "A", "reason": "x"}))
    after = ok(house.call("DELETE", f"{place(firm)}/grade"))
    assert after["grade"]["value"] == "D"


def test_rules_name_fields_that_accounts_have(house: House) -> None:
    when = {"all": [{"field": "industri", "op": "exists"}, {"field": "grade", "op": "exists"}]}
    rules = {"rules": [{"label": "x", "grade": "A", "when": when}]}
    refused = house.call("PUT", "/v1/grading-rules", rules)
    assert refused.status == 422
    assert [e["code"] for e in refused.json["errors"]] == ["unknown_field"] * 2


def _trait(**more: Any) -> dict[str, Any]:
    return {"name": "visits", "nature": "behavioural", "value": 3, "source": "shop", **more}


def test_what_two_sources_know_stands_side_by_side(house: House) -> None:
    person = contact(house)
    at = START.isoformat()
    body = {"traits": [_trait(at=at), _trait(at=at, source="app", value=9)]}
    ok(house.call("PUT", f"{place(person)}/traits", body))
    earlier = (START - timedelta(days=1)).isoformat()
    ok(house.call("PUT", f"{place(person)}/traits", {"traits": [_trait(at=earlier, value=1)]}))
    found = items(house.call("GET", f"{place(person)}/traits"))
    assert [(t["source"], t["value"]) for t in found] == [("app", 9), ("shop", 3)]
    query = {"source": "app", "nature": "behavioural"}
    assert len(items(house.call("GET", f"{place(person)}/traits", query=query))) == 1


def test_traits_fade_at_their_time(house: House) -> None:
    firm = account(house)
    at = START.isoformat()
    soon = (START + timedelta(days=1)).isoformat()
    descriptive = {"name": "style", "nature": "descriptive", "value": "直接", "source": "sales"}
    traits = [_trait(at=at), _trait(at=at, name="cart", expires=soon), {**descriptive, "at": at}]
    ok(house.call("PUT", f"{place(firm)}/traits", {"traits": traits}))
    pass_time(house, days=1)
    assert [t["name"] for t in read(house, firm)["traits"]] == ["visits", "style"]
    house.world.now += timedelta(days=179)
    assert [t["name"] for t in items(house.call("GET", f"{place(firm)}/traits"))] == ["style"]
    pass_time(house)
    assert [t["name"] for t in read(house, firm)["traits"]] == ["style"]
    assert read(house, firm)["timers"] == {}


def test_traits_of_the_future_are_refused(house: House) -> None:
    firm = account(house)
    later = (START + timedelta(hours=1)).isoformat()
    refused = house.call("PUT", f"{place(firm)}/traits", {"traits": [_trait(at=later)]})
    assert (refused.status, refused.json["errors"][0]["path"]) == (422, "traits.0.at")


def test_a_trait_is_forgotten(house: House) -> None:
    firm = account(house)
    at = START.isoformat()
    traits = [_trait(at=at), _trait(at=at, source="app")]
    ok(house.call("PUT", f"{place(firm)}/traits", {"traits": traits}))
    path = f"{place(firm)}/traits"
    assert (
        len(ok(house.call("DELETE", path, query={"name": "visits", "source": "app"}))["traits"])
        == 1
    )
    assert ok(house.call("DELETE", path, query={"name": "visits"}))["traits"] == []
    assert house.call("DELETE", path, query={"name": "visits"}).status == 404


def test_a_helper_reads_and_writes_until_the_end_and_not_a_moment_longer(house: House) -> None:
    firm = account(house)
    seller = house.user("Helper")
    by = house.by(seller)
    assert house.call("GET", place(firm), by=by).status == 404
    until = START + timedelta(hours=8)
    body = {"user": seller.id, "level": "write", "until": until.isoformat()}
    ok(house.call("POST", f"{place(firm)}/helpers", body))
    house.world.settle()
    assert house.call("GET", place(firm), by=by).status == 200
    assert ok(house.call("PATCH", place(firm), {"industry": "IT"}, by=by))["industry"] == "IT"
    assert house.call("DELETE", place(firm), by=by).status == 404
    helping = {"helping": "true"}
    assert len(items(house.call("GET", "/v1/accounts", query=helping, by=by))) == 1
    house.world.now = until
    assert house.call("GET", place(firm), by=by).status == 404
    assert house.call("PATCH", place(firm), {"industry": "X"}, by=by).status == 404
    pass_time(house)
    assert read(house, firm)["helpers"] == []
    assert items(house.call("GET", "/v1/accounts", query=helping, by=by)) == []
    told = house.events("helper.removed")
    assert [(e.data["user"], e.data["expired"]) for e in told] == [(seller.id, True)]


def test_one_who_may_read_may_not_write(house: House) -> None:
    person = contact(house)
    seller = house.user("Helper")
    until = (START + timedelta(hours=8)).isoformat()
    ok(house.call("POST", f"{place(person)}/helpers", {"user": seller.id, "until": until}))
    by = house.by(seller)
    assert house.call("GET", place(person), by=by).status == 200
    assert house.call("PATCH", place(person), {"job_title": "x"}, by=by).status == 404
    ok(house.call("DELETE", f"{place(person)}/helpers/{seller.id}"))
    assert house.call("GET", place(person), by=by).status == 404


def test_help_has_an_end_and_a_person(house: House) -> None:
    firm = account(house)
    path, seller = f"{place(firm)}/helpers", house.user("Helper").id
    assert house.call("POST", path, {"user": seller}).status == 422
    for until in (START, START + timedelta(days=400)):
        body = {"user": seller, "until": until.isoformat()}
        assert house.call("POST", path, body).json["errors"][0]["path"] == "until"
    body = {"user": "usr_01KJPWD6M00000000000000000", "until": (START + timedelta(1)).isoformat()}
    assert house.call("POST", path, body).json["errors"][0]["code"] == "unknown_user"
    assert house.call("DELETE", f"{path}/{seller}").status == 404


def test_enrichment_fills_what_is_empty_and_says_from_where(house: House) -> None:
    firm = account(house, industry="IT")
    fields = {"industry": "Telecom", "website": "huawei.com", "company_size": 200000}
    body = {"source": "qcc", "fields": fields}
    after = ok(house.call("POST", f"{place(firm)}/enrichment", body))
    assert (after["industry"], after["website"]) == ("IT", "huawei.com")
    assert after["provenance"] == {"website": "qcc", "company_size": "qcc"}
    changed = ok(house.call("PATCH", place(firm), {"website": "huawei.cn"}))
    assert changed["provenance"] == {"company_size": "qcc"}
    again = ok(house.call("POST", f"{place(firm)}/enrichment", body))
    assert again["version"] == changed["version"]


def test_only_admins_change_the_rules(house: House) -> None:
    refused = house.call("PUT", "/v1/grading-rules", RULES, by=house.by(Role.SALES_MANAGER))
    assert refused.status == 403
