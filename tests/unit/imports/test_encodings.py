"""Encoding detection: legacy Chinese and Western files, chunk borders, damaged and binary files."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from functions.imports.encodings import Detected, EncodingDetector
from shared.domain.errors import InvalidInput

CHINESE = "姓名,性别,公司\n张婷,女,上海鑫淼贸易有限公司\n王磊,男,北京华信科技股份有限公司\n"
FILES = {
    "gb18030": CHINESE,
    "cp950": "姓名,電話,公司名稱\n王小明,02-2345,台灣積體電路股份有限公司\n",
    "cp1252": "Name;Stadt;Notiz\nMüller;Köln;größer\nGarção;São Paulo;“x” — 5 €\n",
    "cp932": "名前,会社\n山田太郎,株式会社トヨタ自動車\n鈴木花子,ソニーグループ株式会社\n",
    "cp949": "이름,회사\n김철수,삼성전자 주식회사 서울특별시 강남구 테헤란로 안녕하세요\n",
    "cp1251": "имя,город\nИван Петров,Москва\nОльга Смирнова,Санкт-Петербург\n",
    "cp1250": "imię,miasto\nŁukasz Wójcik,Łódź\nŚwiętosława Żółć,Gdańsk\n",
    "mac_roman": "nom,ville\nRené Hélène François,Orléans\nÉcole élémentaire,Besançon\n",
}


def detect(data: bytes, chunk: int = 7, *, complete: bool = True) -> Detected:
    detector = EncodingDetector()
    for start in range(0, len(data), chunk):
        detector.feed(data[start : start + chunk])
    return detector.result(complete)


@pytest.mark.parametrize("encoding", FILES)
def test_a_file_is_read_in_the_encoding_it_was_written_in(encoding: str) -> None:
    assert detect(FILES[encoding].encode(encoding)).encoding == encoding


@pytest.mark.parametrize("encoding", ["gb18030", "cp950", "cp1252"])
def test_ordinary_chinese_and_western_files_leave_no_doubt(encoding: str) -> None:
    assert detect(FILES[encoding].encode(encoding)).certain


@pytest.mark.parametrize(
    ("written", "found"),
    [("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("utf-32", "utf-32"), ("utf-8", "utf-8")],
)
def test_unicode_is_known_by_its_mark_or_its_form(written: str, found: str) -> None:
    assert detect(CHINESE.encode(written)) == Detected(found, certain=True)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_shows_by_its_zero_bytes(encoding: str) -> None:
    assert detect(CHINESE.encode(encoding)).encoding == encoding


@given(st.integers(min_value=1, max_value=64), st.sampled_from(sorted(FILES)))
def test_where_chunks_are_cut_makes_no_difference(chunk: int, encoding: str) -> None:
    data = FILES[encoding].encode(encoding)
    assert detect(data, chunk) == detect(data, len(data))


COMMON = (
    "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学"
)


@given(st.lists(st.text(COMMON, min_size=4, max_size=12), min_size=3, max_size=20))
def test_common_chinese_in_gbk_is_never_taken_for_western_text(words: list[str]) -> None:
    data = ("a,b\n" + "\n".join(words)).encode("gbk")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        assert detect(data).encoding == "gb18030"
    else:
        assume(False)


@given(st.text(), st.integers(min_value=1, max_value=9))
def test_valid_utf_8_always_wins(text: str, chunk: int) -> None:
    assume("\0" not in text and not text.startswith("\ufeff"))
    assert detect(text.encode(), chunk) == Detected("utf-8", certain=True)


def test_single_words_of_chinese_between_commas_are_chinese() -> None:
    assert detect("性别\n男\n女\n男\n".encode("gbk")).encoding == "gb18030"


def test_capital_letters_with_accents_stay_western() -> None:
    data = "CRIAÇÃO;INFORMAÇÃO\nRELAÇÃO;PROMOÇÃO\n".encode("cp1252")
    assert detect(data).encoding == "cp1252"


def test_chinese_after_a_megabyte_of_plain_letters_is_still_found() -> None:
    data = b"name,city\n" + b"John,London\n" * 100_000 + "张三,北京市朝阳区\n".encode("gbk")
    assert detect(data, 65_536).encoding == "gb18030"


def test_plain_letters_of_an_unfinished_file_are_uncertain() -> None:
    assert not detect(b"name,city\nJohn,London\n", complete=False).certain
    assert detect(b"name,city\nJohn,London\n", complete=True).certain


def test_a_few_broken_bytes_do_not_turn_utf_8_into_another_encoding() -> None:
    data = CHINESE.encode() * 5 + b"\xff\xfe,bad\n"
    assert detect(data) == Detected("utf-8", certain=False)


def test_a_character_cut_off_at_the_end_of_a_sample_is_no_error() -> None:
    assert detect(CHINESE.encode()[:-2], complete=False).encoding == "utf-8"


def test_one_zero_byte_does_not_make_a_text_binary() -> None:
    assert detect(CHINESE.encode() * 40 + b"a\0b\n").encoding == "utf-8"
    assert detect(CHINESE.encode("gbk") * 40 + b"a\0b\n").encoding == "gb18030"


def test_a_binary_file_is_refused() -> None:
    with pytest.raises(InvalidInput) as refusal:
        detect(b"\x00\x01\x02\x00\x00\xff" * 100)
    assert refusal.value.errors[0].code == "file_kind_not_supported"
