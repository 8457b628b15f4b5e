"""Cleaning keeps meaning; folding makes equal what people call the same."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from shared.domain.text import Line, Lines, clean, clean_lines, fold, has_cjk, is_cjk, simplify

anything = st.text() | st.text(
    alphabet=st.sampled_from("aÉe\u0301 \t\n\u200b\ufeff臺湾が한øß\u3000ｱﾞ")
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ann   Lee \n", "Ann Lee"),
        ("Cafe\u0301", "Café"),
        ("\ufeff张\u3000三\u200b", "张 三"),
        ("a\u0000b\u0007c", "abc"),
        ("\u202egnp.exe", "gnp.exe"),
        ("👨\u200d👩", "👨\u200d👩"),
        ("half \ud800 pair", "half pair"),
        ("", ""),
    ],
)
def test_clean_keeps_what_was_meant(typed: str, kept: str) -> None:
    assert clean(typed) == kept


def test_clean_lines_keeps_line_breaks_and_indentation() -> None:
    assert clean_lines("Dear Ann,\r\n\r\n\r\n\r\n  - one  \r  - two\u2028end\n\n") == (
        "Dear Ann,\n\n  - one\n  - two\nend"
    )


def test_pydantic_texts_are_cleaned_on_entry() -> None:
    assert TypeAdapter(Line).validate_python(" a\n b ") == "a b"
    assert TypeAdapter(Lines).validate_python(" a \n b ") == " a\n b"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("MÜLLER", "muller"),
        ("Straße", "STRASSE"),
        ("Łódź Øst", "lodz ost"),
        ("ＡＢＣ　１２３", "abc 123"),
        ("臺灣積體電路", "台湾积体电路"),
        ("廣州騰訊", "广州腾讯"),
        ("ﾄﾖﾀ", "トヨタ"),
        ("İstanbul", "istanbul"),
        ("①", "1"),
        ("Ångström", "angstrom"),
    ],
)
def test_spellings_of_the_same_words_fold_together(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("か", "が"), ("ハ", "パ"), ("干", "于"), ("한", "하")])
def test_different_letters_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(anything)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(anything)
def test_cleaning_twice_changes_nothing_and_the_result_is_storable(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode("utf-8")
    assert clean_lines(clean_lines(text)) == clean_lines(text)


@given(anything)
def test_case_and_width_never_matter(text: str) -> None:
    assert fold(text.casefold()) == fold(text)
    assert fold(unicodedata.normalize("NFKC", text)) == fold(text)


def test_cjk_is_recognised_beyond_the_basic_plane() -> None:
    assert all(is_cjk(c) for c in "中々ひカ한㐀𠀀ｱ")
    assert not any(is_cjk(c) for c in "aé1 。-")
    assert has_cjk("Acme 中国")
    assert not has_cjk("Acme GmbH")


def test_text_without_chinese_is_left_by_simplify() -> None:
    assert simplify("Österreich") == "Österreich"
    assert simplify("后臺") == "后台"
