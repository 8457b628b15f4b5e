"""A query finds its record although some of its words are everywhere."""

import pytest

from shared.storage import search
from tests.quality.search_index import KIND, TENANT, TokenRows

CROWD = search.MAX_ROWS + 1


@pytest.fixture(scope="module")
def table() -> TokenRows:
    """A crowd of addresses at one domain, the last of them with a name of its own."""
    texts = {f"lead_{n:05}": ("box@example.org",) for n in range(CROWD)}
    return TokenRows(texts | {"lead_99999": ("li@example.org",)})


def test_a_word_that_everybody_has_gives_way_to_the_next(table: TokenRows) -> None:
    found = search.candidates(table, TENANT, KIND, "li@example.org")
    assert found == (["lead_99999"], True)


def test_a_query_of_common_words_alone_says_that_there_is_more(table: TokenRows) -> None:
    ids, complete = search.candidates(table, TENANT, KIND, "box@example.org")
    assert (len(ids), complete) == (search.MAX_ROWS, False)


def test_a_rare_word_is_looked_up_once(table: TokenRows) -> None:
    table.requests = 0
    assert search.candidates(table, TENANT, KIND, "nobody") == ([], True)
    assert table.requests == 1


def test_a_query_without_words_finds_nothing(table: TokenRows) -> None:
    assert search.candidates(table, TENANT, KIND, " @ ") == ([], True)
