"""Access: somebody gets everything there is about them, and nobody else does."""

import hashlib
from datetime import timedelta

from shared.domain.access import Role
from shared.domain.privacy.requests import PrivacyRequest, intact
from tests.house import House
from tests.integration.privacy.asking import answered, ask, execute, file_of, pack_of
from tests.integration.privacy.people import EMAIL, NAME, PHONE, account, contact, made

SAID = {"purpose": "marketing", "channel": "email", "state": "granted", "evidence": "签字"}


def furnished(house: House) -> str:
    """A contact with notes, consents, a deal, history, and somebody who looked."""
    company = account(house)["id"]
    person = contact(house, account=company)["id"]
    house.call("PATCH", f"/v1/contacts/{person}", {"job_title": "采购总监"})
    made(house, f"/v1/contacts/{person}/notes", {"text": "喜欢龙井茶"})
    made(house, f"/v1/contacts/{person}/consents", SAID)
    order = {"fields": ["phones"], "reason": "回电"}
    house.call("POST", f"/v1/contacts/{person}/reveal", order, by=house.by(Role.SUPPORT))
    deal = {"name": "年度框架", "account": company, "contacts": [person]}
    made(house, "/v1/opportunities", deal)
    house.world.settle(rounds=200)
    return person


def test_everything_about_a_person_is_in_the_file(house: House) -> None:
    person = furnished(house)
    view = answered(house, "export", person)
    parts, page = pack_of(house, view)
    (record,) = parts["records"]
    assert (record["name"], record["birthday"]) == (NAME, "1988-04-02")
    assert record["phones"][0]["number"]["e164"] == f"+86{PHONE}"
    assert [note["text"] for note in parts["notes"]] == ["喜欢龙井茶"]
    assert [entry["evidence"] for entry in parts["consents"]] == ["签字"]
    assert [(e["action"], e["fields"]) for e in parts["who_looked"] if e["action"] == "reveal"] == [
        ("reveal", ["phones"])
    ]
    assert [deal["name"] for deal in parts["dealings"]] == ["年度框架"]
    fields = {c["field"] for entry in parts["history"] for c in entry["changes"]}
    assert {"job_title", "name"} <= fields
    assert {"contact.created", "contact.changed"} <= {e["name"] for e in parts["timeline"]}
    for text in (NAME, EMAIL, PHONE, "喜欢龙井茶", "采购总监"):
        assert text in page
    assert view["manifest"]["rows"] == sum(map(len, parts.values()))


def test_leads_that_became_the_person_come_along(house: House) -> None:
    lead = house.lead(name=NAME, company="云栖贸易", email=EMAIL, interest="三坐标", assign=False)
    converted = made(house, f"/v1/leads/{lead['id']}/conversion", {})
    house.world.settle(rounds=200)
    parts, _ = pack_of(house, answered(house, "export", converted["contact"]))
    kinds = {record["id"].partition("_")[0] for record in parts["records"]}
    assert kinds == {"con", "lead"}
    assert "三坐标" in str(parts["records"])


def test_the_page_runs_nothing(house: House) -> None:
    evil = "<script>alert(1)</script>"
    person = contact(house, name=f"Eve {evil}", job_title='"><img src=x onerror=alert(1)>')["id"]
    house.world.settle()
    _, page = pack_of(house, answered(house, "export", person))
    assert evil not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page


def test_the_file_is_what_its_digest_says_and_goes_after_a_week(house: House) -> None:
    person = contact(house)["id"]
    view = answered(house, "export", person)
    path = f"/v1/privacy-requests/{view['id']}/link"
    content = file_of(house, view["id"])
    assert hashlib.sha256(content).hexdigest() == view["manifest"]["sha256"]
    rehearsed = house.call("POST", path, query={"dry_run": "true"})
    assert (rehearsed.status, rehearsed.json["url"]) == (200, "")
    trail = house.call("GET", "/v1/audit", query={"subject": person}).json["items"]
    assert [entry["reason"] for entry in trail] == [f"link {view['id']}", view["id"]]
    house.world.pass_time(timedelta(days=7))
    assert house.call("POST", path).status == 410


