"""Which encoding a text file is written in, decided from evidence, not from a file's first bytes.

A byte order mark decides; then valid UTF-8 wins; then the lines that are not plain ASCII are
weighed as Chinese (GB18030, Big5) against Western text, and only what fits none of these goes to
charset-normalizer. The detector is fed chunk by chunk, so characters may lie across borders.
"""

import codecs
import re
from dataclasses import dataclass

from functions.imports.layout import ENCODINGS, refused

EVIDENCE_BYTES = 64 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_HIGH = re.compile(rb"[\x80-\xff]")
# Letters with accents and the typographic signs of Windows-1252 that occur in ordinary text.
_WESTERN = re.compile(
    rb"[\xc0-\xd6\xd8-\xf6\xf8-\xff\x80\x85\x8a\x8c\x8e\x91-\x97\x99\x9a\x9c\x9e\x9f"
    rb"\xa0\xa3\xa7\xa9\xab\xae\xb0\xb7\xba\xbb\xbf]"
)
_WESTERN_SIGNS = b"\x80\x85\x91\x92\x93\x94\x95\x96\x97\x99\xa0\xa3\xa7\xa9\xab\xae\xb0\xb7\xba\xbb"
_ENOUGH_CHARACTERS = 8


@dataclass(frozen=True, slots=True)
class Detected:
    """The encoding's name and whether the evidence leaves no reasonable doubt."""

    encoding: str
    certain: bool


class EncodingDetector:
    """Feed it the whole file, or as much of it as is worth reading, then ask `result`."""

    def __init__(self) -> None:
        self._head = b""
        self._utf8 = codecs.getincrementaldecoder("utf-8")()
        self._valid = True
        self._tail = b""
        self._evidence = bytearray()
        self._zeros = [0, 0]
        self._bytes = 0

    def feed(self, chunk: bytes) -> None:
        """Weigh the next bytes of the file."""
        if len(self._head) < len(codecs.BOM_UTF32_LE):
            self._head = (self._head + chunk)[:4]
        self._count_zeros(chunk)
        if self._valid:
            try:
                self._utf8.decode(chunk)
            except UnicodeDecodeError:
                self._valid = False
        self._collect(chunk)

    def result(self, complete: bool = True) -> Detected:
        """The decision; `complete` says that nothing of the file is left unread.

        Raises InvalidInput (`file_kind_not_supported`) for what is not text in any encoding.
        """
        for mark, encoding in _MARKS:
            if self._head.startswith(mark):
                return Detected(encoding, certain=True)
        if any(self._zeros):
            return self._without_mark()
        if self._valid and (not complete or self._ends_whole()):
            return Detected("utf-8", certain=complete or bool(self._evidence))
        self._collect(b"\n")
        return _weigh(bytes(self._evidence))

    def _count_zeros(self, chunk: bytes) -> None:
        if b"\0" in chunk:
            odd = self._bytes % 2
            self._zeros[0] += chunk[odd::2].count(0)
            self._zeros[1] += chunk[1 - odd :: 2].count(0)
        self._bytes += len(chunk)

    def _collect(self, chunk: bytes) -> None:
        """Keep the lines that are not plain ASCII, up to EVIDENCE_BYTES."""
        if len(self._evidence) >= EVIDENCE_BYTES:
            return
        lines = (self._tail + chunk).split(b"\n")
        self._tail = lines.pop()
        if len(self._tail) > EVIDENCE_BYTES:
            lines.append(self._tail)
            self._tail = b""
        for line in lines:
            if not line.isascii():
                self._evidence += line[:EVIDENCE_BYTES] + b"\n"

    def _ends_whole(self) -> bool:
        """Whether the file does not stop in the middle of a UTF-8 character."""
        return not self._utf8.getstate()[0]

    def _without_mark(self) -> Detected:
        """UTF-16 shows zero bytes in every second place; other files have none to speak of."""
        even, odd = self._zeros
        if even + odd <= self._bytes // 1000:
            return Detected("utf-8", certain=False) if self._valid else self._legacy()
        if even + odd >= self._bytes // 50 and max(even, odd) > 8 * min(even, odd):
            return Detected("utf-16-le" if odd > even else "utf-16-be", certain=True)
        raise refused("file_kind_not_supported", "The file is not a text file.")

    def _legacy(self) -> Detected:
        self._collect(b"\n")
        return _weigh(bytes(self._evidence))


