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
from functions.imports.row_keys import Token, keys_of, one_token_each, tokens_of
from functions.imports.row_mapper import RowErrors, RowMapper
from functions.imports.tables import Row, Table, open_table
from shared.domain.imports import ImportJob


@dataclass(slots=True)
class _Lane:
    """Rows that wait for their chunk to be full, and what was written before."""

    number: int
    waiting: list[StoredRow] = field(default_factory=list[StoredRow])
    chunks: list[ChunkInfo] = field(default_factory=list[ChunkInfo])


class KeyReader:
    """The keys of a row (none without a value), read by the mapping's own steps."""

    def __init__(self, mapping: Mapping, header: tuple[str, ...], region: str | None) -> None:
        self._keys, self._region = keys_of(mapping), region
        heads = {key.partition(".")[0] for key in self._keys}
        fields = tuple(f for f in mapping.fields if f.field.partition(".")[0] in heads)
        default = {n: v for n, v in mapping.defaults.items() if n.partition(".")[0] in heads}
        lone = {"fields": fields, "keys": (), "mode": "create", "defaults": default}
        self._mapper = RowMapper(mapping.model_copy(update=lone), header) if fields else None
        self.one_each = one_token_each(self._keys)

    def keys_of(self, row: Row) -> tuple[Token, ...]:
        """The keys as the record will hold them."""
        if self._mapper is None or row.problem is not None:
            return ()
        found = self._mapper.apply(row.line, row.cells)
        if isinstance(found, RowErrors):
            return ()
        by_field = tokens_of(self._keys, found.values, self._region)
        return tuple(token for tokens in by_field for token in tokens)


def split(folder: Folder, job: ImportJob) -> Manifest:
    """Write the chunks and their table of contents.

    Raises InvalidInput for a file that cannot be read, Gone when there is none.
    """
    layout = Layout.model_validate(job.layout)
    mapping = Mapping.model_validate(job.mapping)
    with opened(folder, layout) as table:
        region = job.runner.region if job.runner else None
        reader = KeyReader(mapping, table.header, region)
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
    """Each row with its lane; a repeated key with the line that had it first.

    Rows with several keys may be bound to each other in long chains: they all go one way.
    """
    first: dict[bytes, int] = {}
    for position, row in enumerate(table):
        keys = reader.keys_of(row)
        # A digest, not the key: a million keys must fit into memory.
        digests = [_digest(key) for key in keys]
        earlier = min((first[d] for d in digests if d in first), default=None)
        for digest in digests:
            first.setdefault(digest, row.line)
        if not reader.one_each:
            lane = 0
        elif digests:
            lane = crc32(digests[0]) % LANES
        else:
            lane = position // CHUNK_ROWS % LANES
        yield lane, StoredRow(row, earlier)


def _digest(key: Token) -> bytes:
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=12).digest()


def _take(folder: Folder, lane: _Lane, row: StoredRow) -> None:
    lane.waiting.append(row)
    if len(lane.waiting) == CHUNK_ROWS:
        _close(folder, lane)


def _close(folder: Folder, lane: _Lane) -> None:
    if lane.waiting:
        chunk = ChunkId(lane.number, len(lane.chunks))
        lane.chunks.append(store_chunk(folder, chunk, lane.waiting))
        lane.waiting = []
