"""Names of persons: taken apart, read aloud, compared in any order and script.

A Chinese name is family name first, without spaces; anywhere else the last word is taken for the
family name, and comparing tries the other order too.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from shared.domain.matching.profile import Profile
from shared.domain.matching.roman import is_han, roman, roman_surname
from shared.domain.text import fold

_TITLES = re.compile(r"^(?:mr|mrs|ms|miss|dr|prof|professor|herr|frau|mme|sr|sra)\.?\s+")
_HONORIFICS = re.compile("(?:先生|女士|小姐|太太|老师|经理|总经理|总|さん|様|님)$")
_COMPOUND = frozenset(
    (
        *("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "令狐", "长孙", "宇文"),
        *("慕容", "司徒", "夏侯", "南宫", "轩辕", "端木", "百里", "呼延", "独孤", "西门", "万俟"),
        *("澹台", "公冶", "太史", "申屠", "钟离", "闻人", "赫连", "濮阳", "淳于", "单于", "司空"),
    )
)
_MUTED = str.maketrans("bfpvcgjkqsxzdtlmnr", "111122222222334556")
_SILENT = re.compile("[aeiouyhw]")


@dataclass(frozen=True, slots=True, order=True)
class PersonName:
    """A name in Latin letters; when it is written in Chinese, also its folded characters."""

    given: str = ""
    family: str = ""
    native_given: str = ""
    native_family: str = ""

    @property
    def native(self) -> str:
        """The Chinese characters; nothing for other names."""
        return self.native_family + self.native_given

    @property
    def whole(self) -> str:
        """Both parts without spaces, in an order that does not depend on who wrote them."""
        return "".join(sorted((self.given, self.family)))


def names_of(profile: Profile) -> tuple[PersonName, ...]:
    """The person names of a profile: its parts when given, else each full name taken apart."""
    if profile.given or profile.family:
        return (_from_parts(profile.given or "", profile.family or ""),)
    return tuple(dict.fromkeys(person_name(name) for name in profile.names))


@lru_cache(maxsize=8192)
def person_name(full: str) -> PersonName:
    """A full name taken apart."""
    name = _HONORIFICS.sub("", _TITLES.sub("", fold(full))) or fold(full)
    if is_han(name):
        compact = re.sub(r"[\s·・.]", "", name)
        length = 2 if compact[:2] in _COMPOUND and len(compact) > 2 else 1
        return _from_parts(compact[length:], compact[:length])
    last, comma, first = name.partition(",")
    words = (f"{first} {last}" if comma else name).split()
    return _from_parts(" ".join(words[:-1]), words[-1]) if words else PersonName()


def _from_parts(given: str, family: str) -> PersonName:
    given, family = fold(given), fold(family)
    han = is_han(family + given)
    return PersonName(
        given=roman(given).replace(" ", ""),
        family=(roman_surname(family) if han else roman(family)).replace(" ", ""),
        native_given=given.replace(" ", "") if han else "",
        native_family=family.replace(" ", "") if han else "",
    )


def sound(word: str) -> str:
    """How a Latin word roughly sounds: first letter and three consonant classes (Soundex)."""
    letters = word.translate(_MUTED)
    code, last = "", ""
    for letter, digit in zip(word, letters, strict=True):
        if letter in "hw":
            continue
        if digit.isdigit() and digit != last:
            code += digit
        last = digit if digit.isdigit() else ""
    skip = bool(letters[:1].isdigit() and code)
    return f"{word[:1]}{code[skip:]}"[:4].ljust(4, "0") if word else ""
