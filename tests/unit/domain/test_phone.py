"""Telephone numbers, however they are typed, come out as one E.164 form."""

import csv
from pathlib import Path

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.errors import InvalidInput
from shared.domain.phone import is_mainland_mobile, is_region, parse_phone

SAMPLES = Path(__file__).parents[4] / "shared/data/07_dedup/phone_normalisation_part_a.csv"


@pytest.mark.parametrize(
    ("typed", "region", "e164", "kind"),
    [
        ("138 1234 5678", "CN", "+8613812345678", "mobile"),
        ("138-1234-5678", "CN", "+8613812345678", "mobile"),
        ("１３８１２３４５６７８", "CN", "+8613812345678", "mobile"),
        ("+86 138 1234 5678", None, "+8613812345678", "mobile"),
        ("0086-13812345678", "CN", "+8613812345678", "mobile"),
        ("（010）6552 9988", "CN", "+861065529988", "fixed"),
        ("0512 6688 1234", "CN", "+8651266881234", "fixed"),
        ("400-820-8820", "CN", "+864008208820", "other"),
        ("2123 4567", "HK", "+85221234567", "fixed"),
        ("0912-345-678", "TW", "+886912345678", "mobile"),
        ("030 901820", "DE", "+4930901820", "fixed"),
        ("(212) 555-2368", "US", "+12125552368", "fixed_or_mobile"),
        ("020 7946 0018", "GB", "+442079460018", "fixed"),
        ("03-1234-5678", "JP", "+81312345678", "fixed"),
        ("02 1234 5678", "IT", "+390212345678", "fixed"),
    ],
)
def test_numbers_are_read_for_their_region(
    typed: str, region: str | None, e164: str, kind: str
) -> None:
    number = parse_phone(typed, region)
    assert (number.e164, number.kind) == (e164, kind)
    assert number.valid


@pytest.mark.parametrize(
    "typed",
    [
        "010-65529988 转 123",
        "010-65529988转分机123",
        "010-65529988 分机：123",
        "01065529988 ext 123",
    ],
)
def test_extensions_are_kept_apart(typed: str) -> None:
    number = parse_phone(typed, "CN")
    assert (number.e164, number.extension) == ("+861065529988", "123")


def test_what_was_typed_is_kept() -> None:
    assert parse_phone("  (010)  6552-9988 ", "CN").typed == "(010) 6552-9988"


@pytest.mark.parametrize(
    "typed",
    ["", "n/a", "12", "13812345678/13912345678", "1381234567812345", "+999 12345678", "1" * 300],
)
def test_impossible_numbers_are_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_phone(typed, "CN", path="contact.phone")
    assert [(e.path, e.code) for e in refusal.value.errors] == [("contact.phone", "phone_invalid")]


def test_a_national_number_without_region_asks_for_the_country_code() -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_phone("13812345678")
    assert refusal.value.errors[0].code == "phone_region_needed"


def test_a_possible_number_outside_known_plans_is_kept_and_marked() -> None:
    number = parse_phone("12012345678", "CN")
    assert (number.e164, number.valid) == ("+8612012345678", False)


def test_mainland_mobiles_are_told_from_other_numbers() -> None:
    assert is_mainland_mobile("+8613812345678")
    assert not is_mainland_mobile("+861065529988")
    assert not is_mainland_mobile("+8612812345678")
    assert not is_mainland_mobile("+886912345678")


def test_regions_are_iso_codes() -> None:
    assert is_region("CN")
    assert not is_region("China")


@given(st.sampled_from("3456789"), st.integers(0, 999_999_999), st.sampled_from([" ", "-", "."]))
def test_grouping_never_changes_a_mainland_mobile(second: str, rest: int, mark: str) -> None:
    digits = f"1{second}{rest:09d}"
    grouped = mark.join([digits[:3], digits[3:7], digits[7:]])
    assert parse_phone(grouped, "CN").e164 == parse_phone("+86" + digits).e164 == "+86" + digits


@given(st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)))
def test_reading_an_e164_again_gives_the_same(region: str) -> None:
    example = phonenumbers.example_number(region)
    assert example is not None
    once = parse_phone(phonenumbers.format_number(example, 2), region).e164
    assert parse_phone(once).e164 == once


@pytest.mark.skipif(not SAMPLES.exists(), reason="the sample data is not beside the checkout")
def test_every_sample_number_is_normalised() -> None:
    with SAMPLES.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    wrong = [
        (row["region"], row[form])
        for row in rows
        for form in ("raw_national", "raw_international", "raw_messy")
        if parse_phone(row[form], row["region"]).e164 != row["expected_e164"]
    ]
    assert len(rows) > 300
    assert wrong == []
