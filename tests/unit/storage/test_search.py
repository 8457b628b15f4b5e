"""Any part of a text finds it: laws of tokens and terms."""

from hypothesis import given
from hypothesis import strategies as st

from shared.storage.search import MAX_TOKEN, MAX_TOKENS, matches, rows, tokens, words

LATIN = st.text("abcdefgßéñ0123456789", min_size=3, max_size=20)
CHINESE = st.text("华为技术有限公司王伟李娜北京上海", min_size=1, max_size=20)


def found_by(term: str, text: str) -> bool:
    """What a query does: a range read over the tokens, then a check of the text."""
    (folded,) = words(term)
    reached = any(token.startswith(folded[:MAX_TOKEN]) for token in tokens([text]))
    return reached and matches([folded], [text])


@given(LATIN, st.data())
def test_any_three_letters_inside_a_latin_word_find_it(word: str, data: st.DataObject) -> None:
    (folded,) = words(word)
    start = data.draw(st.integers(0, max(0, len(folded) - 3)))
    end = data.draw(st.integers(min(len(folded), start + 3), len(folded)))
    assert found_by(folded[start:end], f"before {word} after")


@given(CHINESE, st.data())
def test_any_part_of_a_chinese_text_finds_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assert found_by(text[start:end], text)


@given(st.lists(LATIN | CHINESE, max_size=40))
def test_tokens_are_bounded_in_number_and_length(texts: list[str]) -> None:
    found = tokens(texts)
    assert len(found) <= MAX_TOKENS
    assert all(0 < len(token) <= MAX_TOKEN for token in found)


@given(LATIN | CHINESE, LATIN | CHINESE)
def test_what_is_not_in_a_text_does_not_match_it(term: str, text: str) -> None:
    (folded,) = words(term)
    inside = any(folded in word for word in words(text))
    assert matches([folded], [text]) == inside


def test_punctuation_alone_is_no_term() -> None:
    assert words("%% -- ··") == []


def test_rows_of_a_record_are_the_same_whenever_they_are_made() -> None:
    made = rows("ten_A", "lead", "lead_1", sorted(tokens(["Anna 李娜"])))
    assert made == rows("ten_A", "lead", "lead_1", sorted(tokens(["Anna 李娜"])))
    assert {row["ref"]["S"] for row in made} == {"lead_1"}
    assert len({(row["pk"]["S"], row["sk"]["S"]) for row in made}) == len(made)


def test_a_code_is_found_by_the_beginnings_of_its_parts_only() -> None:
    assert tokens(["=7927b2df-8bba"]) == {"7927b2df", "8bba"}
    assert matches(["7927b2"], ["=7927b2df-8bba"])
