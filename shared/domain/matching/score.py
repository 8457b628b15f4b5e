"""How sure one can be that two profiles mean the same person or company: 0 to 100, with reasons.

Each comparison adds or takes evidence in bits (Fellegi and Sunter): a bit doubles the odds. Two
records that share a match key begin with odds of 1 to 1,024. The weights follow from how rare an
agreement is by chance, and were not fitted to any data set.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.domain.matching.evidence import Evidence, contact_evidence, place_evidence
from shared.domain.matching.likeness import company_evidence, person_evidence
from shared.domain.matching.profile import Profile

REVIEW, BLOCK = 75, 95
_PRIOR = 10.0
_WITH_CONTRADICTION = 94
"""Whatever agrees: while something essential contradicts, nobody is stopped by a score."""

_PERSON_AND_COMPANY = 70
"""A person and a company may share every number and address and still be two."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One comparison: the type of key it belongs to, what was found, and its weight in bits."""

    key: str
    code: str
    weight: float


@dataclass(frozen=True, slots=True)
class Score:
    """The points, and what they come from, weightiest first."""

    points: int
    reasons: tuple[Reason, ...] = ()


def score(a: Profile, b: Profile) -> Score:
    """How likely `a` and `b` are the same, 0 to 100. `score(a, b) == score(b, a)`."""
    found = list(_evidence(a, b))
    bits = sum(evidence.bits for evidence in found) - _PRIOR
    points = min(_points(bits), _at_most(a, b, found))
    reasons = (Reason(e.key, e.code, round(e.bits, 1)) for e in found if e.bits)
    return Score(points, tuple(sorted(reasons, key=lambda r: (-abs(r.weight), r.key, r.code))))


def _evidence(a: Profile, b: Profile) -> Iterator[Evidence]:
    yield from contact_evidence(a, b)
    persons, companies = a.is_person and b.is_person, bool(a.companies and b.companies)
    if persons:
        yield from person_evidence(a, b)
    if companies:
        yield from company_evidence(a, b, colleagues=persons)
    yield from place_evidence(a, b)


def _at_most(a: Profile, b: Profile, found: list[Evidence]) -> int:
    if a.is_company != b.is_company and not (a.companies and b.companies):
        return _PERSON_AND_COMPANY
    against = any(evidence.essential and evidence.bits < 0 for evidence in found)
    return _WITH_CONTRADICTION if against else 100


def _points(bits: float) -> int:
    if abs(bits) > 60:
        return 100 if bits > 0 else 0
    return int(100 / (1 + 2.0**-bits))
