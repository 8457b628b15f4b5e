"""Accounts and contacts come in: keys, accounts by name, owners, authors, duplicates, review."""

from typing import Any

import pytest

from shared.domain.access import Role
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.customers.links import Affiliation, affiliation_id
from tests.house import House
from tests.integration.imports.office import Office, csv_file, outcomes

COMPANY = [
    {"field": "external_id", "columns": ["Id"]},
    {"field": "name", "columns": ["Name"]},
    {"field": "tax_number", "columns": ["Tax"]},
    {"field": "phones.work", "columns": ["Phone"]},
]
PERSON = [
    {"field": "name", "columns": ["Name"]},
    {"field": "emails.work", "columns": ["Email"]},
    {"field": "phones.mobile", "columns": ["Mobile"]},
    {"field": "account.name", "columns": ["Company"]},
]
HEADER = ("Name", "Email", "Mobile", "Company")
PEOPLE = [
    ("王伟", "wang.wei@tianbai.example", "13812340101", "上海天柏科技有限公司"),
    ("李娜", "li.na@tianbai.example", "13812340102", "上海天柏科技有限公司"),
    ("Jane Roe", "jane@harbour.example", "13812340103", "Harbour Logistics Ltd"),
]


def accounts(office: Office, rows: list[tuple[str, ...]], **mapping: Any) -> dict[str, Any]:
    content = csv_file(rows, ("Id", "Name", "Tax", "Phone"))
    return office.imported(content, COMPANY, kind="account", **mapping)


def contacts(
    office: Office, rows: list[tuple[str, ...]], fields: Any = PERSON, **mapping: Any
) -> dict[str, Any]:
    return office.imported(csv_file(rows, HEADER), fields, kind="contact", **mapping)


def made(office: Office, job: dict[str, Any], entity: Any = Contact) -> list[Any]:
    """The records of a job's rows, in file order."""
    ids = [row["id"] for row in office.rows(job["id"]) if row.get("id")]
    return [office.house.store.load(entity, i, deleted=True) for i in ids]


def errors(office: Office, job: dict[str, Any]) -> list[tuple[int, str, str]]:
    """Line, column and code of everything that was refused."""
    found = office.rows(job["id"], "failed")
    return [(r["line"], e.get("column", ""), e["code"]) for r in found for e in r["errors"]]


CREATE = {"options": {"accounts": "create"}}


def test_accounts_come_in_with_checked_numbers(office: Office) -> None:
    rows = [
        ("A1", "上海天柏科技有限公司", "91310000MA1FL2XX4X", "021-6234 5678"),
        ("A2", "Harbour Logistics Ltd", "", "+44 20 7946 0123"),
    ]
    job = accounts(office, rows)
    assert outcomes(job) == {"created": 1, "failed": 1}
    assert errors(office, job) == [(2, "Tax", "tax_number_invalid")]
    (account,) = made(office, job, Account)
    assert (account.name, account.external_id) == ("Harbour Logistics Ltd", "A2")
    assert [(p.number.e164, p.kind) for p in account.phones] == [("+442079460123", "work")]
    event = office.house.events("account.created")[-1]
    assert (event.actor, event.data["channel"]) == (office.by.actor, "import")


def test_contacts_find_the_account_they_name_or_make_it_once(office: Office) -> None:
    accounts(office, [("A1", "上海天柏科技有限公司", "", "")])
    job = contacts(office, PEOPLE, **CREATE)
    assert outcomes(job) == {"created": 3}
    wang, li, jane = made(office, job)
    account = office.house.store.load(Account, wang.account)
    assert (account.external_id, li.account) == ("A1", account.id)
    harbour = office.house.store.load(Account, jane.account)
    assert harbour.name == "Harbour Logistics Ltd"
    assert len(office.house.events("account.created")) == 2
    link = office.house.store.load(Affiliation, affiliation_id(account.id, wang.id))
    assert (link.account, link.contact) == (account.id, wang.id)


def test_an_account_that_is_not_there_refuses_the_row_or_is_left_out(office: Office) -> None:
    job = contacts(office, PEOPLE[:1])
    assert errors(office, job) == [(2, "Company", "account_not_found")]
    linked = contacts(office, PEOPLE[:1], options={"accounts": "link"})
    assert outcomes(linked) == {"created": 1}
    assert made(office, linked)[0].account is None


def test_an_ambiguous_name_names_the_candidates(office: Office) -> None:
    house = office.house
    twins = [house.make(Account, name="天柏", owner=None).id for _ in range(2)]
    job = contacts(office, [("王伟", "w@tianbai.example", "13812340101", "天柏")], **CREATE)
    (row,) = office.rows(job["id"], "failed")
    (error,) = row["errors"]
    assert (error["column"], error["code"]) == ("Company", "account_ambiguous")
    assert all(twin in error["message"] for twin in twins)


