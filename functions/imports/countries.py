"""Countries as people write them: codes, and names in English, Chinese and the own language."""

from collections.abc import Mapping
from functools import cache
from typing import Literal

from functions.imports.cells import plain
from functions.imports.readings import Unreadable
from shared.domain.entity import Value

_ALSO = {
    "US": "USA, U.S.A., U.S., United States of America, America, 美利坚合众国",
    "GB": "UK, U.K., Great Britain, England, Scotland, Wales, Northern Ireland, 大不列颠, 英格兰",
    "CN": "P.R.C., PRC, P.R. China, PR China, People's Republic of China, Mainland China, "
    "中华人民共和国, 中国大陆, 中國大陸, 大陆",
    "HK": "Hong Kong, Hong Kong SAR, HKSAR, 香港, 中国香港",
    "MO": "Macau, Macao, Macao SAR, 澳门, 澳門, 中国澳门",
    "TW": "Taiwan, 台湾, 臺灣, 中国台湾",
    "KR": "South Korea, Korea, Republic of Korea, 韩国, 大韩民国",
    "AE": "UAE, U.A.E.",
    "NL": "Holland, The Netherlands",
    "CZ": "Czech Republic, Czechia",
    "VN": "Viet Nam",
    "RU": "Russian Federation",
}


class Country(Value):
    """A country's name or code as its ISO 3166 code."""

    step: Literal["country"] = "country"

    def apply(self, text: str) -> str | bool | list[str] | None:
        """`CN` for `中国`, `China` and `CHN` alike; else `country_unknown`."""
        code = _codes().get(plain(text))
        if code is None:
            raise Unreadable("country_unknown", f"'{text[:50]}' is not the name of a country.")
        return code


@cache
def _codes() -> dict[str, str]:
    """Names in the form of `plain` -> code."""
    # The names come with the library of telephone numbers; loaded when the first one is read.
    from phonenumbers.geodata.locale import LOCALE_DATA

    found: dict[str, str] = {}
    for code, names in LOCALE_DATA.items():
        for language in ("en", "zh", code.lower()):
            found.setdefault(plain(_name(names, language)), code)
    found.pop("", None)
    for code, names in _ALSO.items():
        found |= {plain(name): code for name in names.split(", ")}
    return found | {plain(code): code for code in LOCALE_DATA}


def _name(names: Mapping[str, str], language: str) -> str:
    """The name in a language; an asterisk refers to the name in another one."""
    name = names.get(language, "")
    return names.get(name[1:], "") if name.startswith("*") else name
