"""Bytes of a file as lines of text: chunks, decompression, decoding and the limits on all three."""

import codecs
import gzip
import io
import zlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

from functions.imports.layout import MAX_LINE_CHARACTERS, Layout, refused

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

READ_BYTES = 256 * 1024
KEEP_BROKEN = "keep_broken"
"""Error handler of codecs: bytes that are no text become lone surrogates, never an exception."""


def _keep_broken(error: UnicodeError) -> tuple[str, int]:
    """As `surrogateescape` does, and also for the wide encodings, where that gives up."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wide = error.encoding.replace("-", "").startswith(("utf16", "utf32"))
    byte = error.object[error.start]
    if wide or byte < 0x80:
        return "\udc80", error.end
    return chr(0xDC00 + byte), error.start + 1


codecs.register_error(KEEP_BROKEN, _keep_broken)


def byte_chunks(file: BinaryIO | Iterable[bytes]) -> Iterator[bytes]:
    """The file's bytes piece by piece, from a readable object or from an iterable of chunks."""
    read = getattr(file, "read", None)
    if read is None:
        yield from file
        return
    while chunk := read(READ_BYTES):
        yield chunk


def plain_chunks(
    file: BinaryIO | Iterable[bytes], *, compressed: bool, limit: int
) -> Iterator[bytes]:
    """Decompressed bytes, at most `limit` of them.

    Raises InvalidInput: `file_too_large` above the limit, `file_damaged` for broken gzip data.
    """
    source = byte_chunks(file)
    total = 0
    for chunk in _unpacked(source) if compressed else source:
        total += len(chunk)
        if total > limit:
            raise refused("file_too_large", f"The file is larger than {limit // 2**20} MB.")
        yield chunk


def _unpacked(source: Iterator[bytes]) -> Iterator[bytes]:
    packed = gzip.GzipFile(fileobj=io.BufferedReader(ChunkReader(source), READ_BYTES))
    try:
        while chunk := packed.read(READ_BYTES):
            yield chunk
    except (gzip.BadGzipFile, EOFError, zlib.error) as broken:
        raise refused("file_damaged", "The compressed file is damaged.") from broken


def text_lines(file: BinaryIO | Iterable[bytes], layout: Layout, limit: int) -> Iterator[str]:
    """Physical lines with their line ends, decoded; bytes that are no text become lone surrogates.

    Raises InvalidInput as `plain_chunks` does, and `line_too_long`.
    """
    chunks = plain_chunks(file, compressed=layout.compressed, limit=limit)
    encoding = "utf-8-sig" if layout.encoding == "utf-8" else layout.encoding
    text = io.TextIOWrapper(
        io.BufferedReader(ChunkReader(chunks), READ_BYTES),
        encoding=encoding,
        errors=KEEP_BROKEN,
        newline="",
    )
    while line := text.readline(MAX_LINE_CHARACTERS):
        if len(line) == MAX_LINE_CHARACTERS:
            raise refused("line_too_long", "A line of the file is too long to be a row.")
        yield line


class ChunkReader(io.RawIOBase):
    """A readable raw file over chunks of bytes, for the standard library's buffers."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        super().__init__()
        self._chunks = chunks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """Always: this is all it can do."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Fill `buffer` with the next bytes; 0 at the end."""
        target = memoryview(buffer).cast("B")
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        count = min(len(target), len(self._rest))
        target[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count