def test_an_account_is_found_by_its_outside_id_or_tax_number(office: Office) -> None:
    house = office.house
    account = house.make(Account, name="天柏", external_id="A7")
    fields = [*PERSON[:3], {"field": "account.external_id", "columns": ["Company"]}]
    job = contacts(office, [("王伟", "w@tianbai.example", "13812340101", "A7")], fields)
    assert made(office, job)[0].account == account.id


def test_a_second_file_updates_by_the_chosen_keys_in_order(office: Office) -> None:
    first = contacts(office, PEOPLE, **CREATE)
    ids = [record.id for record in made(office, first)]
    moved = [
        ("王伟", "wang.wei@tianbai.example", "13900000001", "上海天柏科技有限公司"),
        ("李娜", "new@tianbai.example", "13812340102", "Harbour Logistics Ltd"),
        ("陈晨", "chen@tianbai.example", "13812340199", "Harbour Logistics Ltd"),
    ]
    job = contacts(office, moved, mode="upsert", keys=["emails", "phones"])
    assert outcomes(job) == {"updated": 2, "created": 1}
    wang, li, _ = made(office, job)
    assert [wang.id, li.id] == ids[:2]
    assert [p.number.e164 for p in wang.phones] == ["+8613812340101", "+8613900000001"]
    assert [e.address for e in li.emails] == ["li.na@tianbai.example", "new@tianbai.example"]
    assert len(li.accounts) == 2
    again = contacts(office, moved, mode="upsert", keys=["emails", "phones"])
    assert outcomes(again) == {"unchanged": 3}


def test_keys_that_must_agree_refuse_a_row_that_means_two_records(office: Office) -> None:
    contacts(office, PEOPLE, **CREATE)
    mixed = [("王伟", "wang.wei@tianbai.example", "13812340102", "上海天柏科技有限公司")]
    policy = {"mode": "upsert", "keys": ["emails", "phones"]}
    job = contacts(office, mixed, match="all", **policy)
    assert errors(office, job) == [(2, "Email", "keys_disagree")]
    assert outcomes(contacts(office, mixed, **policy)) == {"updated": 1}


def test_the_tax_number_recognises_an_account(office: Office) -> None:
    number = "91110000600037341L"
    first = accounts(office, [("", "天柏", number, "")])
    assert outcomes(first) == {"created": 1}
    job = accounts(office, [("", "天柏科技", number, "")], mode="upsert", keys=["tax_number"])
    assert outcomes(job) == {"updated": 1}
    assert made(office, job, Account)[0].name == "天柏科技"


def test_what_looks_like_a_known_customer_does_not_come_in(office: Office) -> None:
    contacts(office, PEOPLE, **CREATE)
    job = contacts(office, [*PEOPLE, PEOPLE[0]], **CREATE)
    assert outcomes(job) == {"duplicate": 4}
    twice = [("赵敏", "zhao@x.example", "13812340155", ""), ("赵敏", "zhao@x.example", "", "")]
    inside = contacts(office, twice)
    assert outcomes(inside) == {"created": 1, "duplicate": 1}
    (known,) = made(office, {"id": inside["id"]})[:1]
    assert office.rows(inside["id"], "duplicate")[0]["duplicate_of"] == known.id


def test_a_reason_lets_likely_duplicates_in_and_identities_stay_with_the_first(
    office: Office,
) -> None:
    first = made(office, contacts(office, PEOPLE[:1], **CREATE))[0]
    options = {"accounts": "create", "allow_duplicates": "checked by hand"}
    job = contacts(office, PEOPLE[:1], options=options)
    assert outcomes(job) == {"created": 1}
    second = made(office, job)[0]
    assert second.contested
    assert first.contested == ()
    assert {e.data["holder"] for e in office.house.events("identity.contested")} == {first.id}


def test_a_likely_duplicate_of_a_stranger_s_record_tells_only_whom_to_ask(house: House) -> None:
    boss = house.user("Boss", Role.SALES_MANAGER)
    other = house.user("Other", Role.SALES_MANAGER)
    house.team([boss])
    house.team([other])
    contacts(Office(house, house.by(other)), PEOPLE[:1], options={"accounts": "link"})
    office = Office(house, house.by(boss))
    job = contacts(office, PEOPLE[:1], options={"accounts": "link"})
    (row,) = office.rows(job["id"], "duplicate")
    assert row.get("id") is None
    assert row["ask"] == other.id
    assert "con_" not in row["duplicate_of"]


