"""Files of well-known programs are recognised by their headings and read without any mapping."""

import csv
import io
from typing import Any

import pytest

from functions.imports.adapters import record_kind
from functions.imports.adapters.base import Source
from functions.imports.inspection import inspect
from functions.imports.mapping import Mapping
from functions.imports.presets import PRESETS, recognise
from functions.imports.proposals import Locality
from functions.imports.row_mapper import RowInput, RowMapper
from functions.imports.suggestion import Known, Suggestion, suggest
from functions.imports.tables import open_table
from tests.unit.imports.test_leads_adapter import AT

GOOGLE_OLD = {
    "Name": "王伟",
    "Given Name": "伟",
    "Family Name": "王",
    "Yomi Name": "",
    "Birthday": "1990-02-28",
    "Notes": "met at the fair",
    "Group Membership": "* myContacts ::: Fair 2024",
    "E-mail 1 - Type": "* Work",
    "E-mail 1 - Value": "wang@tianbai.example ::: wang2@tianbai.example",
    "E-mail 2 - Type": "Home",
    "E-mail 2 - Value": "wang@home.example",
    "Phone 1 - Type": "Mobile",
    "Phone 1 - Value": "+86 138 1234 0101",
    "Phone 2 - Type": "Work Fax",
    "Phone 2 - Value": "+86 21 6234 5678",
    "Organization 1 - Name": "天柏科技",
    "Organization 1 - Title": "经理",
    "Address 1 - Type": "Work",
    "Address 1 - Formatted": "whatever",
    "Address 1 - City": "上海",
    "Address 1 - Country": "中国",
}
GOOGLE_NEW = {
    "First Name": "Jane",
    "Middle Name": "",
    "Last Name": "Roe",
    "Phonetic First Name": "",
    "File As": "",
    "Nickname": "",
    "Labels": "* myContacts ::: Friends",
    "Organization Name": "Harbour Ltd",
    "Organization Title": "CEO",
    "E-mail 1 - Label": "* Home",
    "E-mail 1 - Value": "jane@home.example",
    "Phone 1 - Label": "Work",
    "Phone 1 - Value": "+44 20 7946 0123",
}
OUTLOOK = {
    "Title": "",
    "First Name": "Jane",
    "Middle Name": "",
    "Last Name": "Roe",
    "Company": "Harbour Ltd",
    "Job Title": "CEO",
    "Business Street": "1 Quay",
    "Business City": "London",
    "Business Country/Region": "United Kingdom",
    "Business Phone": "+44 20 7946 0123",
    "Business Phone 2": "+44 20 7946 0124",
    "Mobile Phone": "+44 7700 900123",
    "Birthday": "0/0/00",
    "Categories": "VIP;Fair",
    "E-mail Address": "jane@harbour.example",
    "E-mail Type": "SMTP",
    "E-mail 2 Address": "jane@home.example",
    "Gender": "Unspecified",
}
HUBSPOT = {
    "Record ID": "501",
    "First Name": "Jane",
    "Last Name": "Roe",
    "Email": "jane@harbour.example",
    "Phone Number": "+442079460123",
    "Lifecycle Stage": "lead",
    "Associated Company": "Harbour Ltd",
}
HUBSPOT_COMPANY = {
    "Record ID": "77",
    "Company name": "Harbour Ltd",
    "Website URL": "harbour.example",
    "Number of Employees": "250",
    "Country/Region": "United Kingdom",
}
SALESFORCE = {
    "Id": "0035g00000AAAAA",
    "AccountId": "0015g00000BBBBB",
    "LastName": "Roe",
    "FirstName": "Jane",
    "MailingCity": "London",
    "MailingCountry": "UK",
    "Phone": "+442079460123",
    "MobilePhone": "+447700900123",
    "Email": "jane@harbour.example",
    "Birthdate": "1990-02-28",
    "SystemModstamp": "2024-01-01",
}
SALESFORCE_ACCOUNT = {
    "Id": "0015g00000BBBBB",
    "Name": "Harbour Ltd",
    "ParentId": "0015g00000CCCCC",
    "BillingCity": "London",
    "BillingCountry": "United Kingdom",
    "NumberOfEmployees": "250",
}
SALESFORCE_LEAD = {
    "Id": "00Q5g",
    "LastName": "Roe",
    "FirstName": "Jane",
    "Company": "Harbour Ltd",
    "LeadSource": "Web",
    "Email": "jane@harbour.example",
    "Phone": "+442079460123",
    "HasOptedOutOfEmail": "TRUE",
    "DoNotCall": "FALSE",
}