def _weigh(evidence: bytes) -> Detected:
    """Decide between the encodings from before Unicode."""
    if _mostly_utf8(evidence):
        return Detected("utf-8", certain=False)
    western = _western_share(evidence)
    if western >= 0.9:
        return _western_kind(evidence)
    chinese, count = _common_share(evidence, "gb18030", "gb2312", range(0xB0, 0xD8))
    taiwanese, _ = _common_share(evidence, "cp950", "big5", range(0xA4, 0xC7))
    best = max(chinese, taiwanese)
    if best >= 0.6 and not (chinese >= taiwanese and _korean(evidence, count)):
        certain = best >= 0.8 and count >= _ENOUGH_CHARACTERS and abs(chinese - taiwanese) >= 0.2
        return Detected("gb18030" if chinese >= taiwanese else "cp950", certain=certain)
    return _normalized(evidence, western)


def _mostly_utf8(evidence: bytes) -> bool:
    """A UTF-8 file with a few broken bytes stays UTF-8: the bad rows are reported one by one."""
    text = evidence.decode("utf-8", "replace")
    good = sum(1 for character in text if character > "\x7f" and character != "\ufffd")
    return good >= 20 * max(1, text.count("\ufffd"))


def _western_share(evidence: bytes) -> float:
    """The share of high bytes that stand alone or in pairs within a word of ASCII letters."""
    total = good = 0
    for run in _HIGH_RUN.finditer(evidence):
        start, end = run.span()
        total += end - start
        before, after = evidence[start - 1 : start], evidence[end : end + 1]
        beside_letter = before.isalpha() or after.isalpha()
        if end - start <= 2 and (beside_letter or all(b in _WESTERN_SIGNS for b in run.group())):
            good += end - start
    return good / total if total else 0.0


def _western_kind(evidence: bytes) -> Detected:
    """Windows-1252, unless many signs make no sense in it (Polish, Turkish, Macintosh ...)."""
    high = _HIGH.findall(evidence)
    plausible = sum(1 for byte in high if _WESTERN.match(byte))
    if plausible / len(high) >= 0.85:
        return Detected("cp1252", certain=len(high) >= _ENOUGH_CHARACTERS)
    return _normalized(evidence, western=1.0)


def _common_share(evidence: bytes, codec: str, core: str, leads: range) -> tuple[float, int]:
    """Share of common characters and punctuation (by lead byte in the `core` set), and the count.

    Both national sets sort their everyday characters before the rare ones.
    """
    text = evidence.decode(codec, "replace")
    characters = [character for character in text if character > "\x7f"][:5_000]
    common = 0
    for character in characters:
        try:
            lead = character.encode(core)[0]
        except UnicodeEncodeError:
            continue
        common += lead in leads or 0xA1 <= lead <= 0xA3
    return (common / len(characters) if characters else 0.0), len(characters)


def _korean(evidence: bytes, count: int) -> bool:
    """Korean syllables use lead bytes B0-C8 only; a third of Chinese text uses C9-D7 as well.

    A few characters repeated are no evidence: any Chinese words may happen to avoid those bytes.
    """
    text = evidence.decode("gb18030", "replace")
    if count < 20 or len({c for c in text if c > "\x7f"}) < 25:
        return False
    leads = (c.encode("gb18030")[0] for c in text if c > "\x7f")
    return sum(1 for lead in leads if 0xC9 <= lead <= 0xD7) < count * 0.03


def _normalized(evidence: bytes, western: float) -> Detected:
    """What charset-normalizer makes of it; Windows-1252 when it has no opinion."""
    # Imported here because hardly any file comes this far.
    from charset_normalizer import from_bytes

    allowed = [name for name in ENCODINGS if not name.startswith("utf")]
    best = from_bytes(evidence[: EVIDENCE_BYTES // 4], cp_isolation=allowed).best()
    if best is None or best.encoding not in allowed:
        return Detected("cp1252" if western >= 0.3 else "gb18030", certain=False)
    return Detected(best.encoding, certain=False)
