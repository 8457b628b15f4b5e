"""Mainland addresses: whether province, city and district (省市区) can belong together.

The regions, old ones too, are those of GB/T 2260 as the python-stdnum package carries them. What is
not among them (new districts, towns, other spellings) is accepted; only a contradiction is not.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from shared.domain.customers.parts import Address
from shared.domain.errors import FieldError, InvalidInput
from shared.domain.text import fold

_YEARS = re.compile(r"\[[0-9-]*\]")
_LEVEL = re.compile(
    r"(?:特别行政区|(?:维吾尔|壮族|回族)?自治区|[一-龥]{1,9}族自治州|自治州|省|市|地区|盟)$"
)
_GENERAL = frozenset({"市辖区", "县", "郊区", "城区", "矿区", "省直辖县级行政区划"})
_MAINLAND = (None, "CN")


@dataclass(frozen=True, slots=True)
class _Regions:
    """Short name -> code of a province; names -> codes of what has that name."""

    provinces: dict[str, str]
    cities: dict[str, frozenset[str]]
    districts: dict[str, frozenset[str]]


def require_consistent(addresses: Iterable[Address]) -> None:
    """Raises InvalidInput (`region_contradicts`) for every field of a mainland address that cannot
    lie in the region named above it."""
    errors: list[FieldError] = []
    for n, address in enumerate(addresses):
        if address.country in _MAINLAND and (address.city or address.district):
            errors += _contradictions(address, f"addresses.{n}")
    if errors:
        raise InvalidInput(errors)


def _contradictions(address: Address, path: str) -> list[FieldError]:
    known = _regions()
    province = known.provinces.get(_short(address.province))
    cities = known.cities.get(_short(address.city), frozenset())
    districts = known.districts.get(fold(address.district or ""), frozenset())
    within = {province} if province else set[str]()
    if cities and within and not _meet(cities, within):
        message = f"{address.city} does not lie in {address.province}."
        return [FieldError(f"{path}.city", "region_contradicts", message)]
    within = {code for code in cities if not within or _meet({code}, within)} or within
    if districts and within and not _meet(districts, within):
        message = f"{address.district} does not lie in {address.city or address.province}."
        return [FieldError(f"{path}.district", "region_contradicts", message)]
    return []


def _meet(codes: Iterable[str], above: Iterable[str]) -> bool:
    return any(code.startswith(tuple(above)) for code in codes)


def _short(name: str | None) -> str:
    """The name without its level: 广东省 -> 广东, 深圳市 -> 深圳."""
    folded = fold(name or "")
    return _LEVEL.sub("", folded) or folded


@cache
def _regions() -> _Regions:
    provinces: dict[str, str] = {}
    cities: dict[str, set[str]] = {}
    districts: dict[str, set[str]] = {}
    for _, province, _, said, below in _table():
        short = _short(str(said["province"]))
        provinces[short] = province
        cities.setdefault(short, set()).add(province)  # 北京市 is its own city
        for _, code, _, region, _ in below:
            for name in _names(str(region["county"])):
                if code.endswith("00") or name.endswith("市"):
                    cities.setdefault(_short(name), set()).add(province + code[:2])
                if not code.endswith("00"):
                    districts.setdefault(name, set()).add(province + code)
    return _Regions(
        provinces,
        {name: frozenset(codes) for name, codes in cities.items()},
        {name: frozenset(codes) for name, codes in districts.items()},
    )


def _names(said: str) -> Iterable[str]:
    """All names that one code had: `[1983-1989]南头区办事处,[1990-]南山区`."""
    folded = (fold(part) for part in _YEARS.sub("", said).split(","))
    return (name for name in folded if len(name) > 1 and name not in _GENERAL)


def _table() -> list[Any]:
    # Read when the first address with a city is seen (60 ms).
    from stdnum import numdb

    return cast(Any, numdb).get("cn/loc").prefixes
