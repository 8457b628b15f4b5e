"""Reading single cells: numbers, dates, booleans, placeholders, names."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.imports.cells import (
    DATE_FORMATS,
    DecimalMark,
    date_formats,
    is_email,
    is_phone,
    is_placeholder,
    read_boolean,
    read_date,
    read_number,
)
from functions.imports.names import split_name

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1234.50", "1234.5"),
        ("1,234.50", "1234.5"),
        ("12,34,567", "1234567"),
        ("¥1,200", "1200"),
        ("RMB 3.5", "3.5"),
        ("€ 12", "12"),
        ("12 EUR", "12"),
        ("１２３", "123"),
        ("12万", "120000"),
        ("1.5亿", "150000000"),
        ("3k", "3000"),
        ("85%", "0.85"),
        ("(12.00)", "-12"),
        ("1 234 567", "1234567"),
        (".5", "0.5"),
        ("-0.0", "0"),
        ("1200元", "1200"),
        ("261.3160766843023", "261.3160766843023"),
    ],
)
def test_quantities_are_read_as_people_write_them(text: str, number: str) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    ("text", "number"), [("1.234,56", "1234.56"), ("3,5", "3.5"), ("-1.000", "-1000")]
)
def test_decimal_commas_are_read_when_asked_for(text: str, number: str) -> None:
    assert read_number(text, ",") == number


@pytest.mark.parametrize(
    "text", ["", "abc", "1.2.3", "1,23", "12-3", "--5", ".", "万", "1234567890123456", "1e5", "+"]
)
def test_what_is_no_quantity_is_not_read(text: str) -> None:
    assert read_number(text) is None


@given(st.decimals(-(10**9), 10**9, places=4), st.sampled_from(".,"))
def test_a_written_number_reads_back_as_itself(value: Decimal, mark: DecimalMark) -> None:
    digits = sum(map(str.isdigit, format(value, "f")))
    text = format(value, ",f")
    if mark == ",":
        text = text.replace(",", " ").replace(".", ",")
    found = read_number(text, mark)
    assert (found is not None and Decimal(found) == value) or digits > 15


def test_words_for_yes_and_no_are_known_in_both_languages() -> None:
    assert read_boolean("是") is True
    assert read_boolean("No ") is False
    assert read_boolean("ＹＥＳ") is True
    assert read_boolean("maybe") is None
    assert read_boolean("Ja", {"ja": True, "nein": False}) is True
    assert read_boolean("yes", {"ja": True, "nein": False}) is None


def test_placeholders_are_known_without_case_and_width() -> None:
    assert all(map(is_placeholder, ["Select", "N/A", "-", "无", "ｎ/ａ", " NULL ", "请选择"]))
    assert not any(map(is_placeholder, ["", "Selection", "no", "0"]))


@pytest.mark.parametrize(
    ("text", "form", "read"),
    [
        ("2024-03-05", "iso", date(2024, 3, 5)),
        ("2024-3-5", "iso", date(2024, 3, 5)),
        (
            "2024-03-05T04:05:06.45+08:00",
            "iso",
            datetime(2024, 3, 5, 4, 5, 6, 450_000, ZoneInfo("Etc/GMT-8")),
        ),
        ("2024-03-05 14:30", "iso", datetime(2024, 3, 5, 14, 30, tzinfo=SHANGHAI)),
        ("2024年3月5日", "%Y年%m月%d日", date(2024, 3, 5)),
        ("5/3/2024", "%d/%m/%Y", date(2024, 3, 5)),
        ("5/3/2024 2:30 PM", "%m/%d/%Y %I:%M %p", datetime(2024, 5, 3, 14, 30, tzinfo=SHANGHAI)),
    ],
)
def test_dates_are_read_in_their_format(text: str, form: str, read: date) -> None:
    assert read_date(text, form, SHANGHAI) == read


@pytest.mark.parametrize("text", ["2024-02-30", "2024-13-01", "20240305", "today", "2024-03", ""])
def test_what_is_no_iso_date_is_not_read(text: str) -> None:
    assert read_date(text, "iso", UTC) is None


@given(st.datetimes(datetime(1950, 1, 1), datetime(2049, 12, 31)), st.sampled_from(DATE_FORMATS))  # noqa: DTZ001
def test_a_date_is_recognised_in_every_format_it_is_written_in(moment: datetime, form: str) -> None:
    moment = moment.replace(microsecond=0)
    text = moment.isoformat() if form == "iso" else moment.strftime(form)
    if "%Y" not in form and form != "iso" and not 1969 <= moment.year <= 2068:
        return
    assert form in date_formats([text], UTC)


def test_one_day_above_twelve_decides_between_day_and_month() -> None:
    assert date_formats(["04-09-2012", "08-03-2014"], UTC) == ("%d-%m-%Y", "%m-%d-%Y")
    assert date_formats(["04-09-2012", "21-08-2013"], UTC) == ("%d-%m-%Y",)


def test_aware_times_keep_their_own_offset() -> None:
    read = read_date("2024-03-05T04:05:06-05:00", "iso", SHANGHAI)
    assert isinstance(read, datetime)
    assert read.utcoffset() == timedelta(hours=-5)


def test_addresses_and_numbers_are_told_from_other_text() -> None:
    assert is_email("王@例子.中国")
    assert not is_email("a@b")
    assert not is_email("a@b.c, d@e.f")
    assert all(map(is_phone, ["1-955-371-0847 x371", "(441) 954-5172", "+86 138 1234 5678"]))
    assert is_phone("010-62345678转8001")
    assert not any(map(is_phone, ["12345", "2024", "call me 5551234", "1.5"]))


@pytest.mark.parametrize(
    ("full", "given", "family"),
    [
        ("张小明", "小明", "张"),
        ("欧阳娜娜", "娜娜", "欧阳"),
        ("王 小 明", "小明", "王"),
        ("李经理", "", "李"),
        ("约翰·史密斯", "约翰", "史密斯"),
        ("John Smith", "John", "Smith"),
        ("Ludwig van Beethoven", "Ludwig", "van Beethoven"),
        ("Doe, John", "John", "Doe"),
        ("Dr. Ada King", "Ada", "King"),
        ("Cher", "Cher", ""),
        ("", "", ""),
    ],
)
def test_full_names_are_taken_apart(full: str, given: str, family: str) -> None:
    assert split_name(full) == (given, family)


def test_a_file_may_say_that_family_names_come_first() -> None:
    assert split_name("Nagy Péter", family_first=True) == ("Péter", "Nagy")
