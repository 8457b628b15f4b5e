"""Exports under control: approval above a number of rows, counters, watermark, trail, masks."""

import io
from typing import Any

import openpyxl
import pytest

from shared.domain.access import Role
from shared.domain.customers.account import Account
from shared.domain.exports import ExportJob
from tests.house import House
from tests.integration.imports.office import Office
from tests.integration.imports.test_exporting import export, link, rows_of

NAME = [{"field": "name"}]


def customer(office: Office, kind: str = "contacts", **fields: Any) -> dict[str, Any]:
    return office.call("POST", f"/v1/{kind}", {"name": "王伟", **fields}, 201)


@pytest.fixture
def limited(office: Office) -> Office:
    """A house in which two rows are too many to take out without asking."""
    office.house.user("Reviewer", Role.ADMIN)
    office.call("PUT", "/v1/export-policy", {"approval_above": 1})
    for n in range(2):
        office.house.lead(name=f"Person {n}", email=f"p{n}@example.com")
    return office


def approval_of(office: Office, job: dict[str, Any]) -> str:
    approval = office.house.store.load(ExportJob, job["id"]).approval
    assert approval
    return approval


def decide(office: Office, approval: str, **order: Any) -> None:
    """The decision of the colleague who is asked."""
    colleague = next(u for u in office.house.people.values() if u.name == "Reviewer")
    path = f"/v1/approvals/{approval}/decision"
    answer = office.house.call("POST", path, order, by=office.house.by(colleague))
    assert answer.status in (200, 201), answer.text
    office.house.world.settle()


def test_a_large_export_waits_for_a_colleague_and_is_made_then(limited: Office) -> None:
    job = export(limited, columns=NAME)
    assert (job["status"], job["rows"], job["manifest"]) == ("awaiting_approval", 2, None)
    limited.call("POST", f"/v1/exports/{job['id']}/link", None, 409)
    stored = limited.house.store.load(ExportJob, job["id"])
    version = stored.version
    decide(limited, approval_of(limited, job), action="approve", subject_version=version)
    done = limited.call("GET", f"/v1/exports/{job['id']}")
    assert (done["status"], done["manifest"]["rows"]) == ("completed", 2)
    assert len(rows_of(limited, done)) == 3
    assert len(limited.house.events("export.completed")) == 1


def test_a_refused_export_makes_no_file(limited: Office) -> None:
    job = export(limited, columns=NAME)
    decide(limited, approval_of(limited, job), action="return", comment="Why?")
    after = limited.call("GET", f"/v1/exports/{job['id']}")
    assert (after["status"], after["refusal"], after["manifest"]) == ("refused", "Why?", None)


def test_a_small_export_asks_nobody(limited: Office) -> None:
    job = export(limited, columns=NAME, filters={"q": "Person 1"})
    assert job["status"] == "completed"


def test_an_export_that_nobody_can_approve_fails_and_says_so(office: Office) -> None:
    office.call("PUT", "/v1/export-policy", {"approval_above": 0})
    office.house.lead()
    assert export(office)["failure"]["code"] == "nobody_to_ask"


@pytest.mark.parametrize("role", [Role.SALES_MANAGER, Role.MARKETING, Role.INTEGRATION])
def test_only_administrators_set_the_rules_and_see_the_usage(house: House, role: Role) -> None:
    by = house.by(role)
    assert house.call("PUT", "/v1/export-policy", {}, by=by).status == 403
    assert house.call("GET", "/v1/export-policy", by=by).status == 403
    assert house.call("GET", "/v1/exports/usage", by=by).status == 403


def test_what_each_person_takes_out_is_counted_by_day(office: Office) -> None:
    house = office.house
    house.lead()
    export(office)
    theirs = Office(house, house.by(Role.MARKETING))
    job = export(theirs)
    link(theirs, job)
    usage = office.call("GET", "/v1/exports/usage")
    assert usage["month"] == f"{house.world.now:%Y-%m}"
    found = {each["user"]: each for each in usage["items"]}
    day = f"{house.world.now:%Y-%m-%d}"
    assert found[office.by.actor] == {
        **{"day": day, "user": office.by.actor},
        **{"exports": 1, "rows": 1, "links": 0},
    }
    assert found[theirs.by.actor]["links"] == 1
    assert office.call("GET", "/v1/exports/usage", query={"month": "2019-01"})["items"] == []


def test_fetching_a_link_leaves_a_trace(office: Office) -> None:
    job = export(office, columns=NAME)
    assert office.house.events("export.fetched") == []
    link(office, job)
    office.house.world.settle()
    (told,) = office.house.events("export.fetched")
    assert (told.data["by"], told.subject.id) == (office.by.actor, job["id"])
    entries = office.call("GET", "/v1/audit", query={"action": "export_link"})["items"]
    assert [(e["actor"], e["subject"], e["fields"]) for e in entries] == [
        (office.by.actor, job["id"], ["name"])
    ]


