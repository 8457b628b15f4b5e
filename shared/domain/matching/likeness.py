"""What two names say: of companies, of persons, within a script and across scripts; in bits."""

from collections.abc import Iterator
from itertools import product

from shared.domain.matching.companies import CompanyName, company_name
from shared.domain.matching.evidence import Evidence, similarity
from shared.domain.matching.persons import PersonName, names_of
from shared.domain.matching.profile import Profile
from shared.domain.matching.roman import is_japanese_or_korean, roman

_NAMESAKE = {"same": 5.0, "similar": 3.5, "different": -4.0}
_FAMILY = {"same": 6.0, "similar": 4.0, "different": -4.0}
_EXACT_PINYIN, _READ_BY_EAR = 0.96, 0.86
_TYPING_ERROR = 0.92
_LONG_ENOUGH = 4

Verdict = tuple[float, str]


def company_evidence(a: Profile, b: Profile, *, colleagues: bool) -> Iterator[Evidence]:
    """The best of their names; between two persons it only says that they are colleagues."""
    bits, code = max(
        (_companies(x, y) for x, y in product(_named(a), _named(b))), default=(0.0, "")
    )
    if colleagues:
        bits = 3.0 if bits > 0 else 0.0
    if bits:
        yield Evidence("company", code, bits)


def _named(profile: Profile) -> list[CompanyName]:
    return [name for name in map(company_name, profile.companies) if name.core]


def _companies(a: CompanyName, b: CompanyName) -> Verdict:
    if a.full == b.full:
        return 14.0, "same"
    if a.cjk != b.cjk:
        return _across_scripts(a, b)
    if a.region and b.region and a.region != b.region:
        bits, code = _within_script(a, b)
        return bits - 4, code if bits < 10 else "same_elsewhere"
    return _within_script(a, b)


def _within_script(a: CompanyName, b: CompanyName) -> Verdict:
    if a.key == b.key:
        return (13.0, "same_core") if a.telling and b.telling else (4.0, "same_trade")
    if _abbreviates(a, b) or _abbreviates(b, a):
        return 11.7, "initials"
    if a.brand and a.brand == b.brand:
        return (12.0, "same_brand") if a.bare or b.bare else (9.0, "same_brand_other_trade")
    if _extends(a, b) or _extends(b, a):
        return 11.7, "longer_form"
    likeness = similarity(a.key, b.key)
    if likeness >= _TYPING_ERROR and not _differ_in_meaning(a, b):
        return 11.8, "similar"
    return (0.0, "") if likeness >= 0.8 else (-6.0, "different")


def _across_scripts(a: CompanyName, b: CompanyName) -> Verdict:
    """A brand read aloud against a brand in Latin letters: 华为 Huawei, ソニー Sony."""
    said, written = (a, b) if a.cjk else (b, a)
    enough = _READ_BY_EAR if is_japanese_or_korean(said.full) else _EXACT_PINYIN
    for x, y in product({said.brand, said.key}, {written.brand, written.key}):
        spoken, letters = roman(x).replace(" ", ""), roman(y).replace(" ", "")
        if min(len(spoken), len(letters)) >= _LONG_ENOUGH and _sounds(spoken, letters) >= enough:
            return 11.8, "same_sound"
    return -3.0, "different"


def _sounds(spoken: str, letters: str) -> float:
    if spoken[:1] != letters[:1]:
        return 0.0
    return similarity(spoken, letters)


def _abbreviates(short: CompanyName, long: CompanyName) -> bool:
    """IBM for International Business Machines; letters alone, so never in Chinese."""
    return short.key.isascii() and len(short.key) <= 6 and short.key in long.initials


def _extends(short: CompanyName, long: CompanyName) -> bool:
    """Deloitte for Deloitte Touche Tohmatsu: one telling word with which the other begins."""
    words, more = short.core.split(), long.core.split()
    return not short.cjk and len(words) == 1 and len(words[0]) > 6 and more[0] == words[0]


def _differ_in_meaning(a: CompanyName, b: CompanyName) -> bool:
    """In Chinese one other character is another name, unless it sounds the same."""
    if a.cjk:
        return roman(a.brand or a.key) != roman(b.brand or b.key)
    return sorted(filter(str.isdigit, a.key)) != sorted(filter(str.isdigit, b.key))


def person_evidence(a: Profile, b: Profile) -> Iterator[Evidence]:
    """The best of their names, in either order."""
    pairs = list(product(names_of(a), names_of(b)))
    yield from max((_persons(x, y) for x, y in pairs), key=_weightiest, default=())


def _persons(a: PersonName, b: PersonName) -> tuple[Evidence, ...]:
    if a.native and b.native:
        return _chinese(a, b)
    # A family name weighs more than a given one: who is turned round must not depend on who asks.
    first, second = sorted((a, b))
    turned = PersonName(given=second.family, family=second.given)
    straight, swapped = _parts(a, b), _parts(first, turned)
    return straight if _sum(straight) >= _sum(swapped) - 1 else swapped


def _chinese(a: PersonName, b: PersonName) -> tuple[Evidence, ...]:
    """Characters decide: millions share a reading, so it excuses a typing error and no more."""
    if a.native == b.native:
        return (Evidence("name", "same", 8.0 if len(a.native) < 3 else 10.0),)
    found: list[Evidence] = []
    for key, same, alike, x, y in (
        ("given_name", 5.0, 0.0, (a.native_given, a.given), (b.native_given, b.given)),
        ("family_name", 3.0, -1.0, (a.native_family, a.family), (b.native_family, b.family)),
    ):
        if x[0] and y[0]:
            code = "same" if x == y else "same_sound" if x[1] == y[1] else "different"
            found.append(Evidence(key, code, {"same": same, "same_sound": alike}.get(code, -4.0)))
    return tuple(found)


def _parts(a: PersonName, b: PersonName) -> tuple[Evidence, ...]:
    found: list[Evidence] = []
    for key, weights, x, y in (
        ("given_name", _NAMESAKE, a.given, b.given),
        ("family_name", _FAMILY, a.family, b.family),
    ):
        if x and y:
            code = _alike(x, y)
            found.append(Evidence(key, code, weights[code]))
    return tuple(found)


def _alike(x: str, y: str) -> str:
    if x == y:
        return "same"
    short, long = sorted((x, y), key=len)
    initial = len(short) == 1 and long.startswith(short)
    return "similar" if initial or similarity(x, y) >= 0.83 else "different"


def _weightiest(parts: tuple[Evidence, ...]) -> tuple[float, list[tuple[str, str]]]:
    return _sum(parts), [(part.key, part.code) for part in parts]


def _sum(parts: tuple[Evidence, ...]) -> float:
    return sum(part.bits for part in parts)
