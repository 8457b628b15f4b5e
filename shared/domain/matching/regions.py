"""Chinese administrative regions at the beginning or end of a company's name.

The names of provinces, prefectures and counties, old ones too, are those of GB/T 2260 as the
python-stdnum package carries them.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, cast

from shared.domain.text import fold

_YEARS = re.compile(r"\[[0-9-]*\]")
_ZONE = re.compile(
    r"^(?:经济技术|高新技术(?:产业)?|经济|工业)?(?:开发区|保税区|高新区|工业园区?|科技园区?|自贸区)"
)
_TOWN = re.compile(r"^[一-龥]{2}(?:镇|乡)(?=[一-龥]{2})")
_PROVINCE = re.compile("(?:特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|省|市)$")
_EVERYWHERE = ("香港", "澳门", "台湾", "中国")
_SHORTEST_REST = 2
_LONGEST = 12


def without_regions(name: str) -> str:
    """A folded Chinese name without the regions it begins or ends with: 广州市天河区丹妮 -> 丹妮.

    At least two characters stay: 北京 alone is 北京.
    """
    while (rest := _without_trailing(_without_leading(name))) != name:
        name = rest
    return name


def leading_region(name: str) -> str:
    """The region that a folded name begins with, without its level (`广州`), or nothing."""
    region = next(_leading(name), "")
    short = region.removesuffix("市")
    return short if short in _bare() else _PROVINCE.sub("", region)


def is_region(text: str) -> bool:
    """Whether a folded text names a region: 广州, 广州市, 天河区."""
    return text in _bare() or text in _official()


def _without_leading(name: str) -> str:
    region = next(_leading(name), "")
    if region:
        return name[len(region) :]
    place = _ZONE.match(name) or _TOWN.match(name)
    return name[place.end() :] if place and len(name) - place.end() >= _SHORTEST_REST else name


def _without_trailing(name: str) -> str:
    for length in range(min(_LONGEST, len(name) - _SHORTEST_REST), 1, -1):
        if is_region(name[-length:]):
            return name[:-length]
    return name


def _leading(name: str) -> Iterator[str]:
    """The regions that it begins with, the longest first."""
    longest = min(_LONGEST, len(name) - _SHORTEST_REST)
    return (name[:n] for n in range(longest, 1, -1) if is_region(name[:n]))


@cache
def _bare() -> frozenset[str]:
    """Provinces and cities, which people name without their level.

    Bare names of counties, districts and prefectures that are no city (新华, 和平, 阿里) are brands
    as often as places.
    """
    provinces = {_PROVINCE.sub("", name) for name in _provinces()}
    cities = {name[:-1] for name in _official() if name.endswith("市") and len(name) > 2}
    return frozenset({*provinces, *cities, *_EVERYWHERE})


@cache
def _official() -> frozenset[str]:
    """The full names of all regions."""
    counties = (
        fold(_YEARS.sub("", str(said["county"])))
        for *_, below in _table()
        for _, _, _, said, _ in below
    )
    named = {name for name in counties if len(name) > 1 and name not in _TOO_GENERAL}
    return frozenset(named | _provinces())


@cache
def _provinces() -> frozenset[str]:
    return frozenset(fold(str(said["province"])) for _, _, _, said, _ in _table())


def _table() -> list[Any]:
    # Read when the first Chinese company name is seen (60 ms).
    from stdnum import numdb

    return cast(Any, numdb).get("cn/loc").prefixes


_TOO_GENERAL = frozenset({"市辖区", "郊区", "城区", "矿区", "新区"})
