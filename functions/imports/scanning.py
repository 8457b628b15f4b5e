"""The bytes of a text file, read once: its encoding judged on all of them, a sample kept."""

import codecs
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from functions.imports.encodings import EncodingDetector
from functions.imports.findings import Hints
from functions.imports.streams import KEEP_BROKEN

SAMPLE_BYTES = 1024 * 1024
SCAN_BYTES = 64 * 1024 * 1024


class Counted(Iterator[bytes]):
    """The chunks of a file, and how many times the part read so far fits into the whole."""

    def __init__(self, chunks: Iterator[bytes], size: int | None) -> None:
        self._chunks = chunks
        self._size = size
        self._read = 0

    def __next__(self) -> bytes:
        chunk = next(self._chunks)
        self._read += len(chunk)
        return chunk

    @property
    def times(self) -> float:
        """1 when everything was read, or when the size is not known."""
        return max((self._size or 0) / max(self._read, 1), 1.0)


class Scan(NamedTuple):
    """The sample's bytes, the line ends in all that was read, and what the detector says."""

    sample: bytes
    lines: int
    size: int
    complete: bool
    encoding: str
    certain: bool


def scan(chunks: Iterable[bytes], hints: Hints) -> Scan:
    """Read up to SCAN_BYTES."""
    detector = EncodingDetector()
    sample, lines, size, complete, end = bytearray(), 0, 0, True, b""
    for chunk in chunks:
        if len(sample) < SAMPLE_BYTES:
            sample += chunk[: SAMPLE_BYTES - len(sample)]
        detector.feed(chunk)
        size += len(chunk)
        lines += chunk.count(b"\n")
        end = chunk[-1:]
        if size >= SCAN_BYTES:
            complete = False
            break
    lines += end != b"\n"
    if hints.encoding:
        return Scan(bytes(sample), lines, size, complete, hints.encoding, True)
    found = detector.result(complete)
    return Scan(bytes(sample), lines, size, complete, found.encoding, found.certain)


def sample_text(sample: bytes, encoding: str, *, whole: bool) -> str:
    """The sample decoded, without the bytes of a last character or line that is cut off."""
    decoder = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)(
        KEEP_BROKEN
    )
    text = decoder.decode(sample, whole)
    if whole:
        return text
    end = max(text.rfind("\n"), text.rfind("\r"))
    return text[: end + 1] if end >= 0 else text