def file_of(row: dict[str, str]) -> io.BytesIO:
    """A file with one row."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(row)
    writer.writerow(row.values())
    return io.BytesIO(text.getvalue().encode())


def suggested(row: dict[str, str], kind: str) -> Suggestion:
    columns = inspect(file_of(row)).columns
    adapter = record_kind(kind)
    preset = recognise(tuple(row), kind)
    assert preset is not None
    known = Known(preset, kind, adapter.target)
    return suggest(columns, adapter.targets, Locality(region="CN"), custom=True, known=known)


def values(row: dict[str, str], kind: str) -> dict[str, Any]:
    """What the row says by the suggested mapping."""
    file = file_of(row)
    layout = inspect(file).layout
    file.seek(0)
    table = open_table(file, layout)
    mapping = Mapping(kind=kind, fields=suggested(row, kind).fields)
    assert record_kind(kind).problems(mapping) == []
    found = RowMapper(mapping, table.header).apply(2, next(iter(table)).cells)
    assert isinstance(found, RowInput), found
    return found.values


def contact(row: dict[str, str]) -> Any:
    """The row as contact input."""
    mapping = Mapping(kind="contact", fields=suggested(row, "contact").fields)
    said = values(row, "contact")
    for name in ("account", "parent"):
        said.pop(name, None)
    source = Source("contacts.csv", AT)
    return record_kind("contact").read(RowInput(2, said), source, mapping, "CN").input


@pytest.mark.parametrize(
    ("row", "kind", "name"),
    [
        (GOOGLE_OLD, "contact", "google_contacts"),
        (GOOGLE_NEW, "contact", "google_contacts"),
        (GOOGLE_NEW, "lead", "google_contacts"),
        (OUTLOOK, "contact", "outlook_contacts"),
        (HUBSPOT, "contact", "hubspot_contacts"),
        (HUBSPOT_COMPANY, "account", "hubspot_companies"),
        (SALESFORCE, "contact", "salesforce_contacts"),
        (SALESFORCE_ACCOUNT, "account", "salesforce_accounts"),
        (SALESFORCE_LEAD, "lead", "salesforce_leads"),
    ],
)
def test_each_program_is_known_by_its_headings(row: dict[str, str], kind: str, name: str) -> None:
    assert suggested(row, kind).preset == name
    values(row, kind)


def test_headings_of_nobody_are_no_preset() -> None:
    assert recognise(("Name", "Email", "Phone"), "contact") is None
    assert recognise(tuple(GOOGLE_OLD), "account") is None


def test_google_gives_several_values_of_a_cell_with_their_kinds() -> None:
    given = contact(GOOGLE_OLD)
    assert [(e.address, e.kind) for e in given.emails] == [
        ("wang@tianbai.example", "work"),
        ("wang2@tianbai.example", "work"),
        ("wang@home.example", "personal"),
    ]
    assert [(p.number, p.kind) for p in given.phones] == [
        ("+8613812340101", "mobile"),
        ("+862162345678", "fax"),
    ]
    assert given.tags == ("* myContacts", "Fair 2024")
    assert [(a.kind, a.city, a.country) for a in given.addresses] == [("work", "上海", "CN")]
    assert values(GOOGLE_OLD, "contact")["account"] == {"name": "天柏科技"}


def test_google_s_new_labels_mean_the_same_as_its_old_types() -> None:
    given = contact(GOOGLE_NEW)
    assert [(e.address, e.kind) for e in given.emails] == [("jane@home.example", "personal")]
    assert [(p.number, p.kind) for p in given.phones] == [("+442079460123", "work")]


def test_outlook_s_many_columns_become_lists_and_its_zero_date_nothing() -> None:
    given = contact(OUTLOOK)
    assert given.birthday is None
    assert given.gender is None
    assert [(p.number, p.kind) for p in given.phones] == [
        ("+442079460123", "work"),
        ("+442079460124", "work"),
        ("+447700900123", "mobile"),
    ]
    assert [(a.kind, a.street, a.country) for a in given.addresses] == [("work", "1 Quay", "GB")]
    assert given.tags == ("VIP", "Fair")
    assert suggested(OUTLOOK, "contact").unmapped == ("Title", "Middle Name", "E-mail Type")


def test_a_lead_takes_the_first_address_and_the_mobile_number() -> None:
    said = values(OUTLOOK, "lead")
    assert (said["email"], said["phone"]) == ("jane@harbour.example", "+447700900123")
    assert (said["company"], said["city"], said["country"]) == (
        *("Harbour Ltd", "London"),
        "United Kingdom",
    )
    assert values(GOOGLE_OLD, "lead")["email"] == "wang@tianbai.example"


def test_salesforce_refers_to_accounts_by_their_ids_and_its_refusals_stay_refusals() -> None:
    assert values(SALESFORCE, "contact")["account"] == {"external_id": "0015g00000BBBBB"}
    assert values(SALESFORCE_ACCOUNT, "account")["parent"] == {"external_id": "0015g00000CCCCC"}
    assert values(SALESFORCE_LEAD, "lead")["consents"] == {"email": False}


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_every_field_of_a_preset_exists(preset: Any) -> None:
    rows = (GOOGLE_OLD, GOOGLE_NEW, OUTLOOK, HUBSPOT, HUBSPOT_COMPANY, SALESFORCE)
    headings = [name for row in (*rows, SALESFORCE_ACCOUNT, SALESFORCE_LEAD) for name in row]
    for kind in preset.kinds:
        found = preset.bind(headings, kind)
        unknown = {b.field for b in found if record_kind(kind).target(b.field) is None}
        of_persons = {"birthday", "gender", "department"} if kind == "lead" else set[str]()
        assert unknown <= of_persons
