"""How far an export is: one row per part that was read, written once by whoever read it first."""

from typing import NamedTuple

from functions.imports.progress import all_rows
from shared.domain.context import Context
from shared.domain.errors import AlreadyHandled
from shared.domain.exports import KEPT, ExportJob
from shared.storage import keys
from shared.storage.driver import Item
from shared.storage.store import Store


class Part(NamedTuple):
    """A part: its object, the rows up to its end, and where the next one starts (None: at end)."""

    name: str
    rows: int
    cursor: str | None


class ExportCheckpoints:
    """The parts of one export."""

    def __init__(self, store: Store, job: ExportJob) -> None:
        self._store = store
        self._name = f"export#{job.id}"

    def get(self, number: int) -> Part | None:
        """The part of this number, if it was read."""
        found = self._store.table.get(self._key(number))
        return None if found is None else _part(found)

    def record(self, context: Context, number: int, part: Part) -> Part:
        """Note the part as read; gives the one that was noted first."""
        attributes = {"name": {"S": part.name}, "rows": {"N": str(part.rows)}}
        if part.cursor is not None:
            attributes["cursor"] = {"S": part.cursor}
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
        partition, _ = keys.note(self._store.tenant, self._name)
        return [_part(row) for row in all_rows(self._store, partition)]

    def rows(self) -> int:
        """Rows read so far. One request."""
        partition = keys.note(self._store.tenant, self._name)
        newest = self._store.rows(partition, limit=1, newest=True)
        return _part(newest[0]).rows if newest else 0

    def _key(self, number: int) -> keys.Key:
        return keys.note(self._store.tenant, self._name, f"{number:06d}")


def _part(row: Item) -> Part:
    cursor = row["cursor"]["S"] if "cursor" in row else None
    return Part(row["name"]["S"], int(row["rows"]["N"]), cursor)
