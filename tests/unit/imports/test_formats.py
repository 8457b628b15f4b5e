"""Exports: NDJSON, CSV and XLSX, harmless in spreadsheets, counted and hashed."""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from functions.imports import spreadsheets
from functions.imports.formats import ExportColumn, Format, Manifest, export
from functions.imports.layout import Layout
from functions.imports.tables import open_table
from functions.imports.written import csv_line, harmless

COLUMNS = [
    ExportColumn(field="name", title="姓名"),
    ExportColumn(field="budget.amount", title="Budget"),
    ExportColumn(field="at", title="At"),
]
ROW = {
    "name": "张三",
    "budget": {"amount": Decimal("12.50")},
    "at": datetime(2024, 3, 5, 16, 30, tzinfo=UTC),
    "secret": "not asked for",
}


def written(form: Format, rows: Iterable[Mapping[str, Any]], zone: str = "UTC") -> bytes:
    return b"".join(export(form, COLUMNS, rows, Manifest(), zone))


def cells(data: bytes) -> list[list[Any]]:
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_ndjson_has_one_object_per_row_with_exact_amounts() -> None:
    lines = written("ndjson", [ROW, {}]).decode().splitlines()
    assert json.loads(lines[0]) == {
        "name": "张三",
        "budget.amount": "12.50",
        "at": "2024-03-05T16:30:00+00:00",
    }
    assert json.loads(lines[1]) == {"name": None, "budget.amount": None, "at": None}


def test_csv_is_utf_8_with_a_mark_and_has_only_the_columns_asked_for() -> None:
    assert written("csv", [ROW, {}]).decode("utf-8") == (
        "\ufeff姓名,Budget,At\r\n张三,12.50,2024-03-05T16:30:00+00:00\r\n,,\r\n"
    )


def test_xlsx_keeps_numbers_and_shows_times_of_the_zone() -> None:
    assert cells(written("xlsx", [ROW], "Asia/Shanghai")) == [
        ["姓名", "Budget", "At"],
        ["张三", 12.5, datetime(2024, 3, 6, 0, 30)],  # noqa: DTZ001 (worksheets know no zones)
    ]


@pytest.mark.parametrize("text", ["=1+1", "+SUM(A1)", "-cmd|' /C calc'!A0", "@x", "\t=1", "＝1+1"])
def test_no_text_becomes_a_formula(text: str) -> None:
    row = next(csv.reader([written("csv", [{"name": text}]).decode().split("\r\n", 1)[1]]))
    assert row[0].startswith("'")
    sheet = load_workbook(io.BytesIO(written("xlsx", [{"name": text}]))).worksheets[0]
    assert sheet["A2"].data_type == "s"


@pytest.mark.parametrize("text", ["-12.5", "+3", "-1e5", "1,5", "-1,5", "0"])
def test_numbers_stay_numbers(text: str) -> None:
    assert harmless(text) == text


@given(st.text(st.sampled_from("=+-@\t\r\n＝＋１19.,eE'xé"), max_size=6))
def test_no_written_cell_can_start_a_formula_unless_it_is_a_number(text: str) -> None:
    cell = harmless(text)
    assert cell[:1] not in {"=", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"}
    if cell[:1] in {"+", "-"}:
        assert float(cell.replace(",", ".")) == float(text.replace(",", "."))


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=2))
def test_an_exported_record_is_imported_unchanged(record: list[str]) -> None:
    names = [f"c{position}" for position, _ in enumerate(record)]
    data = (csv_line(names) + csv_line(["x", *record[1:]])).encode()
    rows = list(open_table(io.BytesIO(data), Layout()))
    assert [row.cells for row in rows] == [("x", *record[1:])]


def test_lists_and_objects_have_a_readable_form() -> None:
    assert b"vip; fair" in written("csv", [{"name": ["vip", "fair"]}])
    assert cells(written("xlsx", [{"name": {"a": date(2024, 1, 5)}}]))[1][0] == (
        '{"a": "2024-01-05"}'
    )
    assert cells(written("xlsx", [{"name": True, "at": date(2024, 1, 5)}]))[1][0] is True


def test_a_spreadsheet_gets_long_numbers_as_text_and_no_forbidden_characters() -> None:
    found = cells(written("xlsx", [{"name": 6222021234567890123}, {"name": "a\x0bb"}]))
    assert [row[0] for row in found[1:]] == ["6222021234567890123", "ab"]


def test_a_text_longer_than_a_cell_shows_that_it_was_cut() -> None:
    found = cells(written("xlsx", [{"name": "x" * 40_000}]))
    assert len(found[1][0]) == spreadsheets.CELL_CHARACTERS
    assert found[1][0].endswith("…")


def test_rows_beyond_one_worksheet_continue_on_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "SHEET_ROWS", 3)
    book = load_workbook(io.BytesIO(written("xlsx", [{"name": str(n)} for n in range(5)])))
    assert [[cell.value for cell in sheet["A"]] for sheet in book.worksheets] == [
        ["姓名", "0", "1"],
        ["姓名", "2", "3"],
        ["姓名", "4"],
    ]


@pytest.mark.parametrize("form", ["ndjson", "csv", "xlsx"])
def test_the_manifest_describes_what_was_written(form: Format) -> None:
    manifest = Manifest()
    data = b"".join(export(form, COLUMNS, [ROW] * 7, manifest))
    assert (manifest.rows, manifest.bytes) == (7, len(data))
    assert manifest.sha256 == hashlib.sha256(data).hexdigest()


def test_an_empty_export_has_its_header() -> None:
    assert written("csv", []) == "\ufeff姓名,Budget,At\r\n".encode()
    assert cells(written("xlsx", [])) == [["姓名", "Budget", "At"]]
    assert written("ndjson", []) == b""


@pytest.mark.parametrize("form", ["ndjson", "csv"])
def test_rows_are_written_while_they_are_read(form: Format) -> None:
    taken: list[int] = []

    def endless() -> Iterator[dict[str, Any]]:
        number = 0
        while True:
            taken.append(number)
            yield {"name": "x" * 1_000}
            number += 1

    chunks = export(form, COLUMNS, endless(), Manifest())
    first, second = next(chunks), next(chunks)
    assert len(first) + len(second) < 200_000
    assert len(taken) < 200
