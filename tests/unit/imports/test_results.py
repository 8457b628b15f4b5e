"""Outcomes, totals and the error file that can be uploaded again."""

import io
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from functions.imports.error_file import (
    BadRow,
    error_file,
    error_file_name,
    resubmission_layout,
)
from functions.imports.inspection import inspect
from functions.imports.layout import ERROR_COLUMNS, Layout
from functions.imports.results import (
    Outcome,
    RowError,
    RowResult,
    counts_of,
    failed,
    refused_row,
)
from functions.imports.row_mapper import RowErrors
from functions.imports.tables import Row, open_table
from shared.domain.errors import FieldError

OUTCOMES: tuple[Outcome, ...] = (
    *("created", "updated", "unchanged"),
    *("duplicate", "failed", "skipped"),
)


def result(line: int, outcome: Outcome) -> RowResult:
    return RowResult(
        line=line,
        outcome=outcome,
        duplicate_of="lead_1" if outcome == "duplicate" else None,
        reason="no_record" if outcome == "skipped" else None,
        errors=(RowError(code="x", message="y"),) if outcome == "failed" else (),
    )


RESULTS = st.lists(st.sampled_from(OUTCOMES), max_size=30).map(
    lambda outcomes: [result(line, outcome) for line, outcome in enumerate(outcomes, start=2)]
)


@given(RESULTS, st.integers(min_value=0, max_value=30))
def test_counts_sum_to_the_rows_however_they_are_chunked(
    results: list[RowResult], cut: int
) -> None:
    total = counts_of(results[:cut]) + counts_of(results[cut:])
    assert total == counts_of(results)
    assert total.accounts_for(len(results))
    assert not total.accounts_for(len(results) + 1)


def test_a_row_cannot_be_counted_twice() -> None:
    with pytest.raises(ValueError, match="two results"):
        counts_of([result(2, "created"), result(2, "updated")])


@pytest.mark.parametrize(
    "contradiction",
    [
        {"outcome": "failed"},
        {"outcome": "created", "errors": [{"code": "x", "message": "y"}]},
        {"outcome": "duplicate"},
        {"outcome": "created", "duplicate_of": "lead_1"},
        {"outcome": "skipped"},
        {"outcome": "lost"},
    ],
)
def test_a_result_that_contradicts_itself_is_refused(contradiction: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        RowResult.model_validate({"line": 2, **contradiction})


def test_malformed_and_unreadable_rows_have_results() -> None:
    error = FieldError("Mail", "email_invalid", "No address.")
    assert refused_row(Row(4, ("x",), error)) == failed(4, [error])
    assert refused_row(RowErrors(5, (error, error))).line == 5


def test_the_texts_of_a_failed_row_name_every_column() -> None:
    row = failed(
        2,
        [
            FieldError("Mail", "email_invalid", "No address."),
            FieldError("", "too_few_cells", "Cells are missing."),
            FieldError("Mail 2", "email_invalid", "No address."),
        ],
    )
    assert row.code() == "email_invalid; too_few_cells"
    assert row.message() == "Mail: No address.; Cells are missing.; Mail 2: No address."


def test_duplicates_name_the_record_they_hit() -> None:
    row = RowResult(line=2, outcome="duplicate", duplicate_of="lead_1")
    assert (row.code(), row.message(), row.resubmit) == ("duplicate", "repeats lead_1", True)


def written(header: Sequence[str], rows: list[BadRow], layout: Layout) -> bytes:
    return b"".join(error_file(header, rows, layout))


BAD = failed(7, [FieldError("姓名", "required", "name needs a value.")])


def test_an_error_file_looks_like_the_file_it_comes_from() -> None:
    layout = Layout(encoding="gb18030", delimiter=";")
    data = written(["姓名", "电话"], [BadRow(("", "138;1"), BAD)], layout)
    assert data.decode("gb18030") == (
        "姓名;电话;import_line;import_code;import_message\r\n"
        ';"138;1";7;required;姓名: name needs a value.\r\n'
    )


@pytest.mark.parametrize(
    "layout",
    [
        *(Layout(encoding=each) for each in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp950")),
        Layout(encoding="utf-32"),
        Layout(kind="xlsx"),
        Layout(compressed=True, skip=3, delimiter="\t", quote="'"),
    ],
)
def test_an_error_file_can_be_uploaded_as_it_is(layout: Layout) -> None:
    cells = [("=cmd()", "it's"), ("'=x", "-5"), ("+86 138", "a\nb"), ("@x", "公司")]
    data = written(["a", "b"], [BadRow(each, BAD) for each in cells], layout)
    table = open_table(io.BytesIO(data), resubmission_layout(layout))
    assert table.resubmitted
    assert table.header == ("a", "b")
    assert [row.cells for row in table] == cells


def test_an_error_file_is_understood_by_inspection() -> None:
    data = written(["a", "b"], [BadRow(("1", "x"), BAD)] * 3, Layout(encoding="utf-8-sig"))
    found = inspect(io.BytesIO(data))
    assert (found.resubmitted, found.rows, found.malformed) == (True, 3, 0)


def test_a_formula_in_an_error_file_is_harmless_in_a_spreadsheet() -> None:
    data = written(["a"], [BadRow(("=HYPERLINK(1)",), BAD)], Layout())
    assert b"'=HYPERLINK(1)" in data


def test_bytes_that_were_no_text_come_back_as_they_were() -> None:
    row = next(iter(open_table(io.BytesIO(b"name,x\nJos\xe9,1\n"), Layout())))
    data = written(["name", "x"], [BadRow(row.cells, refused_row(row))], Layout())
    assert b"\r\nJos\xe9,1,2,undecodable," in data


def test_a_message_the_encoding_cannot_write_gets_question_marks() -> None:
    data = written(["a"], [BadRow(("é",), BAD)], Layout(encoding="cp1252"))
    assert data.endswith(b"\xe9,7,required,??: name needs a value.\r\n")


def test_surplus_cells_do_not_move_the_added_columns() -> None:
    lines = written(["a"], [BadRow(("1", "2", "3"), BAD), BadRow((), BAD)], Layout()).splitlines()
    assert lines[1].startswith(b"1,7,required")
    assert lines[2].startswith(b",7,required")


@pytest.mark.parametrize(
    ("name", "errors"),
    [("leads.csv", "leads.errors.csv"), ("客户.CSV.gz", "客户.errors.csv"), ("x", "x.errors.csv")],
)
def test_the_error_file_is_named_after_its_file(name: str, errors: str) -> None:
    assert error_file_name(name, Layout()) == errors


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5))
def test_every_cell_survives_the_way_through_an_error_file(cells: list[tuple[str, str]]) -> None:
    data = written(["a", "b"], [BadRow(each, BAD) for each in cells], Layout())
    table = open_table(io.BytesIO(data), Layout())
    assert len(ERROR_COLUMNS) == 3
    assert [row.cells for row in table] == cells
