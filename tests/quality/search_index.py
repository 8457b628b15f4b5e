"""The product's search over rows held in memory, and that of a plain word index; both counted."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from shared.storage import keys, search
from shared.storage.driver import BATCH_GET_LIMIT, Item, Page, Table

PAGE = 25
TENANT, KIND = "quality", "lead"

_WORDS = re.compile(r"\w+")


class Found(NamedTuple):
    """A search: the ids it gives, newest first, the index rows it read and the requests it made."""

    ids: tuple[str, ...]
    rows: int
    requests: int
    complete: bool


class TokenRows(Table):
    """The part of the table that holds token rows; it answers the one query that search makes."""

    def __init__(self, texts: Mapping[str, Sequence[str]]) -> None:
        super().__init__("quality", "eu-central-1")
        self.read = self.requests = 0
        self._partitions: dict[str, list[str]] = defaultdict(list)
        for entity, found in texts.items():
            for token in search.tokens(found):
                partition, sort = keys.search(TENANT, KIND, token, entity)
                self._partitions[partition].append(sort)
        for rows in self._partitions.values():
            rows.sort()

    def __len__(self) -> int:
        return sum(map(len, self._partitions.values()))

    def query(self, partition: str, *, sort: Any = None, limit: Any = None, **_: Any) -> Page:
        """The rows whose sort key begins as the condition says, up to the limit."""
        found = list(_range(self._partitions[partition], sort.values[1].value["S"], limit + 1))
        items: list[Item] = [{"ref": {"S": key.rpartition("#")[2]}} for key in found[:limit]]
        self.requests += 1
        self.read += len(items)
        return Page(items, items[-1] if len(found) > limit else None)


class SuffixIndex:
    """Searches as the store does: candidates from the token rows, then records in batches."""

    def __init__(self, texts: Mapping[str, Sequence[str]]) -> None:
        self._texts = texts
        self._table = TokenRows(texts)

    def __len__(self) -> int:
        return len(self._table)

    def find(self, query: str) -> Found:
        """What the product answers, all pages together; the requests are those of the first."""
        self._table.read = self._table.requests = 0
        ids, complete = search.candidates(self._table, TENANT, KIND, query)
        terms = search.words(query)
        hits = tuple(each for each in ids if search.matches(terms, self._texts[each]))
        requests = self._table.requests + _batches(ids, hits)
        return Found(hits, self._table.read, requests, complete)


def _batches(ids: list[str], hits: tuple[str, ...]) -> int:
    """Records are loaded until one more than a page is found: that tells whether more follow."""
    if len(hits) <= PAGE:
        return -(-len(ids) // BATCH_GET_LIMIT)
    return ids.index(hits[PAGE]) // BATCH_GET_LIMIT + 1


class WordIndex:
    """Naive: a row for each word, found by its beginning."""

    def __init__(self, texts: Mapping[str, Sequence[str]]) -> None:
        self._words = {each: set(_plain_words(" ".join(texts[each]))) for each in texts}
        self._rows = sorted(f"{w}#{each}" for each, words in self._words.items() for w in words)

    def __len__(self) -> int:
        return len(self._rows)

    def find(self, query: str) -> Found:
        """Records that have, for each word of the query, a word that begins with it."""
        terms = _plain_words(query)
        if not terms:
            return Found((), 0, 0, True)
        read = list(_range(self._rows, max(terms, key=len), len(self._rows)))
        ids = sorted({row.rpartition("#")[2] for row in read}, reverse=True)
        return Found(tuple(each for each in ids if self._has(each, terms)), len(read), 1, True)

    def _has(self, entity: str, terms: Iterable[str]) -> bool:
        words = self._words[entity]
        return all(any(word.startswith(term) for word in words) for term in terms)


def _plain_words(text: str) -> list[str]:
    return _WORDS.findall(text.lower())


def _range(rows: list[str], prefix: str, most: int) -> Iterable[str]:
    start = bisect_left(rows, prefix)
    for row in rows[start : start + most]:
        if not row.startswith(prefix):
            return
        yield row