def test_owners_and_authors_come_from_columns_for_those_who_may(office: Office) -> None:
    house = office.house
    seller = house.user("Seller")
    house.team([seller])
    gone = house.user("Gone", status="deactivated")
    fields = [
        {"field": "name", "columns": ["Name"]},
        {"field": "owner", "columns": ["Email"]},
        {"field": "created_by", "columns": ["Mobile"]},
        {"field": "created_at", "columns": ["Company"], "transforms": [{"step": "date"}]},
    ]
    rows = [
        ("王伟", house.people[seller.id].email, gone.id, "2019-05-06"),
        ("李娜", "nobody@x.example", gone.id, "2019-05-06"),
        ("陈晨", "", "", "2091-01-01"),
    ]
    job = contacts(office, rows, fields, options={"owner": "column"})
    assert errors(office, job) == [
        (3, "Email", "unknown_user"),
        (4, "Company", "created_at_invalid"),
    ]
    (contact,) = made(office, job)
    assert (contact.owner, contact.team) == (seller.id, house.people[seller.id].teams[0])
    assert contact.created_by == gone.id
    assert contact.created_at.isoformat() == "2019-05-06T00:00:00+00:00"
    boss = Office(house, house.by(Role.SALES_MANAGER))
    job_id = boss.inspected(csv_file(rows, HEADER), kind="contact")
    body = {"mapping": {"kind": "contact", "fields": fields, "options": {"owner": "column"}}}
    boss.call("PUT", f"/v1/imports/{job_id}/mapping", body, 403)


@pytest.mark.parametrize(("option", "mine"), [("me", True), ("none", False)])
def test_rows_go_to_the_importer_or_to_nobody(office: Office, option: str, mine: bool) -> None:
    job = contacts(office, PEOPLE[:1], options={"owner": option, "accounts": "link"})
    assert made(office, job)[0].owner == (office.by.actor if mine else None)


def test_new_records_wait_for_review_as_the_policy_says_unless_skipped(office: Office) -> None:
    office.house.user("Reviewer", Role.ADMIN)
    step = {"name": "Check", "approvers": [{"by": "role", "value": "admin"}]}
    policy = {"enabled": True, "rules": {"steps": [step]}}
    office.call("PUT", "/v1/review-policies/contact", policy)
    job = contacts(office, PEOPLE[:1], options={"accounts": "link"})
    (contact,) = made(office, job)
    assert contact.hidden
    assert len(office.house.events("contact.submitted")) == 1
    assert office.house.events("contact.created") == []
    skipped = contacts(office, PEOPLE[1:2], options={"accounts": "link", "review": "skip"})
    assert not made(office, skipped)[0].hidden


def test_the_key_of_an_archived_record_offers_to_restore_it(office: Office) -> None:
    rows = [("A1", "天柏", "", "")]
    (account,) = made(office, accounts(office, rows), Account)
    office.call("DELETE", f"/v1/accounts/{account.id}")
    renamed = [("A1", "天柏科技", "", "")]
    job = accounts(office, renamed, mode="upsert", keys=["external_id"])
    (row,) = office.rows(job["id"], "failed")
    assert (row["id"], row["offer"]) == (account.id, "restore")
    policy = {"mode": "upsert", "keys": ["external_id"], "options": {"archived": "restore"}}
    restored = accounts(office, renamed, **policy)
    assert outcomes(restored) == {"updated": 1}
    back = office.house.store.load(Account, account.id)
    assert (back.name, back.deleted_at) == ("天柏科技", None)


def test_roles_come_in_with_the_contact(office: Office) -> None:
    fields = [
        *PERSON[:1],
        PERSON[3],
        {"field": "roles", "columns": ["Mobile"], "transforms": [{"step": "split"}]},
    ]
    job = contacts(office, [("王伟", "", "Decision maker;billing", "天柏")], fields, **CREATE)
    (contact,) = made(office, job)
    link = office.house.store.load(Affiliation, affiliation_id(contact.account, contact.id))
    assert link.roles == ("decision_maker", "billing")


def test_groups_of_companies_come_in_and_move(office: Office) -> None:
    fields = [*COMPANY[:2], {"field": "parent.external_id", "columns": ["Tax"]}]
    header = ("Id", "Name", "Tax", "Phone")
    names = ("Harbour Group", "Tianbai Works", "Orchid Foods", "Pelican Shipping")
    first = [(f"A{n}", name, "", "") for n, name in enumerate(names)]
    job = office.imported(csv_file(first, header), fields, kind="account")
    top, *below = made(office, job, Account)
    moved = [(f"A{n}", f"{name} AG", "A0" if n else "", "") for n, name in enumerate(names)]
    policy = {"mode": "upsert", "keys": ["external_id"]}
    again = office.imported(csv_file(moved, header), fields, kind="account", **policy)
    assert outcomes(again) == {"updated": 4}
    assert {office.house.store.load(Account, a.id).parent for a in below} == {top.id}
    circle = [("A0", names[0], "A1", "")]
    refused = office.imported(csv_file(circle, header), fields, kind="account", **policy)
    assert errors(office, refused) == [(2, "Tax", "account_cycle")]
