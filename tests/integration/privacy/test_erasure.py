"""Erasure: nothing tells any more who it was, the books still add up, and it can be proved."""

import json
from typing import Any

from shared.domain.consents.model import ConsentLedger, ledger_id
from shared.domain.consents.rules import may_contact
from shared.domain.customers.contact import Contact
from shared.domain.leads.model import Lead
from shared.domain.opportunities.model import Opportunity
from shared.domain.privacy.requests import PrivacyRequest, intact
from tests.house import House
from tests.integration.imports.office import Office, csv_file
from tests.integration.privacy.asking import STEPS, answered, ask, finish, objects
from tests.integration.privacy.people import EMAIL, NAME, PHONE, account, contact, made

OTHER_EMAIL, OTHER_PHONE, NICKNAME = "weichen.w@private.example", "13987650202", "王小辰"
STREET, TITLE, WECHAT = "文三路478号", "采购总监阁下", "wx_weichen_88"
PERSONAL = (NAME, NICKNAME, EMAIL, OTHER_EMAIL, PHONE, OTHER_PHONE, STREET, TITLE, WECHAT)
PERSONAL += ("1988-04-02", "喜欢龙井茶", "tea lover", "三坐标测量")
SAID = {"purpose": "marketing", "channel": "email", "state": "granted", "evidence": f"{NAME}签字"}
PEOPLE = [
    {"field": "name", "columns": ["Name"]},
    {"field": "email", "columns": ["Email"]},
]


def left(house: House) -> list[str]:
    """Where in the table anything personal still stands, apart from answers kept for a day."""
    found: list[str] = []
    for item in house.items():
        text = json.dumps(item, ensure_ascii=False)
        told = [p for p in PERSONAL if p.casefold() in text.casefold()]
        if told and "#IDEM#" not in item["pk"]["S"]:
            found.append(f"{item['pk']['S']} {item['sk']['S']}: {told}")
    return found


def somebody(house: House) -> tuple[str, str, dict[str, str]]:
    """A person as years of work leave them: contact, company, and the ids of all the rest."""
    ids: dict[str, str] = {}
    company = account(house)["id"]
    lead = house.lead(
        name=NAME, company="云栖", email=EMAIL, phone=PHONE, interest="三坐标测量", assign=False
    )["id"]
    made(house, f"/v1/leads/{lead}/notes", {"text": f"{NAME} 喜欢龙井茶"})
    house.world.settle(rounds=200)
    order = {"account": {"mode": "link", "id": company}, "contact": {"mode": "create"}}
    order |= {
        "opportunity": {
            "name": f"{NAME}的设备",
            "amount": {"amount": "88000.00", "currency": "CNY"},
        }
    }
    allow: dict[str, Any] = {"allow_duplicate": {"reason": "test"}}
    became = made(house, f"/v1/leads/{lead}/conversion", {**order, **allow})
    person = became["contact"]
    house.world.settle(rounds=200)
    changes = {
        "job_title": TITLE,
        "addresses": [{"city": "杭州市", "street": STREET}],
        "identities": [{"channel": "wechat", "value": WECHAT}],
        "birthday": "1988-04-02",
    }
    answer = house.call("PATCH", f"/v1/contacts/{person}", changes)
    assert answer.status == 200, answer.text
    made(house, f"/v1/contacts/{person}/notes", {"text": "tea lover"})
    made(house, f"/v1/contacts/{person}/consents", SAID)
    twin = contact(
        house,
        name=NICKNAME,
        phones=[{"number": OTHER_PHONE}],
        emails=[{"address": OTHER_EMAIL}],
        addresses=[],
        birthday=None,
        account=company,
        **allow,
    )["id"]
    house.world.settle(rounds=200)
    merge = made(house, "/v1/merges", {"survivor": person, "loser": twin})
    house.world.settle(rounds=300)
    assert not house.world.dead, house.world.dead
    ids |= {"lead": lead, "twin": twin, "merge": merge["id"], "company": company}
    ids["opportunity"] = house.call("GET", "/v1/opportunities").json["items"][0]["id"]
    return person, company, ids


FORCED: dict[str, Any] = {"force": {"reason": "the order is void"}}


def test_nothing_tells_who_it_was(house: House) -> None:
    person, _, _ = somebody(house)
    assert len(left(house)) > 20
    answered(house, "export", person)
    view = answered(house, "erasure", person, **FORCED)
    assert left(house) == []
    assert not any(p.encode() in c for c in objects(house).values() for p in PERSONAL)
    assert view["certificate"]["counts"]["contact"] == 2
    for event in house.events():
        assert not any(p in event.model_dump_json() for p in PERSONAL)
    for text in (NAME, EMAIL, PHONE, NICKNAME, WECHAT):
        for path in ("/v1/contacts", "/v1/leads"):
            found = house.call("GET", path, query={"q": text}).json["items"]
            assert found == [], (path, text)