def test_a_file_says_who_took_it_out(office: Office) -> None:
    office.house.lead()
    job = export(office, columns=NAME, format="xlsx")
    mark = job["manifest"]["watermark"]
    assert "Admin" in mark
    assert office.by.actor in mark
    book = openpyxl.load_workbook(io.BytesIO(office.fetch(link(office, job))))
    assert (book.properties.creator, book.properties.description) == (mark, mark)
    footer: Any = book.worksheets[0].oddFooter
    assert footer.left.text == mark
    office.call("PUT", "/v1/export-policy", {"watermark": False})
    assert export(office, columns=NAME)["manifest"]["watermark"] == ""


def test_lists_of_customers_are_columns_by_kind(office: Office) -> None:
    customer(
        office,
        "accounts",
        name="天柏",
        phones=[{"number": "13812340101"}, {"number": "021-62345678", "kind": "work"}],
        addresses=[{"country": "CN", "province": "上海市", "city": "上海市"}],
        tags=["vip"],
    )
    columns = ["name", "phones.mobile", "phones.work", "addresses.work.city", "tags"]
    job = export(office, kind="account", columns=[{"field": name} for name in columns])
    assert rows_of(office, job)[1] == ["天柏", "+8613812340101", "+862162345678", "上海市", "vip"]
    usual = export(office, kind="contact")
    assert rows_of(office, usual)[0][:3] == ["id", "external_id", "name"]


def test_filters_are_those_of_the_kind(office: Office) -> None:
    customer(office, name="王伟", source="fair")
    customer(office, name="李娜", source="web")
    job = export(office, kind="contact", filters={"source": "fair"}, columns=NAME)
    assert rows_of(office, job)[1:] == [["王伟"]]
    body = {"kind": "contact", "filters": {"lifecycle": "lost"}}
    wrong = office.call("POST", "/v1/exports", body, 422)
    assert [(e["path"], e["code"]) for e in wrong["errors"]] == [
        ("filters.lifecycle", "unknown_field")
    ]


def test_restricted_customers_and_those_in_review_are_in_no_export(office: Office) -> None:
    house = office.house
    house.make(Account, name="Restricted", restricted=True)
    review = {"state": "pending", "approval": "apr_1"}
    house.make(Account, name="Hidden", review=review)
    house.make(Account, name="Shown")
    job = export(office, kind="account", columns=NAME)
    assert rows_of(office, job)[1:] == [["Shown"]]


def test_masked_fields_stay_masked_in_every_format(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shared.domain import access

    customer(
        office,
        emails=[{"address": "wang@example.com"}],
        phones=[{"number": "13812340101"}],
        birthday="1990-01-02",
    )
    masked = {"phones": "mask", "emails": "mask", "birthday": "hide"}
    rules = {**access.FIELD_RULES, Role.ADMIN: {"contact": masked}}
    monkeypatch.setattr(access, "FIELD_RULES", rules)
    columns = [{"field": "phones.mobile"}, {"field": "emails.work"}]
    assert rows_of(office, export(office, kind="contact", columns=columns))[1] == [
        "'+86****0101",
        "w****@example.com",
    ]
    card = office.fetch(link(office, export(office, kind="contact", format="vcard"))).decode()
    assert "TEL;TYPE=CELL:+86****0101\r\n" in card
    assert "13812340101" not in card
    assert "1990" not in card


def test_contacts_come_out_as_cards_that_come_in_again(office: Office) -> None:
    account = customer(office, "accounts", name="天柏; 科技, Ltd")
    customer(
        office,
        name="王伟",
        given_name="伟",
        family_name="王",
        job_title="经理" * 40,
        birthday="1990-02-28",
        account=account["id"],
        phones=[{"number": "13812340101"}],
        emails=[{"address": "wang@example.com"}],
        addresses=[{"kind": "home", "country": "CN", "city": "上海市", "street": "人民路1号"}],
        tags=["vip"],
    )
    job = export(office, kind="contact", format="vcard")
    content = office.fetch(link(office, job))
    assert all(len(line) <= 77 for line in content.split(b"\n"))
    assert job["manifest"]["rows"] == 1
    other = Office(House(office.house.world))
    again = other.inspected(content, "contacts.vcf", "contact")
    found = other.call("GET", f"/v1/imports/{again}/inspection")
    assert found["suggestion"]["preset"] == "vcard"
    fields = found["suggestion"]["fields"]
    mapping = {"kind": "contact", "fields": fields, "options": {"accounts": "create"}}
    other.call("PUT", f"/v1/imports/{again}/mapping", {"mapping": mapping})
    assert other.run(again)["counts"]["created"] == 1
    contact = other.call("GET", f"/v1/contacts/{other.rows(again)[0]['id']}")
    assert (contact["given_name"], contact["family_name"]) == ("伟", "王")
    assert contact["job_title"] == "经理" * 40
    assert contact["phones"][0]["number"]["e164"] == "+8613812340101"
    assert contact["addresses"][0]["street"] == "人民路1号"
    name = other.call("GET", f"/v1/accounts/{contact['account']}")["name"]
    assert name == "天柏; 科技, Ltd"


def test_only_contacts_are_written_as_cards(office: Office) -> None:
    wrong = office.call("POST", "/v1/exports", {"kind": "account", "format": "vcard"}, 422)
    assert wrong["errors"][0]["path"] == "format"
