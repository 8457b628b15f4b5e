"""Every sample file of contacts is imported, or refused with an exact reason per row or file."""

from pathlib import Path
from typing import Any

import pytest

from shared.domain.customers.contact import Contact
from tests.integration.imports.office import Office
from tests.world import ROOT

FOLDER = ROOT.parent / "shared/data/09_import_files"
FOLDERS = ("contacts_csv", "csv_spectrum", "vcard_ezvcard")
FILES = sorted(p for name in FOLDERS for p in (FOLDER / name).glob("*"))
REFUSED = {".json": {"jcard_not_supported", "file_kind_not_supported"}}
EXACT = frozenset(
    {
        "required",
        "identity_required",
        "too_long",
        "email_invalid",
        "phone_invalid",
        "phone_region_needed",
        "country_unknown",
    }
    | {"undecodable", "duplicates_found", "date_invalid", "tax_number_invalid"}
)
_BROKEN = ("\ufffd", "Ã", "â€", "锟斤拷", "\udc80")

pytestmark = pytest.mark.skipif(not FILES, reason="the sample files are not at hand")


def suggested(office: Office, job: str) -> list[dict[str, Any]]:
    found = office.call("GET", f"/v1/imports/{job}/inspection")
    return found["suggestion"]["fields"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
@pytest.mark.parametrize("kind", ["contact", "lead"])
def test_a_sample_file_is_imported_or_refused_with_reasons(
    office: Office, path: Path, kind: str
) -> None:
    source = path.read_text(errors="surrogateescape")
    job = office.upload(path.read_bytes(), path.name, kind)
    if path.suffix in REFUSED:
        answer = office.call("POST", f"/v1/imports/{job}/inspection", {}, 422)
        assert {e["code"] for e in answer["errors"]} <= REFUSED[path.suffix]
        return
    found = office.call("POST", f"/v1/imports/{job}/inspection", {})
    fields = found["suggestion"]["fields"]
    assert fields
    options = {"options": {"accounts": "create"}} if kind == "contact" else {}
    chosen = {"mapping": {"kind": kind, "fields": fields, **options}}
    office.call("PUT", f"/v1/imports/{job}/mapping", chosen)
    large = found["inspection"]["rows"] > 100  # gone through without writing
    after = office.run(job, dry_run=large)
    assert after["status"] == ("rehearsed" if large else "completed"), after["failure"]
    counts = after["rehearsal" if large else "counts"]
    assert sum(counts.values()) == found["inspection"]["rows"] == after["rows"]
    rows = office.rows(job)
    assert len(rows) == after["rows"]
    reasons = {e["code"] for row in rows for e in row.get("errors", ())}
    assert reasons <= EXACT
    for row in rows:
        if row["outcome"] == "created" and not large:
            text = _document(office, row["id"])
            assert not any(broken in text for broken in _BROKEN if broken not in source)
    assert office.house.world.dead == []


def _document(office: Office, record: str) -> str:
    if record.startswith("con_"):
        return office.house.store.load(Contact, record).document()
    return office.house.stored(record).document()


def test_the_beginning_of_a_large_file_is_imported(office: Office) -> None:
    path = FOLDER / "contacts_csv/atomic_crm_contacts_export.csv"
    content = b"".join(path.read_bytes().splitlines(keepends=True)[:41])
    job = office.inspected(content, path.name, "contact")
    options = {"accounts": "create", "allow_duplicates": "a sample"}
    chosen = {"kind": "contact", "fields": suggested(office, job), "options": options}
    office.call("PUT", f"/v1/imports/{job}/mapping", {"mapping": chosen})
    counts = office.run(job)["counts"]
    assert sum(counts.values()) == 40
    assert counts["created"] > 0
    assert counts["duplicate"] == 0
    assert {e["code"] for r in office.rows(job, "failed") for e in r["errors"]} <= EXACT


def test_a_real_address_book_comes_in_with_everything_it_says(office: Office) -> None:
    office.by = office.house.by(region="US")
    path = FOLDER / "vcard_ezvcard/John_Doe_EVOLUTION.vcf"
    job = office.inspected(path.read_bytes(), path.name, "contact")
    fields = suggested(office, job)
    chosen = {"kind": "contact", "fields": fields, "options": {"accounts": "create"}}
    office.call("PUT", f"/v1/imports/{job}/mapping", {"mapping": chosen})
    office.run(job)
    (row,) = office.rows(job)
    assert row["outcome"] == "created", row
    contact = office.house.store.load(Contact, row["id"])
    assert contact.name == "Mr. John Richter, James Doe Sr."
    assert [e.address for e in contact.emails] == ["john.doe@ibm.com"]
    assert {(p.kind, p.number.e164) for p in contact.phones} == {
        ("mobile", "+19056661234"),
        ("work", "+19055551234"),
    }
    (address,) = contact.addresses
    assert (address.kind, address.city, address.country) == ("home", "Albaney", "US")
    assert str(contact.birthday) == "1980-03-22"
    account = office.call("GET", f"/v1/accounts/{contact.account}")
    assert account["name"] == "IBM"
