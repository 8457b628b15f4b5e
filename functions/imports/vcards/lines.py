"""The lines of a vCard file: unfolded, parted into name, parameters and value, value decoded.

Reads what is written in practice: RFC 6350, RFC 2426 and vCard 2.1 with its bare parameters and
quoted-printable values. What cannot be read is told with its physical line, never dropped.
"""

import binascii
import re
from collections.abc import Iterator
from typing import NamedTuple

from functions.imports.streams import KEEP_BROKEN
from shared.domain.errors import FieldError

MAX_VALUE = 131_072
"""Characters of one value, the same as for a cell of a CSV file."""

#: Pictures, sounds and keys: their (large) values are passed over.
BINARY = frozenset({"PHOTO", "LOGO", "SOUND", "KEY", "X-ABCROP-RECTANGLE"})
_HEAD = re.compile(r"(?:[A-Z0-9-]+\.)?([A-Z0-9-]+)[;:]", re.I)
_SOFT_BREAK = "QUOTED-PRINTABLE"
_ENCODINGS = frozenset({"QUOTED-PRINTABLE", "BASE64", "B", "8BIT", "7BIT"})
_CARET = {"^^": "^", "^n": "\n", "^'": '"'}
_ESCAPED = re.compile(r"\\(.)", re.S)

Parameters = dict[str, list[str]]


class Unreadable(Exception):
    """Why a line cannot be read."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.problem = FieldError("", code, message)


class Property(NamedTuple):
    """One property of a card. `value` is decoded text, its backslashes still in it."""

    line: int
    group: str
    name: str
    params: Parameters
    value: str

    @property
    def types(self) -> list[str]:
        """What the property is for, in small letters: `work`, `cell`, `pref`."""
        return [part.lower() for each in self.params.get("TYPE", ()) for part in each.split(",")]


class LogicalLine(NamedTuple):
    """A line without its folds; `line` is the physical line it starts on."""

    line: int
    text: str


def unfolded(source: Iterator[str]) -> Iterator[LogicalLine]:
    """Lines with their continuations, blank ones left out. Values of BINARY names are cut."""
    number, parts, soft = 0, list[str](), False
    for position, physical in enumerate(source, start=1):
        text = physical.rstrip("\r\n")
        if parts and soft and parts[-1].endswith("="):
            parts[-1] = parts[-1][:-1]
            parts.append(text)
        elif parts and text[:1] in (" ", "\t"):
            if not _binary(parts[0]):
                parts.append(text[1:])
        else:
            if parts:
                yield LogicalLine(number, "".join(parts))
            number, parts = position, [text] if text.strip() else []
            soft = _SOFT_BREAK in text.partition(":")[0].upper()
    if parts:
        yield LogicalLine(number, "".join(parts))


def _binary(text: str) -> bool:
    head = _HEAD.match(text)
    return head is not None and head.group(1).upper() in BINARY


def read_property(line: LogicalLine, encoding: str) -> Property:
    """The property on a line of a file in `encoding`.

    Raises Unreadable: `line_unreadable`, `value_too_long`, `charset_unknown`, `value_undecodable`.
    """
    head, colon, raw = _halves(line.text)
    group, _, name = head[0].rpartition(".")
    if not colon or not re.fullmatch(r"[A-Za-z0-9-]+", name):
        shown = line.text[:40]
        raise Unreadable("line_unreadable", f"Line {line.line} is no vCard property: '{shown}'.")
    name, params = name.upper(), _parameters(head[1:])
    if name in BINARY:
        return Property(line.line, group.lower(), name, params, "")
    if len(raw) > MAX_VALUE:
        raise Unreadable("value_too_long", f"Line {line.line} is longer than {MAX_VALUE}.")
    return Property(line.line, group.lower(), name, params, _decoded(raw, params, encoding, line))


def _halves(text: str) -> tuple[list[str], str, str]:
    """Name and parameters, the colon, the value; signs between quotation marks do not count."""
    fields, start, quoted = list[str](), 0, False
    for position, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        elif character in ";:" and not quoted:
            fields.append(text[start:position])
            start = position + 1
            if character == ":":
                return fields, ":", text[start:]
    return [*fields, text[start:]], "", ""


def _parameters(fields: list[str]) -> Parameters:
    """Values by name in capitals. vCard 2.1 leaves names out: `CELL` means `TYPE=CELL`."""
    found: Parameters = {}
    for field in fields:
        name, equals, value = field.partition("=")
        if not equals:
            name, value = ("ENCODING" if field.upper() in _ENCODINGS else "TYPE"), field
        values = re.findall(r'"([^"]*)"|([^,"]+)', value)
        texts = [_uncaret(quoted or plain).strip() for quoted, plain in values]
        found.setdefault(name.strip().upper(), []).extend(text for text in texts if text)
    return found


def _uncaret(text: str) -> str:
    """RFC 6868: how parameters write line ends and quotation marks."""
    return re.sub(r"\^[\^n']", lambda match: _CARET[match.group()], text)


def _decoded(raw: str, params: Parameters, encoding: str, line: LogicalLine) -> str:
    kind = (params.get("ENCODING") or [""])[0].upper()
    charset = (params.get("CHARSET") or [encoding])[0]
    wide = encoding.startswith("utf")
    try:
        if kind == "QUOTED-PRINTABLE":
            written = raw.encode("utf-8" if wide else encoding, "surrogateescape")
            return binascii.a2b_qp(written).decode(charset, KEEP_BROKEN)
        if kind in ("BASE64", "B"):
            return binascii.a2b_base64(raw).decode(charset, KEEP_BROKEN)
        if wide or raw.isascii():
            return raw
        return raw.encode(encoding, "surrogateescape").decode(charset, KEEP_BROKEN)
    except LookupError:
        message = f"Line {line.line} is written in an unknown charset, '{charset[:40]}'."
        raise Unreadable("charset_unknown", message) from None
    except ValueError:
        message = f"Line {line.line} is not text in the encoding it names."
        raise Unreadable("value_undecodable", message) from None


def unescaped(text: str) -> str:
    """The text without backslashes: `\\n` is a line end, any other sign stands for itself."""
    return _ESCAPED.sub(lambda m: "\n" if m.group(1) in "nN" else m.group(1), text)


def parts_of(text: str, separator: str) -> list[str]:
    """The value cut at each separator that is not escaped; the parts keep their backslashes."""
    return re.findall(rf"(?:^|{separator})((?:\\.|[^\\{separator}])*\\?)", text, re.S)
