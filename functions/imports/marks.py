"""What a run changed on existing records: one mark per row, written with the change itself.

A mark proves after a crash that its row was carried out, and holds the old values for an undo.
"""

import json
from dataclasses import dataclass
from typing import Any

from functions.imports.adapters.base import Images
from functions.imports.chunk_files import ChunkId
from functions.imports.progress import KEPT, all_rows
from shared.domain.context import Context
from shared.domain.errors import AlreadyHandled
from shared.domain.imports import ImportJob
from shared.storage import keys
from shared.storage.driver import Item
from shared.storage.store import Store
from shared.storage.unit_of_work import UnitOfWork


class RowCarriedOut(AlreadyHandled):
    """This row changed its record before."""

    code = "row_carried_out"


@dataclass(frozen=True, slots=True)
class Mark:
    """The change one row made: on which record, to which version, from what to what. `own`: an
    earlier row of the same file created the record."""

    line: int
    record: str
    version: int
    images: Images
    own: bool = False


class Marks:
    """The marks of one chunk; they share a partition, so that it is never another lane's."""

    def __init__(self, tenant: str, job: ImportJob, chunk: ChunkId) -> None:
        self._tenant = tenant
        self._name = f"import#{job.id}#{job.run}#{chunk.name}"

    def add(self, context: Context, unit: UnitOfWork, mark: Mark) -> None:
        """Make the unit commit only if this row was not carried out before."""
        images: dict[str, Any] = dict(mark.images)
        attributes: Item = {
            "record": {"S": mark.record},
            "after": {"N": str(mark.version)},
            "images": {"S": json.dumps(images, ensure_ascii=False, separators=(",", ":"))},
        }
        if mark.own:
            attributes["own"] = {"BOOL": True}
        key = keys.note(self._tenant, self._name, f"{mark.line:09d}")
        unit.claim(key, attributes, lambda _: RowCarriedOut(), expires=context.now + KEPT)

    def read(self, store: Store) -> dict[int, Mark]:
        """The marks by line."""
        partition, _ = keys.note(self._tenant, self._name)
        found: dict[int, Mark] = {}
        for row in all_rows(store, partition):
            line = int(row["sk"]["S"])
            images = {name: (old, new) for name, (old, new) in _images(row["images"]["S"]).items()}
            version, own = int(row["after"]["N"]), "own" in row
            found[line] = Mark(line, row["record"]["S"], version, images, own)
        return found


def _images(text: str) -> dict[str, list[Any]]:
    return json.loads(text)