def test_facts_of_the_books_stay(house: House) -> None:
    person, company, ids = somebody(house)
    before = house.store.load(Opportunity, ids["opportunity"])
    answered(house, "erasure", person, **FORCED)
    after = house.store.load(Opportunity, ids["opportunity"])
    assert (after.amount, after.account, after.contacts) == (
        before.amount,
        company,
        before.contacts,
    )
    assert (after.name, after.created_at) == ("[erased]", before.created_at)
    contact_ = house.store.load(Contact, person, deleted=True)
    assert (contact_.name, contact_.account, contact_.restricted) == ("[erased]", company, True)
    lead = house.store.load(Lead, ids["lead"], deleted=True)
    assert lead.conversion is not None
    assert (lead.status, lead.conversion.contact, lead.email) == ("converted", person, None)
    history, _ = house.store.history(person, limit=100)
    assert any('"job_title"' in entry for entry in history), "that it changed is a fact"


def test_consents_are_withdrawn(house: House) -> None:
    person, _, _ = somebody(house)
    ledger = house.store.load(ConsentLedger, ledger_id(person))
    assert may_contact(ledger, "marketing", "email", house.world.now)
    answered(house, "erasure", person, **FORCED)
    ledger = house.store.load(ConsentLedger, ledger_id(person))
    assert {state.state for state in ledger.states} == {"withdrawn"}
    assert ledger.restricted
    house.world.settle()
    assert house.events("consent.withdrawn")


def test_what_is_owed_hinders_it_unless_forced(house: House) -> None:
    person, _, ids = somebody(house)
    request = ask(house, "erasure", person)
    path = f"/v1/privacy-requests/{request}/execution"
    refused = house.call("POST", path, {})
    assert (refused.status, refused.code) == (409, "obligation_stands")
    assert refused.json["details"]["open"] == [{"kind": "opportunity", "id": ids["opportunity"]}]
    closing = {"outcome": "lost", "reason": "no budget"}
    closed = house.call("PUT", f"/v1/opportunities/{ids['opportunity']}/closing", closing)
    assert closed.status == 200, closed.text
    house.world.settle(rounds=200)
    assert house.call("POST", path, {}).status == 202
    finish(house)
    assert house.store.load(PrivacyRequest, request).status == "completed"


def test_the_certificate_proves_it_and_any_change_shows(house: House) -> None:
    person = contact(house)["id"]
    house.world.settle()
    view = answered(house, "erasure", person)
    path = f"/v1/privacy-requests/{view['id']}/certificate"
    certificate = house.call("GET", path).json
    assert certificate["subject"] == person
    assert certificate["counts"]["contact"] == 1
    assert certificate["by"] == house.admin.id
    verify = "/v1/privacy-certificates/verification"
    assert house.call("POST", verify, certificate).json == {"valid": True, "log_intact": True}
    for bent in (
        {"counts": {**certificate["counts"], "contact": 2}},
        {"erased_at": "2026-01-01T00:00:00Z"},
        {"signature": "0" * 32},
    ):
        answer = house.call("POST", verify, {**certificate, **bent})
        assert answer.json["valid"] is False, bent
    stranger = House(house.world)
    assert stranger.call("POST", verify, certificate).status == 404
    assert stranger.call("GET", path).status == 404
    request = house.store.load(PrivacyRequest, view["id"])
    assert [line.action for line in request.log] == ["received", "started", "completed"]
    assert intact(request.log)
    assert not intact((request.log[0], request.log[2]))


def test_there_is_no_certificate_before_the_end(house: House) -> None:
    request = ask(house, "erasure", contact(house)["id"])
    assert house.call("GET", f"/v1/privacy-requests/{request}/certificate").status == 404


def test_every_step_may_come_twice(house: House) -> None:
    person, _, _ = somebody(house)
    request = ask(house, "erasure", person)
    house.call("POST", f"/v1/privacy-requests/{request}/execution", FORCED)
    house.world.settle(rounds=300, hold=STEPS)
    for _ in range(60):
        orders = house.world.take(STEPS)
        if not orders:
            break
        house.world.deliver(STEPS, [order for order in set(orders) for _ in range(2)])
        house.world.settle(rounds=300, hold=STEPS)
    assert not house.world.dead, house.world.dead
    found = house.store.load(PrivacyRequest, request)
    assert found.certificate is not None
    assert (found.certificate.counts["contact"], found.certificate.counts["lead"]) == (2, 1)
    assert left(house) == []


