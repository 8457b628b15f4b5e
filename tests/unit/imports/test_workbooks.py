"""Worksheets: values as text, formulas, hostile archives."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time

import pytest
from openpyxl import Workbook

from functions.imports.inspection import inspect
from functions.imports.layout import Layout
from functions.imports.tables import Row, open_table
from functions.imports.workbooks import sheet_names
from shared.domain.errors import InvalidInput

XLSX = Layout(kind="xlsx")


def book(*rows: list[object], change: Callable[[Workbook], None] | None = None) -> io.BytesIO:
    workbook = Workbook()
    assert workbook.active is not None
    for row in rows:
        workbook.active.append(row)
    if change:
        change(workbook)
    file = io.BytesIO()
    workbook.save(file)
    file.seek(0)
    return file


def altered(file: io.BytesIO, part: str, old: str, new: str) -> io.BytesIO:
    """The same workbook with a text of one part replaced, as another program might write it."""
    result = io.BytesIO()
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(result, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == part:
                assert old.encode() in content
                content = content.replace(old.encode(), new.encode())
            target.writestr(name, content)
    result.seek(0)
    return result


SHEET = "xl/worksheets/sheet1.xml"


def refusal(file: io.BytesIO, layout: Layout = XLSX) -> str:
    with pytest.raises(InvalidInput) as error:
        list(open_table(file, layout))
    return error.value.errors[0].code


def test_values_become_text_as_a_spreadsheet_shows_them() -> None:
    day = datetime(2024, 3, 5, 14, 30)  # noqa: DTZ001 (worksheets know no zones)
    table = open_table(
        book(
            ["n", "f", "b", "d", "t", "c", "s"],
            [5, 0.1 + 0.2, True, date(2024, 3, 5), day, time(9, 5), "001"],
            [5.0, 1e20, False, None, None, None, " 张三 "],
        ),
        XLSX,
    )
    rows = list(table)
    assert rows[0].cells == (
        "5",
        "0.3",
        "true",
        "2024-03-05",
        "2024-03-05 14:30:00",
        "09:05:00",
        "001",
    )
    assert rows[1].cells == ("5", "100000000000000000000", "false", "", "", "", " 张三 ")


def test_the_line_is_the_row_of_the_worksheet() -> None:
    rows = list(open_table(book(["a", "b"], [1, 2], [], [None, 4]), XLSX))
    assert rows == [Row(2, ("1", "2")), Row(4, ("", "4"))]


def test_short_rows_of_a_worksheet_are_complete() -> None:
    assert next(iter(open_table(book(["a", "b", "c"], [1]), XLSX))).problem is None


def test_a_formula_gives_the_value_it_last_had() -> None:
    file = altered(book(["a"], ["=1+1"]), SHEET, "<f>1+1</f><v />", "<f>1+1</f><v>2</v>")
    assert [row.cells for row in open_table(file, XLSX)] == [("2",)]


def test_a_formula_without_value_is_a_problem_not_a_blank() -> None:
    row = next(iter(open_table(book(["a", "b"], [1, "=A2*2"]), XLSX)))
    assert row.problem is not None
    assert row.problem.code == "formula_not_computed"


def test_an_error_value_is_a_problem_but_not_available_is_a_blank() -> None:
    rows = list(open_table(book(["a", "b"], [1, "#DIV/0!"], [2, "#N/A"]), XLSX))
    assert [row.problem.code if row.problem else None for row in rows] == ["cell_error", None]
    assert rows[1].cells == ("2", "")


def test_a_false_claim_about_the_size_changes_nothing() -> None:
    file = altered(book(["a", "b"], [1, 2]), SHEET, 'ref="A1:B2"', 'ref="A1:XFD1048576"')
    assert len(list(open_table(file, XLSX))) == 1


def test_a_cell_far_to_the_right_is_refused() -> None:
    file = altered(book(["a", "b"], [1, 2]), SHEET, 'r="B2"', 'r="XFD2"')
    assert refusal(file) == "too_many_columns"


def test_worksheets_are_chosen_by_name_and_hidden_ones_passed_over() -> None:
    def two_more(workbook: Workbook) -> None:
        assert workbook.active is not None
        workbook.active.sheet_state = "hidden"
        workbook.create_sheet("客户").append(["姓名"])
        workbook["客户"].append(["张三"])
        workbook.create_sheet("Other").append(["x"])

    file = book(["a"], change=two_more)
    assert sheet_names(file) == ("客户", "Other")
    assert [row.cells for row in open_table(file, XLSX)] == [("张三",)]
    assert open_table(file, Layout(kind="xlsx", sheet="Other")).header == ("x",)
    assert refusal(file, Layout(kind="xlsx", sheet="none")) == "sheet_unknown"


def test_a_workbook_is_inspected_like_any_file() -> None:
    found = inspect(
        book(
            ["客户清单"],
            ["姓名", "手机", "预算"],
            ["张三", 13812345678, 5000.5],
            ["李四", 13912345678, 800],
        )
    )
    assert (found.layout.kind, found.layout.skip, found.rows) == ("xlsx", 1, 2)
    assert [(each.name, each.type) for each in found.columns] == [
        ("姓名", "text"),
        ("手机", "phone"),
        ("预算", "decimal"),
    ]
    assert found.sheets == ("Sheet",)


def test_other_archives_and_damage_are_refused() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("readme.txt", "x")
    archive.seek(0)
    assert refusal(archive) == "workbook_unreadable"
    whole = book(["a"], [1]).getvalue()
    assert refusal(io.BytesIO(whole[: len(whole) // 2])) == "workbook_unreadable"
    assert refusal(altered(book(["a"], [1]), SHEET, "</sheetData>", "")) == "workbook_unreadable"


def test_an_entity_bomb_is_refused_before_it_is_parsed() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet'
    assert refusal(altered(book(["a"], [1]), SHEET, "<worksheet", bomb)) == "workbook_unreadable"


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    file = book(["a"], [1])
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", b"<a>" + b" " * 200_000_000)
    file.seek(0)
    assert refusal(file) == "workbook_too_large"
