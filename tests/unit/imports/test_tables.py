"""Rows of text files: physical line numbers, malformed rows as results, limits of the file."""

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from functions.imports.csv_records import text_records
from functions.imports.layout import ERROR_COLUMNS, Layout, unique_names
from functions.imports.streams import plain_chunks
from functions.imports.tables import Row, Table, open_table
from shared.domain.errors import InvalidInput


def read(text: str | bytes, layout: Layout | None = None) -> tuple[Table, list[Row]]:
    data = text.encode() if isinstance(text, str) else text
    table = open_table(io.BytesIO(data), layout or Layout())
    return table, list(table)


def code(row: Row) -> str | None:
    return row.problem.code if row.problem else None


def refusal(data: bytes, layout: Layout | None = None) -> str:
    with pytest.raises(InvalidInput) as error:
        read(data, layout)
    return error.value.errors[0].code


@pytest.mark.parametrize(
    "name",
    [
        *("comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "newlines"),
        *("newlines_crlf", "quotes_and_newlines", "simple", "simple_crlf", "utf8"),
    ],
)
def test_the_csv_spectrum_reads_as_expected(sample: Callable[[str], Path], name: str) -> None:
    data = sample(f"09_import_files/csv_spectrum/{name}.csv").read_bytes()
    expected = json.loads(
        sample(f"09_import_files/csv_spectrum/{name}.json").read_text(encoding="utf-8")
    )
    table, rows = read(data)
    found = [dict(zip(table.header, row.cells, strict=True)) for row in rows]
    # The checked-out file has plain newlines where its expectation has carriage returns.
    assert found == [{k: v.replace("\r\n", "\n") for k, v in row.items()} for row in expected]
    assert not any(row.problem for row in rows)


def test_replacement_characters_of_the_source_are_kept(sample: Callable[[str], Path]) -> None:
    data = sample("09_import_files/csv_spectrum/location_coordinates.csv").read_bytes()
    _, rows = read(data)
    assert rows[0].cells[1] == "37\ufffd36'37.8\"N 121\ufffd2'17.9\"W"
    assert rows[0].problem is None


def test_a_row_carries_the_physical_line_it_starts_on() -> None:
    _, rows = read('a,b\n1,2\n\n"x\ny",4\r\n5,6\r7,8\n')
    assert [(row.line, row.cells) for row in rows] == [
        (2, ("1", "2")),
        (4, ("x\ny", "4")),
        (6, ("5", "6")),
        (7, ("7", "8")),
    ]


def test_blank_rows_are_left_out_and_counted() -> None:
    table, rows = read("a,b\n,\n1,2\n , \n\n")
    assert [row.line for row in rows] == [3]
    assert table.blank_rows == 2


def test_too_few_cells_are_a_problem_unless_padding_is_asked_for() -> None:
    _, rows = read("a,b,c\n1,2\n")
    assert code(rows[0]) == "too_few_cells"
    assert rows[0].cells == ("1", "2", "")
    _, rows = read("a,b,c\n1,2\n", Layout(short_rows="pad"))
    assert rows[0] == Row(2, ("1", "2", ""))


def test_surplus_cells_are_a_problem_only_when_they_hold_something() -> None:
    _, rows = read("a,b\n1,2,,\n1,2,3\n")
    assert rows[0] == Row(2, ("1", "2"))
    assert code(rows[1]) == "too_many_cells"
    assert rows[1].cells == ("1", "2", "3")


def test_an_unclosed_quote_costs_one_row_not_the_rest_of_the_file() -> None:
    _, rows = read('a,b\n1,"open\n3,4\n5,6\n')
    assert [(row.line, row.cells, code(row)) for row in rows] == [
        (2, ("1", "open"), "unclosed_quote"),
        (3, ("3", "4"), None),
        (4, ("5", "6"), None),
    ]


def test_two_stray_quotes_do_not_swallow_the_rows_between_them() -> None:
    _, rows = read('a,b\n1,"open\n3,4\n5,6\n7,"again\n8,9\n')
    assert [(row.line, code(row)) for row in rows] == [
        (2, "unclosed_quote"),
        (3, None),
        (4, None),
        (5, "unclosed_quote"),
        (6, None),
    ]


def test_an_unclosed_quote_far_from_the_end_is_found_by_the_size_of_its_cell() -> None:
    text = 'a,b\n1,"open\n' + "3,4\n" * 50_000
    _, rows = read(text)
    assert len(rows) == 50_001
    assert [row.line for row in rows if row.problem] == [2]


def test_a_cell_beyond_the_limit_is_a_problem_of_its_row() -> None:
    _, rows = read("a,b\n1," + "x" * 140_000 + "\n3,4\n")
    assert [code(row) for row in rows] == ["cell_too_long", None]


def test_bytes_that_are_no_text_are_a_problem_of_their_column() -> None:
    data = b"name,city\nJos\xe9,Lima\nAnn,Rome\n"
    _, rows = read(data)
    assert (code(rows[0]), rows[0].problem and rows[0].problem.path) == ("undecodable", "name")
    assert rows[1] == Row(3, ("Ann", "Rome"))


def test_a_zero_character_is_a_problem_of_its_column() -> None:
    _, rows = read("a,b\n1,x\0y\n3,4\n")
    assert (code(rows[0]), rows[0].problem and rows[0].problem.path) == ("nul_character", "b")
    assert code(rows[1]) is None


@pytest.mark.parametrize("encoding", ["gb18030", "cp950", "utf-16", "utf-8-sig", "utf-16-le"])
def test_other_encodings_are_decoded(encoding: str) -> None:
    data = "姓名,公司\n王小明,台北公司\n".encode(encoding)
    table, rows = read(data, Layout(encoding=encoding))
    assert table.header == ("姓名", "公司")
    assert rows == [Row(2, ("王小明", "台北公司"))]


def test_a_byte_order_mark_does_not_become_part_of_the_first_name() -> None:
    assert read("\ufeffid,name\n1,x\n")[0].header == ("id", "name")


def test_repeated_and_blank_names_are_made_unique() -> None:
    table, _ = read("Mail,,Mail,Mail (2), Mail \n1,2,3,4,5\n")
    assert table.header == ("Mail", "column_2", "Mail (3)", "Mail (2)", "Mail (4)")
    assert table.header_repeats == ["Mail"]


@given(st.lists(st.sampled_from(["", "a", "a (2)", "b", "column_1", "column_2"]), max_size=8))
def test_column_names_are_always_unique(cells: list[str]) -> None:
    names = unique_names(cells)
    assert len(set(names)) == len(cells)
    for name in {cell for cell in cells if cell}:
        assert name in names


def test_a_file_without_header_gets_numbered_columns() -> None:
    table, rows = read("1,2\n3,4\n", Layout(header=False))
    assert table.header == ("column_1", "column_2")
    assert [row.line for row in rows] == [1, 2]


def test_titles_above_the_header_are_skipped() -> None:
    table, rows = read("客户清单\n\n姓名,电话\n张三,123\n", Layout(skip=1))
    assert table.header == ("姓名", "电话")
    assert rows[0].line == 4


def test_the_columns_of_an_error_file_are_ignored() -> None:
    table, rows = read(f"a,b,{','.join(ERROR_COLUMNS)}\n1,2,17,email_invalid,No address.\n")
    assert table.resubmitted
    assert table.header == ("a", "b")
    assert rows == [Row(2, ("1", "2"))]


def test_a_guarding_apostrophe_is_taken_away() -> None:
    _, rows = read("a,b\n'=1+1,'tis\n'+86 138,''=x\n")
    assert [row.cells for row in rows] == [("=1+1", "'tis"), ("+86 138", "'=x")]


def test_files_without_rows_are_refused() -> None:
    assert refusal(b"") == "file_empty"
    assert refusal(b"\n\n") == "file_empty"


def test_a_header_alone_has_no_rows() -> None:
    table, rows = read("a,b\n")
    assert (table.header, rows) == (("a", "b"), [])


def test_limits_of_the_file_are_errors_of_the_file() -> None:
    assert refusal(b"," * 1_200 + b"\n") == "too_many_columns"
    assert refusal(b"a\n" + b"x" * 5_000_000) == "line_too_long"
    assert refusal(b'a,"b\nc,d\n') == "header_unreadable"
    with pytest.raises(InvalidInput) as error:
        list(plain_chunks([b"x" * 600, b"y" * 600], compressed=False, limit=1_000))
    assert error.value.errors[0].code == "file_too_large"


def test_a_gzip_bomb_stops_at_the_limit() -> None:
    packed = gzip.compress(b"x" * 10_000_000)
    taken: list[int] = []
    chunks = plain_chunks([packed], compressed=True, limit=1_000_000)
    with pytest.raises(InvalidInput) as error:
        taken.extend(map(len, chunks))
    assert error.value.errors[0].code == "file_too_large"
    assert sum(taken) <= 1_000_000


def test_compressed_files_are_read_and_damaged_ones_refused() -> None:
    packed = gzip.compress(b"a,b\n1,2\n")
    _, rows = read(packed, Layout(compressed=True))
    assert rows == [Row(2, ("1", "2"))]
    assert refusal(packed[:-6], Layout(compressed=True)) == "file_damaged"
    assert refusal(b"\x1f\x8bnonsense", Layout(compressed=True)) == "file_damaged"


def chunked(data: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


CELLS = st.text(st.sampled_from("ab1é张, ;\"'\r\n\t=@-"), max_size=6)


@given(
    st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=6),
    st.integers(min_value=1, max_value=40),
    st.sampled_from([",", ";", "\t", "|"]),
)
def test_whatever_a_csv_writer_writes_is_read_back(
    rows: list[list[str]], size: int, delimiter: str
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(["x", "y", "z"])
    # Rows of blank cells are left out, and guarding apostrophes are no longer part of the cell.
    kept = [row for row in rows if any(cell.strip() for cell in row)]
    kept = [["." + cell if cell.startswith("'") else cell for cell in row] for row in kept]
    writer.writerows(kept)
    chunks: Iterable[bytes] = chunked(text.getvalue().encode(), size)
    layout = Layout.model_validate({"delimiter": delimiter})
    found = list(open_table(chunks, layout))
    assert [list(row.cells) for row in found] == kept
    assert not any(row.problem for row in found)


@given(st.binary(max_size=200), st.sampled_from(["utf-8", "gb18030", "cp1252", "utf-16-le"]))
def test_no_bytes_make_the_reader_fail_in_an_unforeseen_way(data: bytes, encoding: str) -> None:
    with suppress(InvalidInput):
        _, rows = read(data, Layout(encoding=encoding))
        lines = [row.line for row in rows]
        assert lines == sorted(set(lines))


@pytest.mark.parametrize(
    "layout",
    [{"encoding": "rot13"}, {"kind": "xlsx", "compressed": True}, {"delimiter": "x"}, {"skip": -1}],
)
def test_a_layout_that_nothing_can_be_read_with_is_refused(layout: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Layout.model_validate(layout)


def test_a_sample_leaves_out_what_its_end_cuts_off() -> None:
    lines = ["a,b\n", "1,2\n", '3,"four\n', "five\n"]
    kept = list(text_records(iter(lines), Layout(), complete=False))
    assert [(record.line, record.cells) for record in kept] == [(1, ["a", "b"]), (2, ["1", "2"])]
    assert len(list(text_records(iter(lines), Layout()))) == 4
