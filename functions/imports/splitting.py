"""The start of a run: the file is read once and split into chunks, dealt to the lanes.

Splitting again writes the same objects, so a repeated start does no harm.
"""

import hashlib
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO
from zlib import crc32

from functions.imports.adapters import RecordKind, record_kind
from functions.imports.chunk_files import (
    CHUNK_ROWS,
    LANES,
    MANIFEST,
    ChunkId,
    ChunkInfo,
    Manifest,
    StoredRow,
    store_chunk,
)
from functions.imports.files import SOURCE, Folder
from functions.imports.layout import Layout
from functions.imports.mapping import Mapping
from functions.imports.row_mapper import RowErrors, RowMapper, key_text
from functions.imports.tables import Row, Table, open_table
from shared.domain.imports import ImportJob
from shared.domain.text import clean


@dataclass(slots=True)
class _Lane:
    """Rows that wait for their chunk to be full, and what was written before."""

    number: int
    waiting: list[StoredRow] = field(default_factory=list[StoredRow])
    chunks: list[ChunkInfo] = field(default_factory=list[ChunkInfo])


class KeyReader:
    """The natural key of a row ("" without one), read by the mapping's own steps."""

    def __init__(self, mapping: Mapping, kind: RecordKind, header: tuple[str, ...]) -> None:
        self._name = kind.key
        fields = tuple(each for each in mapping.fields if each.field == kind.key)
        default = {n: v for n, v in mapping.defaults.items() if n == kind.key}
        lone = {"fields": fields, "keys": (), "mode": "create", "defaults": default}
        self._mapper = RowMapper(mapping.model_copy(update=lone), header) if fields else None

    def key_of(self, row: Row) -> str:
        """The key as the record will hold it."""
        if self._mapper is None or row.problem is not None:
            return ""
        found = self._mapper.apply(row.line, row.cells)
        if isinstance(found, RowErrors):
            return ""
        return clean(key_text(found.values.get(self._name)))


def split(folder: Folder, job: ImportJob) -> Manifest:
    """Write the chunks and their table of contents.

    Raises InvalidInput for a file that cannot be read, Gone when there is none.
    """
    layout = Layout.model_validate(job.layout)
    mapping = Mapping.model_validate(job.mapping)
    with opened(folder, layout) as table:
        reader = KeyReader(mapping, record_kind(job.record_kind), table.header)
        lanes = [_Lane(number) for number in range(LANES)]
        for lane, row in _dealt(table, reader):
            _take(folder, lanes[lane], row)
        for lane in lanes:
            _close(folder, lane)
        manifest = Manifest(
            header=table.header,
            lanes=tuple(tuple(lane.chunks) for lane in lanes),
            blank_rows=table.blank_rows,
        )
    folder.put(MANIFEST, manifest.model_dump_json().encode())
    return manifest


@contextmanager
def opened(folder: Folder, layout: Layout) -> Generator[Table]:
    """The uploaded file as a table: text as it streams in, a workbook from a temporary copy."""
    if layout.kind == "csv":
        yield open_table(folder.chunks(SOURCE), layout)
        return
    with copied(folder) as file:
        yield open_table(file, layout)


@contextmanager
def copied(folder: Folder) -> Generator[BinaryIO]:
    """The uploaded file in a temporary file that can be read from any place."""
    with tempfile.TemporaryFile() as file:
        folder.fetch(SOURCE, file)
        yield file


def _dealt(table: Table, reader: KeyReader) -> Iterator[tuple[int, StoredRow]]:
    """Each row with its lane; a repeated key with the line that had it first."""
    first: dict[bytes, int] = {}
    for position, row in enumerate(table):
        key = reader.key_of(row)
        if not key:
            yield position // CHUNK_ROWS % LANES, StoredRow(row, None)
            continue
        # A digest, not the key: a million keys must fit into memory.
        digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=12).digest()
        line = first.setdefault(digest, row.line)
        yield crc32(digest) % LANES, StoredRow(row, None if line == row.line else line)


def _take(folder: Folder, lane: _Lane, row: StoredRow) -> None:
    lane.waiting.append(row)
    if len(lane.waiting) == CHUNK_ROWS:
        _close(folder, lane)


def _close(folder: Folder, lane: _Lane) -> None:
    if lane.waiting:
        chunk = ChunkId(lane.number, len(lane.chunks))
        lane.chunks.append(store_chunk(folder, chunk, lane.waiting))
        lane.waiting = []
