"""How far an archive is: one row per part that was read, written once by whoever read it first."""

import json
from typing import NamedTuple

from functions.offboarding.model import KEPT, Counts, TenantArchive
from shared.domain.context import Context
from shared.domain.errors import AlreadyHandled
from shared.storage import keys
from shared.storage.driver import Item
from shared.storage.partitions import every
from shared.storage.store import Store


class Part(NamedTuple):
    """A part: the folder of its objects, its lines by file, where the next starts (None: end)."""

    name: str
    counts: Counts
    after: Item | None


class ArchiveParts:
    """The parts of one archive."""

    def __init__(self, store: Store, archive: TenantArchive) -> None:
        self._store = store
        self._name = f"archive#{archive.id}"

    def get(self, number: int) -> Part | None:
        """The part of this number, if it was read."""
        found = self._store.table.get(self._key(number))
        return None if found is None else _part(found)

    def record(self, context: Context, number: int, part: Part) -> Part:
        """Note the part as read; gives the one that was noted first."""
        attributes: Item = {
            "name": {"S": part.name},
            "counts": {"S": json.dumps(part.counts)},
            "after": {"S": json.dumps(part.after)},
        }
        unit = self._store.begin(context)
        expires = context.now + KEPT
        unit.claim(self._key(number), attributes, lambda _: AlreadyHandled(), expires=expires)
        try:
            unit.commit()
        except AlreadyHandled:
            return self.get(number) or part
        return part

    def all(self) -> list[Part]:
        """Every part, in order."""
        partition, _ = self._key(0)
        return [_part(row) for row in every(self._store.table, partition)]

    def _key(self, number: int) -> keys.Key:
        return keys.note(self._store.tenant, self._name, f"{number:06d}")


def _part(row: Item) -> Part:
    counts, after = json.loads(row["counts"]["S"]), json.loads(row["after"]["S"])
    return Part(row["name"]["S"], counts, after)
