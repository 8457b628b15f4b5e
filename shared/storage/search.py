"""Search by any part of a text, in any script: one row per suffix of each word.

A query term is a prefix of some suffix, so one range read finds every word that contains it:
`ohns` finds Johnson, `技术` finds 华为技术有限公司, `0101` finds +8613812340101. Latin words are
found inside from three characters on; Chinese, Japanese and Korean from one.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from shared.domain.entity import CODE_MARK
from shared.domain.text import fold, is_cjk
from shared.storage import keys
from shared.storage.driver import Item, Table

if TYPE_CHECKING:
    from pynamodb.expressions.condition import Condition

MAX_TOKEN = 24
MAX_ROWS = 2000
"""Rows read for one search; a term that matches more is answered with `complete=False`."""

MAX_LOOKUPS = 3
"""Words of one query looked up when the ones before matched too much."""

MAX_TOKENS = 300
_MIN_INNER = 3
_WORDS = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """Folded words: letters and digits between anything else; Chinese runs stay whole."""
    return _WORDS.findall(fold(text))


def tokens(texts: Iterable[str]) -> set[str]:
    """The suffixes under which an entity with these texts is found, at most MAX_TOKENS."""
    found: dict[str, None] = {}
    for text in texts:
        code = text.startswith(CODE_MARK)
        for word in words(text):
            for start in range(1 if code else len(word)):
                suffix = word[start : start + MAX_TOKEN]
                if start == 0 or len(word) - start >= _MIN_INNER or is_cjk(suffix[0]):
                    found[suffix] = None
    return set(list(found)[:MAX_TOKENS])


def rows(tenant: str, kind: str, entity_id: str, wanted: Iterable[str]) -> list[Item]:
    """The token rows of an entity, ready to be written."""
    made: list[Item] = []
    for token in wanted:
        pk, sk = keys.search(tenant, kind, token, entity_id)
        made.append({"pk": {"S": pk}, "sk": {"S": sk}, "ref": {"S": entity_id}})
    return made


def matches(query_words: Iterable[str], texts: Iterable[str]) -> bool:
    """Whether every query word is part of some word of the texts."""
    have = [word for text in texts for word in words(text)]
    return all(any(term in word for word in have) for term in query_words)


def candidates(table: Table, tenant: str, kind: str, query: str) -> tuple[list[str], bool]:
    """Ids that contain a word of the query, newest first, and whether that is all of them.

    The longest word is looked up; when it is too common (the domain of an e-mail address) the next,
    up to MAX_LOOKUPS. The caller checks the other words with `matches` on the loaded entities.
    """
    ids: list[str] = []
    for term in sorted(set(words(query)), key=lambda word: (-len(word), word))[:MAX_LOOKUPS]:
        page = table.query(
            keys.search_partition(tenant, kind, term[:MAX_TOKEN]),
            sort=_starts_with(term[:MAX_TOKEN]),
            attributes=("ref",),
            limit=MAX_ROWS,
        )
        ids = sorted({item["ref"]["S"] for item in page.items}, reverse=True)
        if page.last_key is None:
            return ids, True
    return ids, not ids


def _starts_with(term: str) -> "Condition":
    from pynamodb.expressions.operand import Path

    return Path(["sk"]).startswith(term)
