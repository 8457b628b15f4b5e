"""Inspection: dialects, headers, column types, sample borders, real files."""

import gzip
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from functions.imports.columns import Column, profile
from functions.imports.findings import Hints, Inspection
from functions.imports.inspection import inspect
from functions.imports.scanning import SAMPLE_BYTES
from functions.imports.tables import open_table
from shared.domain.errors import InvalidInput


def look(text: str | bytes, hints: Hints | None = None) -> Inspection:
    return inspect(io.BytesIO(text.encode() if isinstance(text, str) else text), hints)


def column(found: Inspection, name: str) -> Column:
    return next(each for each in found.columns if each.name == name)


def refusal(data: bytes) -> str:
    with pytest.raises(InvalidInput) as error:
        look(data)
    return error.value.errors[0].code


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    rows = [["name", "note", "city"], ["Ann", '"a, b; c|d"', "Rome"], ["Bob", "x", "Oslo"]]
    found = look("\n".join(delimiter.join(row) for row in rows))
    assert found.layout.delimiter == delimiter
    assert [each.name for each in found.columns] == ["name", "note", "city"]


def test_decimal_commas_do_not_win_over_semicolons() -> None:
    found = look("name;price;count\nA;1,50;2\nB;2,75;3\nC;10,00;4\n")
    assert found.layout.delimiter == ";"
    assert (column(found, "price").type, column(found, "price").decimal_comma) == ("decimal", True)


def test_a_spreadsheet_may_name_its_separator() -> None:
    found = look("sep=;\na,x;b\n1,2;3\n")
    assert (found.layout.delimiter, found.layout.skip) == (";", 1)
    assert [each.name for each in found.columns] == ["a,x", "b"]


def test_cells_in_apostrophes_are_recognised() -> None:
    found = look("'name','city'\n'O, Ann','Rome'\n'B','Oslo'\n")
    assert found.layout.quote == "'"
    assert found.sample[0] == ("O, Ann", "Rome")


def test_one_column_alone_is_a_table_too() -> None:
    found = look("email\na@example.com\nb@example.com\n")
    assert (found.rows, found.columns[0].type) == (2, "email")


def test_titles_above_a_chinese_export_are_skipped() -> None:
    found = look(
        "2024年客户清单,,,\n制表人：王芳,,,\n姓名,手机,公司,状态\n"
        "张三,13812345678,上海公司,新\n李四,13912345678,北京公司,新\n"
    )
    assert found.layout.skip == 2
    assert [each.name for each in found.columns] == ["姓名", "手机", "公司", "状态"]
    assert column(found, "手机").type == "phone"


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("name,age\nAnn,30\nBob,41\n", True),
        ("a,b,c\n1,2,3\n", True),
        ("姓名,电话\n张三,13812345678\n", True),
        ("Ann,ann@example.com\nBob,bob@example.com\n", False),
        ("1,2,3\n4,5,6\n", False),
        ("Oslo,2024-01-05\nRome,2024-01-06\n", False),
        ("red,north\nred,south\nblue,north\nred,north\n", False),
        ("product,2022,2023\nA,1,2\nB,3,4\n", False),
    ],
)
def test_a_header_names_columns_and_is_no_row(text: str, header: bool) -> None:
    assert look(text).layout.header is header


def test_the_user_knows_better() -> None:
    found = look("product;2022\nA;1\n", Hints(header=True, delimiter=";", encoding="cp1252"))
    assert (found.layout.header, found.layout.encoding) == (True, "cp1252")
    assert found.rows == 1


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1", "2", "-3"], "integer"),
        (["1.5", "2", "1,000.25"], "decimal"),
        (["08123", "01001"], "text"),
        (["1234567890123456", "1234567890123457"], "text"),
        (["yes", "No", "yes"], "boolean"),
        (["是", "否", ""], "boolean"),
        (["有", "无"], "boolean"),
        (["1", "0", "1"], "boolean"),
        (["1", "1", "1"], "integer"),
        (["2024-01-05", "2024-02-06"], "date"),
        (["2024年1月5日"], "date"),
        (["05.01.2024 14:30", "31.12.2023 00:00"], "date"),
        (["20240105", "20241231", "20231130"], "date"),
        (["a@b.com", "王@例子.中国"], "email"),
        (["13812345678", "13912345678"], "phone"),
        (["+37618001234", "+971501234567"], "phone"),
        (["261.3160766843023", "15.237594559232997"], "decimal"),
        (["2024-10-28/2024-11-03", "2024-02-05/2024-02-11"], "text"),
        (["(441) 954-5172", "262.397.7937"], "phone"),
        (["red", "blue", "red", "red", "blue"], "enum"),
        (["Ann", "Bob", "Cid", "Dan"], "text"),
        (["", " ", "N/A", "-"], "blank"),
    ],
)
def test_what_a_column_holds_is_recognised(cells: list[str], kind: str) -> None:
    assert profile("x", cells).type == kind


def test_a_heading_makes_bare_digits_telephone_numbers() -> None:
    assert profile("x", ["2095257564", "2095257565"]).type == "integer"
    assert profile("Phone number", ["2095257564", "2095257565"]).type == "phone"


def test_blanks_placeholders_and_exceptions_are_counted_apart() -> None:
    found = profile("Age", [*map(str, range(38)), "N/A", "", "Select", "about 40"])
    assert found.type == "integer"
    assert (found.filled, found.blanks, found.exceptions) == (39, 1, 1)
    assert [(each.value, each.count) for each in found.placeholders] == [("N/A", 1), ("Select", 1)]


def test_an_ambiguous_date_column_says_so() -> None:
    assert profile("x", ["01/02/2024", "03/04/2024"]).formats == ("%d/%m/%Y", "%m/%d/%Y")
    assert profile("x", ["01/02/2024", "03/14/2024"]).formats == ("%m/%d/%Y",)


