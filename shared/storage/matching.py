"""Which records have match keys in common: one query a key, however large the table is."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from shared.storage import keys
from shared.storage.driver import Table

MOST_ALIKE = 25
"""Rows read for one key. A key that more records share says little about any of them."""


@dataclass(frozen=True, slots=True)
class Match:
    """A record that shares some match keys."""

    kind: str
    id: str
    keys: frozenset[str]


def find(
    table: Table, tenant: str, wanted: Iterable[str], exclude: Iterable[str] = ()
) -> list[Match]:
    """The tenant's records that have one of these keys, those with most in common first.

    `exclude`: ids to leave out. One request for each key.
    """
    left_out = set(exclude)
    shared: dict[tuple[str, str], set[str]] = defaultdict(set)
    for key in sorted(set(wanted)):
        page = table.query(
            keys.match_partition(tenant, key), attributes=("sk",), limit=MOST_ALIKE, consistent=True
        )
        for item in page.items:
            kind, _, entity_id = item["sk"]["S"].partition("#")
            if entity_id not in left_out:
                shared[kind, entity_id].add(key)
    found = [Match(kind, entity_id, frozenset(k)) for (kind, entity_id), k in shared.items()]
    return sorted(found, key=lambda match: (-len(match.keys), match.id))