def test_only_privacy_officers_of_the_tenant_ask_and_fetch(house: House) -> None:
    person = contact(house)["id"]
    view = answered(house, "export", person)
    path = f"/v1/privacy-requests/{view['id']}"
    body = {"type": "export", "subject": person}
    for role in (Role.SALES_MANAGER, Role.SUPPORT, Role.MARKETING, Role.INTEGRATION):
        by = house.by(role)
        assert house.call("GET", path, by=by).status == 403
        assert house.call("POST", "/v1/privacy-requests", body, by=by).status == 403
    assert house.call("GET", path, by=house.by(Role.LEGAL)).status == 200
    stranger = House(house.world)
    assert stranger.call("GET", path).status == 404
    assert stranger.call("POST", f"{path}/link").status == 404
    assert house.call("POST", f"{path}/link", by=house.by(Role.MARKETING)).status == 403
    assert stranger.call("POST", "/v1/privacy-requests", body).status == 404
    assert stranger.call("POST", f"{path}/execution", {}).status == 404


def test_a_company_is_no_person(house: House) -> None:
    company = account(house)["id"]
    answer = house.call("POST", "/v1/privacy-requests", {"type": "export", "subject": company})
    assert (answer.status, answer.json["errors"][0]["code"]) == (422, "not_a_person")
    somebody = account(house, type="individual", name="陈静")["id"]
    assert answered(house, "export", somebody)["manifest"]["rows"] >= 1


def test_a_deadline_that_passes_is_told_once(house: House) -> None:
    person = contact(house)["id"]
    request = ask(house, "export", person, received_at="2026-02-10T09:00:00Z")
    view = house.call("GET", f"/v1/privacy-requests/{request}").json
    assert view["due_at"].startswith("2026-03-12T09:00")
    timer = {"tenant": house.tenant, "kind": "privacy_request", "id": request}
    house.world.pass_time(timedelta(days=9))
    _ring(house, timer)
    assert not house.call("GET", f"/v1/privacy-requests/{request}").json["overdue"]
    house.world.pass_time(timedelta(days=2))
    for _ in range(2):
        _ring(house, timer)
    found = house.store.load(PrivacyRequest, request)
    assert (found.overdue, found.status) == (True, "open")
    assert [line.action for line in found.log] == ["received", "overdue"]
    house.world.settle()
    assert len(house.events("privacy_request.overdue")) == 1


def _ring(house: House, timer: dict[str, str]) -> None:
    due = house.world.now.isoformat()
    body = f'{{"due":"{due}",' + ",".join(f'"{n}":"{v}"' for n, v in timer.items()) + "}"
    house.world.deliver("privacy_request-timers", [body])
    assert not house.world.dead


def test_a_refusal_needs_a_reason_and_ends_it(house: House) -> None:
    request = ask(house, "export", contact(house)["id"])
    path = f"/v1/privacy-requests/{request}"
    assert house.call("POST", f"{path}/refusal", {}).status == 422
    answer = house.call("POST", f"{path}/refusal", {"reason": "identity not proven"})
    assert (answer.status, answer.json["status"]) == (200, "refused")
    assert house.call("POST", f"{path}/execution", {}).status == 409


def test_a_restriction_is_carried_out_at_once(house: House) -> None:
    person = contact(house)["id"]
    request = ask(house, "restriction", person)
    execute(house, request)
    found = house.store.load(PrivacyRequest, request)
    assert found.status == "completed"
    assert intact(found.log)
    assert house.call("GET", f"/v1/contacts/{person}").json["restricted"] is True
    lead = house.lead()["id"]
    answer = house.call("POST", "/v1/privacy-requests", {"type": "restriction", "subject": lead})
    assert answer.json["errors"][0]["code"] == "not_restrictable"
