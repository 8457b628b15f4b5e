"""What agreeing or differing numbers, addresses, dates and places say, in bits."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from shared.domain.matching.keys import company_domains
from shared.domain.matching.profile import Profile
from shared.domain.text import fold

_SIMILAR = 0.85


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one comparison says. `essential`: when negative, it contradicts all the rest."""

    key: str
    code: str
    bits: float
    essential: bool = False


def contact_evidence(a: Profile, b: Profile) -> Iterator[Evidence]:
    """Tax number, identities, e-mail addresses, telephone numbers, domains."""
    if a.tax and b.tax:
        same = a.tax == b.tax
        if same or _scheme(a.tax) == _scheme(b.tax):
            yield Evidence("tax", _said(same), 22 if same else -12, essential=True)
    if a.identities & b.identities:
        yield Evidence("identity", "same", 16)
    elif _same_systems(a, b):
        yield Evidence("identity", "different", -2)
    if a.emails & b.emails:
        yield Evidence("email", "same", 13)
    if a.phones & b.phones:
        yield Evidence("phone", "same", 11)
    if company_domains(a) & company_domains(b):
        colleagues = a.is_person and b.is_person
        yield Evidence("domain", "same", 2 if colleagues else 9)


def place_evidence(a: Profile, b: Profile) -> Iterator[Evidence]:
    """Birthday and address."""
    if a.birthday and b.birthday:
        yield _birthdays(a.birthday, b.birthday)
    if a.postcode and b.postcode:
        yield _graded("postcode", _code(a.postcode), _code(b.postcode), 3.5, 1.5, -1.5)
    if a.city and b.city:
        yield _graded("city", fold(a.city), fold(b.city), 2.5, 2, -1.5)
    if a.region and b.region and fold(a.region) != fold(b.region):
        yield Evidence("region", "different", -1)
    if a.street and b.street:
        yield _streets(fold(a.street), fold(b.street))


def similarity(a: str, b: str) -> float:
    """How alike two short texts are, 0 to 1 (Jaro-Winkler and edit ratio, whichever is kinder)."""
    return _similarity(*sorted((a, b)))


@lru_cache(maxsize=16384)
def _similarity(a: str, b: str) -> float:
    from rapidfuzz import fuzz
    from rapidfuzz.distance import JaroWinkler

    return max(JaroWinkler.similarity(a, b), fuzz.ratio(a, b) / 100)


def _birthdays(a: date, b: date) -> Evidence:
    if a == b:
        return Evidence("birthday", "same", 11)
    near = _digits_apart(a, b) == 1 or _swapped(a, b)
    return Evidence("birthday", "similar" if near else "different", 6 if near else -6, not near)


def _digits_apart(a: date, b: date) -> int:
    return sum(x != y for x, y in zip(f"{a:%Y%m%d}", f"{b:%Y%m%d}", strict=True))


def _swapped(a: date, b: date) -> bool:
    """Day and month the other way round, or two neighbouring digits."""
    if (a.year, a.month, a.day) == (b.year, b.day, b.month):
        return True
    x, y = f"{a:%Y%m%d}", f"{b:%Y%m%d}"
    odd = [n for n in range(8) if x[n] != y[n]]
    return len(odd) == 2 and odd[1] == odd[0] + 1 and sorted(x) == sorted(y)


def _streets(a: str, b: str) -> Evidence:
    numbers = _numbers(a), _numbers(b)
    if a == b:
        return Evidence("street", "same", 7 if numbers[0] else 4)
    alike = similarity(a, b) >= _SIMILAR
    if alike and numbers[0] == numbers[1]:
        return Evidence("street", "similar", 5)
    return Evidence("street", "similar", 2) if alike else Evidence("street", "different", -1.5)


def _graded(key: str, a: str, b: str, same: float, similar: float, different: float) -> Evidence:
    if a == b:
        return Evidence(key, "same", same)
    close = _typed_wrongly(a, b) if a.isdigit() and b.isdigit() else similarity(a, b) >= _SIMILAR
    return Evidence(key, "similar", similar) if close else Evidence(key, "different", different)


def _typed_wrongly(a: str, b: str) -> bool:
    return len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) == 1


def _same_systems(a: Profile, b: Profile) -> bool:
    """Whether one system knows them by different names."""
    return bool(
        {i.rpartition(":")[0] for i in a.identities} & {i.rpartition(":")[0] for i in b.identities}
    )


def _numbers(text: str) -> str:
    return "".join(c if c.isdigit() else " " for c in text).strip()


def _code(text: str) -> str:
    return "".join(text.split()).casefold()


def _scheme(tax: str) -> str:
    return tax.partition(":")[0]


def _said(same: bool) -> str:
    return "same" if same else "different"
