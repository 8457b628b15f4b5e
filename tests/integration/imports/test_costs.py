"""What a row costs in requests, whatever the size of the table; old encodings; many rows."""

from collections import Counter
from typing import Any

import pytest

from shared.domain.customers.contact import Contact
from tests.house import House
from tests.integration.imports.office import Office, csv_file, outcomes, people
from tests.integration.imports.test_customers import HEADER, PERSON, contacts, made

ROWS = 40
NAMES = ("欧阳", "司马", "诸葛", "慕容", "上官")


def persons(count: int, start: int = 0) -> list[tuple[str, ...]]:
    """Contacts who differ in everything and stand for nobody."""
    found = range(start, start + count)
    return [
        (f"{NAMES[n % 5]}{chr(0x4E00 + n * 7)}", f"p{n}@x{n}.example", f"138{n * 997:08d}", "")
        for n in found
    ]


def cost_of(office: Office, job: str, **order: Any) -> Counter[str]:
    """The requests of the chunks of a run, without what follows from their writes."""
    world = office.house.world
    office.start(job, **order)
    world.settle(hold="import-chunks")
    orders = world.take("import-chunks")
    world.requests.clear()
    world.deliver("import-chunks", orders)
    found: Counter[str] = Counter(world.requests)
    world.settle(rounds=500)
    return found


def mapped(office: Office, rows: list[tuple[str, ...]], **mapping: Any) -> str:
    return office.mapped(csv_file(rows, HEADER), PERSON, kind="contact", **mapping)


def test_a_new_contact_costs_a_bounded_number_of_requests(office: Office) -> None:
    contacts(office, persons(20, start=900))
    job = mapped(office, persons(ROWS), mode="upsert", keys=["emails"])
    found = cost_of(office, job)
    assert outcomes(office.read(job)) == {"created": ROWS}
    # Of each row: who shares one of its match keys, who holds its identities.
    assert found["Query"] <= ROWS * 6 + 5
    assert found["BatchGetItem"] <= ROWS + 8
    assert found["TransactWriteItems"] <= ROWS / 3
    assert found["GetItem"] + found["PutItem"] <= 20


def test_an_update_costs_no_look_for_others_like_it(office: Office) -> None:
    rows = persons(ROWS)
    contacts(office, rows)
    changed = [(f"{name}二", mail, mobile, company) for name, mail, mobile, company in rows]
    job = mapped(office, changed, mode="upsert", keys=["emails"])
    found = cost_of(office, job)
    assert outcomes(office.read(job)) == {"updated": ROWS}
    assert found["Query"] <= 5
    assert found["BatchGetItem"] <= 8


def test_numbers_are_looked_up_one_by_one(office: Office) -> None:
    rows = persons(ROWS)
    contacts(office, rows)
    job = mapped(office, rows, mode="upsert", keys=["phones"])
    found = cost_of(office, job)
    assert outcomes(office.read(job)) == {"unchanged": ROWS}
    assert found["Query"] <= ROWS + 10
    assert found["TransactWriteItems"] == 0


def test_a_lead_costs_a_fraction_of_a_request_besides_its_write(office: Office) -> None:
    job = office.mapped(csv_file(people(100)), mode="upsert", keys=["external_id"])
    found = cost_of(office, job)
    assert found["Query"] <= 10
    assert found["BatchGetItem"] <= 10
    assert found["TransactWriteItems"] <= 25


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-16", "big5"])
def test_chinese_files_of_every_encoding_come_in_unbroken(office: Office, encoding: str) -> None:
    rows = [
        ("歐陽修", "a@x.example", "13812340101", ""),
        ("王偉", "b@y.example", "13812340102", ""),
    ]
    text = csv_file(
        rows, ("姓名", "邮箱" if encoding != "big5" else "郵箱", "手機", "公司")
    ).decode()
    job = office.inspected(text.encode(encoding), kind="contact")
    found = office.call("GET", f"/v1/imports/{job}/inspection")
    fields = found["suggestion"]["fields"]
    mapping = {"kind": "contact", "fields": fields}
    office.call("PUT", f"/v1/imports/{job}/mapping", {"mapping": mapping})
    after = office.run(job)
    assert outcomes(after) == {"created": 2}
    records = [office.house.store.load(Contact, row["id"]) for row in office.rows(job)]
    assert [record.name for record in records] == ["歐陽修", "王偉"]


@pytest.mark.slow
def test_ten_thousand_leads_are_rehearsed_at_a_fraction_of_a_request_each(house: House) -> None:
    office = Office(house)
    job = office.mapped(csv_file(people(10_000)), mode="upsert", keys=["external_id"])
    found = cost_of(office, job, dry_run=True)
    assert office.read(job)["rehearsal"]["created"] == 10_000
    assert found.total() <= 200  # of the first chunk of each lane: 1,000 rows


def test_nobody_of_another_tenant_is_found_by_a_key(office: Office) -> None:
    contacts(office, persons(3))
    other = Office(House(office.house.world))
    job = contacts(other, persons(3), mode="upsert", keys=["emails", "phones"])
    assert outcomes(job) == {"created": 3}
    assert {record.contested for record in made(other, job)} == {()}
