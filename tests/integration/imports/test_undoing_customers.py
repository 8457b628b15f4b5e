"""Undo for accounts and contacts: creations, updates, links and the accounts made on the way."""

from typing import Any

from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from tests.integration.imports.office import Office, csv_file, outcomes
from tests.integration.imports.test_customers import CREATE, PEOPLE, accounts, contacts, made
from tests.integration.imports.test_undoing import NOTHING, undo, undone


def test_contacts_and_the_accounts_made_for_them_go_and_the_file_comes_in_again(
    office: Office,
) -> None:
    job = contacts(office, PEOPLE, **CREATE)
    records = made(office, job)
    after = undo(office, job["id"])
    assert after["undo"] == {**NOTHING, "deleted": 3, "accounts_deleted": 2}
    assert all(office.house.store.find(Contact, record.id) is None for record in records)
    assert office.house.store.find(Account, records[0].account) is None
    again = contacts(office, PEOPLE, mode="upsert", keys=["emails", "phones"], **CREATE)
    assert outcomes(again) == {"created": 3}
    assert all(record.contested == () for record in made(office, again))


def test_an_account_that_somebody_works_with_stays(office: Office) -> None:
    job = contacts(office, PEOPLE, **CREATE)
    wang, *_ = made(office, job)
    by_hand = {"name": "By hand", "account": wang.account}
    office.call("POST", "/v1/contacts", by_hand, 201)
    after = undo(office, job["id"])
    assert (after["undo"]["accounts_deleted"], after["undo"]["accounts_kept"]) == (1, 1)


def test_a_contact_that_somebody_edited_stays_with_its_account(office: Office) -> None:
    job = contacts(office, PEOPLE, **CREATE)
    _, _, jane = made(office, job)
    office.call("PATCH", f"/v1/contacts/{jane.id}", {"job_title": "CEO"})
    after = undo(office, job["id"])
    assert (after["undo"]["deleted"], after["undo"]["conflict"]) == (2, 1)
    assert undone(office, job["id"])[4]["outcome"] == "conflict"
    assert office.house.store.find(Account, jane.account) is not None


def test_updates_of_lists_links_and_fields_get_their_old_values_back(office: Office) -> None:
    first = contacts(office, PEOPLE, **CREATE)
    before: dict[str, Any] = {r.id: r for r in made(office, first)}
    moved = [
        ("王小伟", PEOPLE[0][1], "13900000001", PEOPLE[2][3]),
        ("李小娜", PEOPLE[1][1], "13900000002", PEOPLE[2][3]),
    ]
    job = contacts(office, moved, mode="upsert", keys=["emails"])
    assert outcomes(job) == {"updated": 2}
    wang, li = made(office, job)
    office.call("PATCH", f"/v1/contacts/{li.id}", {"name": "Edited"})
    after = undo(office, job["id"])
    assert after["undo"] == {**NOTHING, "restored": 1, "partly": 1}
    back = office.house.store.load(Contact, wang.id)
    for name in ("name", "phones", "account", "accounts"):
        assert getattr(back, name) == getattr(before[wang.id], name)
    kept = office.house.store.load(Contact, li.id)
    assert (kept.name, kept.phones) == ("Edited", before[li.id].phones)


def test_a_restored_account_goes_back_into_the_archive(office: Office) -> None:
    rows = [("A1", "天柏", "", "")]
    (account,) = made(office, accounts(office, rows), Account)
    office.call("DELETE", f"/v1/accounts/{account.id}")
    policy = {"mode": "upsert", "keys": ["external_id"], "options": {"archived": "restore"}}
    job = accounts(office, [("A1", "天柏科技", "", "")], **policy)
    undo(office, job["id"])
    back = office.house.store.load(Account, account.id, deleted=True)
    assert back.deleted_at is not None
    assert back.name == "天柏"


def test_an_undo_delivered_twice_counts_accounts_once(office: Office) -> None:
    job = contacts(office, PEOPLE, **CREATE)
    world = office.house.world
    office.call("POST", f"/v1/imports/{job['id']}/undo", None, 202)
    world.settle(hold="import-undo-chunks")
    for _ in range(4):
        order = world.take("import-undo-chunks")
        world.deliver("import-undo-chunks", order + order)
        world.settle(hold="import-undo-chunks")
    after = office.read(job["id"])
    assert (after["undo"]["deleted"], after["undo"]["accounts_deleted"]) == (3, 2)
    assert len(office.house.events("import.undone")) == 1


def test_a_file_of_customers_delivered_twice_is_carried_out_once(office: Office) -> None:
    rows = [(f"人{n}", f"p{n}@x{n}.example", f"1381234{n:04d}", f"公司{n % 7}") for n in range(40)]
    job = office.mapped(
        csv_file(rows, ("Name", "Email", "Mobile", "Company")),
        [
            {"field": "name", "columns": ["Name"]},
            {"field": "emails.work", "columns": ["Email"]},
            {"field": "phones.mobile", "columns": ["Mobile"]},
            {"field": "account.name", "columns": ["Company"]},
        ],
        kind="contact",
        mode="upsert",
        keys=["emails", "phones"],
        options=CREATE["options"],
    )
    world = office.house.world
    office.start(job)
    world.settle(hold="import-chunks")
    orders = world.take("import-chunks")
    for _ in range(3):
        world.deliver("import-chunks", [*orders, *orders])
        world.settle(hold="import-chunks")
        orders = world.take("import-chunks")
    world.settle()
    assert outcomes(office.read(job)) == {"created": 40}
    assert len(office.house.events("contact.created")) == 40
    assert len(office.house.events("account.created")) == 7
    assert world.dead == []


def test_restricted_customers_stay_as_they_are(office: Office) -> None:
    job = contacts(office, PEOPLE[:2], options={"accounts": "link"})
    held, _ = made(office, job)
    office.house.change(held, restricted=True)
    after = undo(office, job["id"])
    assert (after["undo"]["deleted"], after["undo"]["conflict"]) == (1, 1)
    assert office.house.store.find(Contact, held.id) is not None


def test_a_key_that_another_record_took_since_is_a_conflict(office: Office) -> None:
    rows = [("A1", "天柏科技", "", "")]
    (account,) = made(office, accounts(office, rows), Account)
    fields = [
        {"field": "external_id", "columns": ["Tax"]},
        {"field": "aliases", "columns": ["Name"]},
        {"field": "phones.work", "columns": ["Phone"]},
    ]
    phone = "021-62345678"
    office.call("PATCH", f"/v1/accounts/{account.id}", {"phones": [{"number": phone}]})
    content = csv_file([("", "Tianbai", "A2", phone)], ("Id", "Name", "Tax", "Phone"))
    job = office.imported(content, fields, kind="account", mode="upsert", keys=["phones"])
    assert outcomes(job) == {"updated": 1}
    body = {"name": "Harbour Logistics", "external_id": "A1"}
    office.call("POST", "/v1/accounts", body, 201)
    after = undo(office, job["id"])
    assert after["undo"]["conflict"] == 1
    assert office.house.store.load(Account, account.id).external_id == "A2"
    assert office.house.world.dead == []
