"""Which records hold the keys of rows: exact look-ups, as few requests as there are kinds of keys.

Outside ids, e-mail addresses and identities are unique and found many at once; numbers and tax
numbers, and the addresses of leads, that several records may have, cost one request each.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from functions.imports.adapters import RecordKind
from functions.imports.row_keys import Token
from shared.domain.entity import Entity
from shared.storage import identities, keys, matching
from shared.storage.record import from_item
from shared.storage.store import Store

AT_ONCE = 8
Holders = dict[Token, tuple[Entity, ...]]


class Finder:
    """The records of one kind by their keys; those in the archive are found by unique keys."""

    def __init__(self, store: Store, kind: RecordKind) -> None:
        self._store, self._kind = store, kind

    def find(self, tokens: Iterable[Token]) -> Holders:
        """Who has these keys now; a token that nobody has is left out."""
        wanted = list(dict.fromkeys(tokens))
        ids: dict[Token, list[str]] = {}
        for token, entity_id in self._unique(wanted):
            ids.setdefault(token, []).append(entity_id)
        for token, found in self._shared(t for t in wanted if not self._is_unique(t)):
            ids.setdefault(token, []).extend(found)
        records = self._records({each for found in ids.values() for each in found})
        holders = {
            token: tuple(records[each] for each in found if each in records)
            for token, found in ids.items()
        }
        return {token: found for token, found in holders.items() if found}

    def loaded(self, ids: Iterable[str]) -> dict[str, Entity]:
        """Those of the records that are there, also in the archive or in review."""
        return self._records(set(ids))

    def _is_unique(self, token: Token) -> bool:
        name = token.partition(":")[0]
        customers = self._kind.relation is not None
        return name == "external_id" or (customers and name in ("email", "identity"))

    def _unique(self, tokens: list[Token]) -> Iterable[tuple[Token, str]]:
        outside = {t.partition(":")[2]: t for t in tokens if t.startswith("external_id:")}
        held = self._store.holders(self._kind.entity, "external_id", outside)
        yield from ((outside[value], entity_id) for value, entity_id in held.items())
        if self._kind.relation is None:
            return
        claims = {_claim(t): t for t in tokens if t.startswith(("email:", "identity:"))}
        if claims:
            for claim, entity_id in identities.holders(self._store, claims).items():
                yield claims[claim], entity_id

    def _shared(self, tokens: Iterable[Token]) -> Iterable[tuple[Token, list[str]]]:
        wanted = list(tokens)
        if not wanted:
            return
        with ThreadPoolExecutor(AT_ONCE) as pool:
            yield from zip(wanted, pool.map(self._alike, wanted), strict=True)

    def _alike(self, token: Token) -> list[str]:
        found = matching.find(self._store.table, self._store.tenant, [token])
        return [match.id for match in found if match.kind == self._kind.name]

    def _records(self, ids: set[str]) -> dict[str, Entity]:
        start = self._kind.entity.prefix + "_"
        wanted = [keys.entity(self._store.tenant, i) for i in ids if i.startswith(start)]
        items = self._store.table.get_many(wanted, consistent=True) if wanted else {}
        return {i["id"]["S"]: from_item(self._kind.entity, i) for i in items.values()}


def _claim(token: Token) -> tuple[str, str]:
    """`email:a@b` is the claim ("email:", "a@b"), `identity:shop:tb:1` is ("shop:tb", "1")."""
    kind, _, rest = token.partition(":")
    if kind == "email":
        return "email:", rest
    channel, system, value = rest.split(":", 2)
    return f"{channel}:{system}", value
