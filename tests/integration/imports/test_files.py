"""Files as people have them: other encodings, workbooks, placeholders, rows to correct."""

import gzip
import io
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import openpyxl

from tests.integration.imports.office import PEOPLE, Office, csv_file, outcomes, people


def workbook(*rows: tuple[str | None, ...]) -> bytes:
    """An XLSX file with these rows."""
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_a_chinese_file_in_gbk_suggests_its_mapping_and_is_imported(office: Office) -> None:
    text = "客户编号,姓名,公司,邮箱,手机,来源\n" + "".join(
        f"K{n},王伟{n},北京天柏科技有限公司,wang{n}@example.com,1381234{n:04d},展会\n"
        for n in range(30)
    )
    job = office.inspected(text.encode("gbk"), "客户.csv")
    seen = office.call("GET", f"/v1/imports/{job}/inspection")
    assert seen["inspection"]["layout"]["encoding"] == "gb18030"
    fields = seen["suggestion"]["fields"]
    assert {each["field"] for each in fields} == {
        "external_id",
        "name",
        "company",
        "email",
        "phone",
        "source",
    }
    office.call("PUT", f"/v1/imports/{job}/mapping", {"mapping": {"fields": fields}})
    after = office.run(job)
    assert outcomes(after) == {"created": 30}
    lead = office.house.stored(office.rows(job)[3]["id"])
    assert lead.name == "王伟3"
    assert lead.phone is not None
    assert lead.phone.e164 == "+8613812340003"


def test_a_workbook_is_imported(office: Office) -> None:
    content = workbook(("Id", "Name", "Email"), ("W1", "Ann", "a@example.com"), ("W2", "Bo", None))
    job = office.imported(content, PEOPLE, "people.xlsx")
    assert outcomes(job) == {"created": 2}


def test_a_compressed_file_is_imported(office: Office) -> None:
    job = office.imported(gzip.compress(csv_file(people(3))), PEOPLE, "people.csv.gz")
    assert outcomes(job) == {"created": 3}


def test_every_row_is_accounted_for_and_bad_ones_come_back_to_be_corrected(
    office: Office,
) -> None:
    rows = [*people(3), ("P3", "Again", "again@example.com"), ("P5", "Bad", "no mail")]
    content = csv_file(rows) + b"P6,half\n"
    job = office.imported(content)
    assert outcomes(job) == {"created": 3, "duplicate": 1, "failed": 2}
    link = office.call("GET", f"/v1/imports/{job['id']}/error-file")
    lines = office.fetch(link["url"]).decode().splitlines()
    assert lines[0] == "Id,Name,Email,import_line,import_code,import_message"
    assert [line.split(",")[3:5] for line in lines[1:]] == [
        ["5", "duplicate"],
        ["6", "email_invalid"],
        ["7", "too_few_cells"],
    ]
    failed = {row["line"]: row["errors"][0] for row in office.rows(job["id"], "failed")}
    assert failed[6]["column"] == "Email"
    corrected = "\n".join(lines).replace("no mail", "bad@example.com").replace("P3,", "P4,")
    again = office.imported(corrected.encode())
    assert outcomes(again) == {"created": 3}


def test_an_import_without_bad_rows_has_no_error_file(office: Office) -> None:
    job = office.imported(csv_file(people(1)))
    office.call("GET", f"/v1/imports/{job['id']}/error-file", None, 404)


def test_a_file_of_nothing_but_a_header_ends_at_once(office: Office) -> None:
    job = office.imported(csv_file([]))
    assert (job["status"], job["rows"], outcomes(job)) == ("completed", 0, {})


def test_a_file_that_turns_out_damaged_fails_the_import(office: Office) -> None:
    content = gzip.compress(csv_file(people(3)))
    job = office.mapped(content, PEOPLE, "people.csv.gz")
    link = office.call("POST", f"/v1/imports/{job}/upload", {"size": len(content) - 9})
    office.put(link["url"], content[:-9])
    after = office.run(job)
    assert (after["status"], after["failure"]["code"]) == ("failed", "file_damaged")
    assert office.house.events("import.failed")[-1].data == {"reason": "file_damaged"}


