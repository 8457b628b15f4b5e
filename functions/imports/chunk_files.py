"""A file split into chunks: how a chunk's rows lie in storage, and the table of contents.

Chunks are dealt to lanes. Rows with the same key are always in the same lane, in file order, so
what one of them does to a record never depends on which lane is faster.
"""

import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from functions.imports.files import Folder
from functions.imports.tables import Row
from shared.domain.entity import Value
from shared.domain.errors import FieldError

LANES = 2
CHUNK_ROWS = 500
MANIFEST = "manifest.json"


class ChunkId(NamedTuple):
    """One chunk: its lane and its place in it."""

    lane: int
    number: int

    @property
    def name(self) -> str:
        """`0-000017`."""
        return f"{self.lane}-{self.number:06d}"


class StoredRow(NamedTuple):
    """A row of a chunk; `repeats` is the line of the first row with the same key, if any."""

    row: Row
    repeats: int | None


class ChunkInfo(Value):
    """What the manifest says of a chunk: how many rows, and the lines of the first and last."""

    rows: int
    first: int
    last: int


class Manifest(Value):
    """The table of contents: the header, and the chunks of each lane in their order."""

    header: tuple[str, ...]
    lanes: tuple[tuple[ChunkInfo, ...], ...]
    blank_rows: int = 0

    @property
    def rows(self) -> int:
        """Rows of the whole file."""
        return sum(chunk.rows for lane in self.lanes for chunk in lane)

    def rows_from(self, chunk: ChunkId) -> int:
        """Rows of this chunk and of those behind it in its lane."""
        return sum(info.rows for info in self.lanes[chunk.lane][chunk.number :])

    def from_line(self, lane: int, line: int) -> int:
        """The number of the lane's first chunk that may hold a line behind `line`."""
        return bisect_right([chunk.last for chunk in self.lanes[lane]], line)


def read_manifest(folder: Folder) -> Manifest:
    """The table of contents of a split file."""
    return Manifest.model_validate_json(folder.get(MANIFEST))


def store_chunk(folder: Folder, chunk: ChunkId, rows: Sequence[StoredRow]) -> ChunkInfo:
    """Write the rows of a chunk."""
    lines = [_line(each) for each in rows]
    folder.put(f"chunks/{chunk.name}.ndjson", "\n".join(lines).encode())
    return ChunkInfo(rows=len(rows), first=rows[0].row.line, last=rows[-1].row.line)


def read_chunk(folder: Folder, chunk: ChunkId) -> Iterator[StoredRow]:
    """The rows of a chunk, in file order."""
    for line in folder.get(f"chunks/{chunk.name}.ndjson").splitlines():
        number, cells, problem, repeats = json.loads(line)
        error = FieldError(*problem) if problem else None
        yield StoredRow(Row(number, tuple(cells), error), repeats)


def _line(stored: StoredRow) -> str:
    row, problem = stored.row, stored.row.problem
    told = [problem.path, problem.code, problem.message] if problem else None
    # ASCII only: cells may hold halves of characters that UTF-8 cannot write.
    return json.dumps([row.line, row.cells, told, stored.repeats], separators=(",", ":"))