def test_the_commonest_values_come_first() -> None:
    found = profile("level", ["A", "B", "B", "C", "B", "C", "C", "C"])
    assert [(each.value, each.count) for each in found.values] == [("C", 4), ("B", 3), ("A", 1)]


def test_a_sample_cut_inside_a_quoted_cell_or_character_brings_no_false_alarm() -> None:
    row = '张三,"一\n二三四五六七八九十",' + "x" * 90 + "\n"
    text = "姓名,备注,代码\n" + row * (2 * SAMPLE_BYTES // len(row.encode()))
    for encoding in ("utf-8", "gb18030"):
        found = look(text.encode(encoding))
        assert found.layout.encoding == encoding
        assert found.malformed == 0
        assert not found.rows_exact
        assert abs(found.rows - text.count("张三")) <= 2


def test_an_unread_rest_is_estimated_from_the_size_of_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("functions.imports.scanning.SCAN_BYTES", 512 * 1024)
    data = b"name,city\n" + b"Ann,Rome\n" * 500_000
    found = inspect(io.BytesIO(data), size=len(data))
    assert abs(found.rows - 500_000) < 5_000
    assert not found.encoding_certain


def test_malformed_rows_of_the_sample_are_shown() -> None:
    found = look("a,b\n1,2\n1,2,3\n4\n")
    assert found.malformed == 2
    assert [(each.line, each.code) for each in found.problems] == [
        (3, "too_many_cells"),
        (4, "too_few_cells"),
    ]
    assert found.rows == 3


def test_what_is_no_table_is_refused_with_a_reason() -> None:
    assert refusal(b"") == "file_empty"
    assert refusal(b"\xef\xbb\xbf\r\n ") == "file_empty"
    assert refusal(b"%PDF-1.7 ...") == "file_kind_not_supported"
    assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") == "file_kind_not_supported"
    assert refusal(bytes(range(256)) * 20) == "file_kind_not_supported"
    assert refusal(gzip.compress(b"a,b\n1,2\n" * 100)[:-20]) == "file_damaged"


def test_an_error_file_is_recognised() -> None:
    found = look("a,b,import_line,import_code,import_message\n1,2,9,required,x\n")
    assert found.resubmitted
    assert [each.name for each in found.columns] == ["a", "b"]


@pytest.mark.parametrize(
    ("name", "rows", "types"),
    [
        (
            "02_lead_scoring/x_education/lead_scoring.csv.gz",
            9_240,
            {
                "Lead Source": "enum",
                "TotalVisits": "integer",
                "Do Not Email": "boolean",
                "Page Views Per Visit": "decimal",
                "Prospect ID": "text",
            },
        ),
        (
            "08_marketing/marketing_campaign.csv",
            2_240,
            {"ID": "integer", "Dt_Customer": "date", "Education": "enum", "Response": "boolean"},
        ),
        (
            "08_marketing/uci_bank_additional_full.csv.gz",
            41_188,
            {"job": "enum", "y": "boolean", "emp.var.rate": "decimal", "age": "integer"},
        ),
        (
            "09_import_files/contacts_csv/atomic_crm_contacts_export.csv",
            500,
            {
                "email_other": "email",
                "phone_home": "phone",
                "first_seen": "date",
                "has_newsletter": "boolean",
                "linkedin_url": "blank",
            },
        ),
        (
            "09_import_files/contacts_csv/atomic_crm_sample_template.csv",
            2,
            {"email_work": "email", "phone_work": "phone", "last_seen": "date"},
        ),
        ("07_dedup/febrl_dataset1.csv", 1_000, {"date_of_birth": "date", "state": "enum"}),
        ("02_lead_scoring/x_education/leads_data_dictionary.xlsx", 37, {"Variables": "text"}),
    ],
)
def test_real_files_are_understood(
    sample: Callable[[str], Path], name: str, rows: int, types: dict[str, str]
) -> None:
    with sample(name).open("rb") as file:
        found = inspect(file)
    assert found.rows == rows
    assert found.malformed == 0
    assert {key: column(found, key).type for key in types} == types
    with sample(name).open("rb") as file:
        assert sum(1 for row in open_table(file, found.layout) if row.problem is None) == rows


def test_select_is_seen_as_a_placeholder_in_a_real_export(sample: Callable[[str], Path]) -> None:
    with sample("02_lead_scoring/x_education/lead_scoring.csv.gz").open("rb") as file:
        city = column(inspect(file), "City")
    assert [each.value for each in city.placeholders] == ["Select"]
    assert city.filled + city.blanks + sum(each.count for each in city.placeholders) == 2_000


def test_a_file_without_any_delimiter_and_a_file_that_breaks_off_are_still_read() -> None:
    assert look("a\n").rows == 0
    assert look('a,b\n1,2\n3,"' + "x" * 140_000).problems[0].code == "cell_too_long"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ('["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", "A"]]]', "jcard"),
        ('[["vcard", [["fn", {}, "text", "A"]]]]', "jcard"),
        ('[\n  {"a": 1, "b": 2}\n]\n', "file_kind"),
        ('{"contacts": [{"name": "A"}, {"na', "file_kind"),
        ("BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n", "file_kind"),
        ("<?xml version='1.0'?><a/>", "file_kind"),
    ],
)
def test_files_that_are_no_table_are_refused_by_what_they_are(content: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        inspect(io.BytesIO(content.encode()))
    assert refusal.value.errors[0].code == f"{code}_not_supported"


def test_a_heading_in_brackets_is_no_json() -> None:
    found = inspect(io.BytesIO(b'[Name],{Age}\nA,1\nB,"{""x"":1}"\n'))
    assert [column.name for column in found.columns] == ["[Name]", "{Age}"]
