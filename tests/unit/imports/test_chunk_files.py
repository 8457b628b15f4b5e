"""Chunks come back as they were stored, broken characters included; the contents find lines."""

from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from functions.imports.chunk_files import (
    ChunkId,
    ChunkInfo,
    Manifest,
    StoredRow,
    read_chunk,
    store_chunk,
)
from functions.imports.files import Folder
from functions.imports.tables import Row
from shared.domain.errors import FieldError

CELLS = st.text(st.characters(codec=None), max_size=20)


class Shelf:
    """A folder in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def put(self, name: str, content: bytes) -> None:
        self.kept[name] = content

    def get(self, name: str) -> bytes:
        return self.kept[name]


@given(st.lists(st.tuples(st.lists(CELLS, max_size=4), st.booleans()), min_size=1, max_size=20))
def test_rows_come_back_as_they_were(contents: list[tuple[list[str], bool]]) -> None:
    folder = cast(Folder, Shelf())
    problem = FieldError("Name", "undecodable", "Not text.")
    rows = [
        StoredRow(Row(n, tuple(cells), problem if bad else None), 2 if bad else None)
        for n, (cells, bad) in enumerate(contents, start=2)
    ]
    info = store_chunk(folder, ChunkId(1, 0), rows)
    assert list(read_chunk(folder, ChunkId(1, 0))) == rows
    assert info == ChunkInfo(rows=len(rows), first=2, last=len(rows) + 1)


def contents(*lanes: list[tuple[int, int]]) -> Manifest:
    """A manifest of chunks with these first and last lines."""
    made: Any = [[ChunkInfo(rows=1, first=a, last=b) for a, b in lane] for lane in lanes]
    return Manifest(header=("a",), lanes=tuple(map(tuple, made)))


def test_the_first_chunk_behind_a_line_is_found() -> None:
    manifest = contents([(2, 10), (12, 20)], [(3, 9)])
    assert [manifest.from_line(0, line) for line in (0, 9, 10, 19, 20)] == [0, 0, 1, 1, 2]
    assert manifest.from_line(1, 9) == 1


def test_rows_from_a_chunk_on_are_counted_within_its_lane() -> None:
    manifest = contents([(2, 10), (12, 20), (21, 22)], [(3, 9)])
    assert manifest.rows == 4
    assert manifest.rows_from(ChunkId(0, 1)) == 2