def test_a_file_that_was_not_uploaded_cannot_be_inspected(office: Office) -> None:
    job = office.call("POST", "/v1/imports", {"file_name": "a.csv"}, 201)["id"]
    answer = office.call("POST", f"/v1/imports/{job}/inspection", {}, 409)
    assert answer["code"] == "file_missing"


def test_a_foreign_file_is_refused_with_a_reason(office: Office) -> None:
    job = office.upload(b"%PDF-1.7 ...", "leads.pdf")
    answer = office.call("POST", f"/v1/imports/{job}/inspection", {}, 422)
    assert answer["errors"][0]["code"] == "file_kind_not_supported"


def test_an_upload_that_is_too_large_is_refused_before_it_is_sent(office: Office) -> None:
    order = {"file_name": "a.csv", "size": 10**10}
    answer = office.call("POST", "/v1/imports", order, 422)
    assert answer["errors"][0]["path"] == "size"


def test_links_expire_and_lie_in_the_tenant_s_own_folder(office: Office) -> None:
    made = office.call("POST", "/v1/imports", {"file_name": "a.csv", "size": 12}, 201)
    parts = urlsplit(made["upload"]["url"])
    query = parse_qs(parts.query)
    assert query["X-Amz-Expires"] == ["3600"]
    assert "content-length" in query["X-Amz-SignedHeaders"][0]
    assert parts.path.endswith(f"/imports/{office.house.tenant}/{made['id']}/source")
    expires = office.house.world.now + timedelta(hours=1)
    assert made["upload"]["expires_at"] == expires.isoformat().replace("+00:00", "Z")


def test_a_value_map_and_placeholders_decide_what_a_cell_means(office: Office) -> None:
    header = ("Id", "Name", "Size", "Grade", "Do Not Call")
    rows = [("1", "A", "Select", "hot", "Yes"), ("2", "B", "1,200", "COLD", "No")]
    text = "\t".join(header) + "\n" + "".join("\t".join(row) + "\n" for row in rows)
    fields = [
        {"field": "external_id", "columns": ["Id"]},
        {"field": "name", "columns": ["Name"]},
        {"field": "company_size", "columns": ["Size"], "transforms": [{"step": "number"}]},
        {
            "field": "urgency",
            "columns": ["Grade"],
            "transforms": [
                {"step": "values", "values": {"hot": "high", "cold": "low"}, "otherwise": "refuse"}
            ],
        },
        {
            "field": "consents.phone",
            "columns": ["Do Not Call"],
            "transforms": [{"step": "boolean", "negate": True}],
        },
    ]
    job = office.imported(text.encode(), fields, placeholders=["Select"])
    first, second = (office.house.stored(row["id"]) for row in office.rows(job["id"]))
    assert (first.company_size, first.urgency) == (None, "high")
    assert (second.company_size, second.urgency) == (1200, "low")
    assert [c.granted for c in (*first.consents, *second.consents)] == [False, True]


def test_blank_cells_keep_what_is_known_unless_the_mapping_says_otherwise(office: Office) -> None:
    job = office.imported(csv_file(people(1)))
    lead = office.rows(job["id"])[0]["id"]
    blank = csv_file([("P1", "Renamed", "")])
    office.imported(blank, mode="update", keys=["external_id"])
    assert office.house.stored(lead).email == "person1@example.com"
    office.imported(blank, mode="update", keys=["external_id"], blanks="clear")
    assert office.house.stored(lead).email is None


def test_an_update_of_nobody_is_skipped(office: Office) -> None:
    job = office.imported(csv_file(people(2)), mode="update", keys=["external_id"])
    assert outcomes(job) == {"skipped": 2}
    assert {row["reason"] for row in office.rows(job["id"])} == {"no_record"}


def test_a_record_in_the_bin_is_told_and_left_there(office: Office) -> None:
    job = office.imported(csv_file(people(1)))
    lead = office.rows(job["id"])[0]["id"]
    office.call("DELETE", f"/v1/leads/{lead}")
    again = office.imported(csv_file(people(1)), mode="upsert", keys=["external_id"])
    assert office.rows(again["id"])[0]["errors"][0]["code"] == "record_in_bin"
    assert office.house.stored(lead).deleted_at is not None