def test_rows_of_uploaded_files_go_too(house: House) -> None:
    office = Office(house)
    office.imported(csv_file([(NAME, EMAIL)], header=("Name", "Email")), PEOPLE, "people.csv")
    (lead,) = house.call("GET", "/v1/leads").json["items"]
    assert any(NAME.encode() in content for content in objects(house).values())
    view = answered(house, "erasure", lead["id"])
    assert left(house) == []
    assert not any(EMAIL.encode() in content for content in objects(house).values())
    assert view["certificate"]["counts"]["import_file"] >= 2


def test_who_comes_back_is_recognised_and_not_contacted(house: House) -> None:
    view = answered(house, "erasure", contact(house)["id"])
    consent = {
        "channel": "email",
        "granted": True,
        "at": "2026-01-05T00:00:00Z",
        "evidence": "old list",
    }
    back = house.lead(name="W. Wang", email=EMAIL.upper(), consents=[consent], assign=False)["id"]
    other = house.lead(name="Somebody", email="else@example.com", consents=[consent])["id"]
    house.world.settle(rounds=200)
    ledgers = [house.store.load(ConsentLedger, ledger_id(lead)) for lead in (back, other)]
    assert [may_contact(k, "marketing", "email", house.world.now) for k in ledgers] == [False, True]
    (event,) = house.events("privacy_request.subject_returned")
    assert event.data == {"record": back, "request": view["id"]}
    request = house.store.load(PrivacyRequest, view["id"])
    assert (request.log[-1].action, request.log[-1].detail) == ("returned", back)
    assert intact(request.log)


def test_nothing_of_another_tenant_is_touched(house: House) -> None:
    other = House(house.world)
    contact(other)
    other.world.settle()
    before = other.items()
    answered(house, "erasure", contact(house)["id"])
    assert other.items() == before


def test_colleagues_of_the_person_keep_their_names(house: House) -> None:
    person, company, _ = somebody(house)
    colleague = contact(
        house, name="赵敏", phones=[{"number": "13700001111"}], emails=[], account=company
    )["id"]
    house.world.settle(rounds=200)
    before = house.store.load(Contact, colleague)
    answered(house, "erasure", person, **FORCED)
    assert house.store.load(Contact, colleague) == before
    assert house.call("GET", f"/v1/accounts/{company}").json["name"] == "杭州云栖贸易"


def test_what_an_undo_of_an_import_would_bring_back_goes_too(house: House) -> None:
    office = Office(house)
    office.imported(csv_file([("P1", NICKNAME, OTHER_EMAIL)]))
    changed = csv_file([("P1", NAME, EMAIL), ("P2", "Somebody Else", "else@example.com")])
    job = office.imported(changed, mode="upsert", keys=["external_id"])["id"]
    (lead,) = house.call("GET", "/v1/leads", query={"q": NAME}).json["items"]
    view = answered(house, "erasure", lead["id"])
    assert view["certificate"]["counts"]["import_image"] == 1
    assert left(house) == []
    assert not any(p.encode() in c for c in objects(house).values() for p in PERSONAL)
    office.call("POST", f"/v1/imports/{job}/undo", status=202)
    house.world.settle(rounds=300)
    assert not house.world.dead
    assert left(house) == []
    assert house.store.load(Lead, lead["id"], deleted=True).name == "[erased]"


def test_an_edit_at_the_same_moment_is_not_lost_into_the_open(house: House) -> None:
    person = contact(house)["id"]
    house.world.settle()
    request = ask(house, "erasure", person)
    house.call("POST", f"/v1/privacy-requests/{request}/execution", {})
    house.world.settle(rounds=300, hold=STEPS)
    while orders := house.world.take(STEPS):
        if '"phase":"records"' in orders[0]:
            answer = house.call("PATCH", f"/v1/contacts/{person}", {"job_title": TITLE})
            assert answer.status == 200
        house.world.deliver(STEPS, orders)
        house.world.settle(rounds=300, hold=STEPS)
    assert not house.world.dead
    assert house.store.load(PrivacyRequest, request).status == "completed"
    assert left(house) == []


def test_history_that_is_late_is_waited_for(house: House) -> None:
    person = contact(house)["id"]
    house.world.settle()
    request = ask(house, "erasure", person)
    house.call("POST", f"/v1/privacy-requests/{request}/execution", {})
    house.world.settle(rounds=300, hold=STEPS)
    for _ in range(30):
        orders = house.world.take(STEPS)
        house.world.deliver(STEPS, orders)
        if '"phase":"history"' in orders[0]:
            break
        if not any(f'"phase":"{phase}"' in orders[0] for phase in ("records", "duplicates")):
            house.world.settle(rounds=300, hold=STEPS)
    waiting = house.world.queues.waiting.get(STEPS, ())
    assert [delay for _, delay in waiting] == [30]
    assert house.store.load(PrivacyRequest, request).status == "running"
    finish(house)
    assert house.store.load(PrivacyRequest, request).status == "completed"
    assert left(house) == []
