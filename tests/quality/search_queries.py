"""Leads to search among, and queries made of parts of their texts."""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from typing import NamedTuple

from shared.domain.leads.model import Lead
from shared.domain.phone import parse_phone
from tests.quality.samples import records

PERSONS = "07_dedup/febrl_dataset1.csv"
CROWD = "07_dedup/febrl_dataset3.csv"
COMPANIES = "07_dedup/company_name_pairs_labelled.csv"
CHINESE = "07_dedup/zh_company_full_vs_brand_part_a.csv"
NOW = datetime(2026, 3, 2, tzinfo=UTC)
SEED = 20260302
LEAST, MOST = 3, 300
"""Characters of a part, and queries of a kind."""


class Wanted(NamedTuple):
    """A query and the record that it should find."""

    query: str
    lead: str


class Corpus(NamedTuple):
    """Leads by where they come from."""

    persons: dict[str, Lead]
    crowd: dict[str, Lead]
    companies: dict[str, Lead]
    chinese: dict[str, Lead]

    def texts(self) -> dict[str, Sequence[str]]:
        """What is searchable of every lead, by its id."""
        return {each: lead.search_texts() for part in self for each, lead in part.items()}


def corpus_of_samples() -> Corpus:
    """Every lead that the samples give."""
    companies = dict.fromkeys(
        name for row in records(COMPANIES) for name in (row["Name_x"], row["Name_y"])
    )
    chinese = dict.fromkeys(row["full_name"] for row in records(CHINESE))
    return Corpus(
        _with_ids(PERSONS, map(_person, records(PERSONS))),
        _with_ids(CROWD, map(_person, records(CROWD))),
        _with_ids(COMPANIES, (_lead(company=name) for name in companies)),
        _with_ids(CHINESE, (_lead(company=name) for name in chinese)),
    )


def _with_ids(part: str, leads: Iterable[Lead]) -> dict[str, Lead]:
    """Ids sort by age; these mix the parts as if all had come over the same time."""
    digests = (sha256(f"{part}{n}".encode()).hexdigest() for n in count())
    return {f"lead_{digest[:16]}": lead for digest, lead in zip(digests, leads, strict=False)}


def _person(row: Mapping[str, str]) -> Lead:
    given, family = row["given_name"], row["surname"]
    mobile = f"04{row['soc_sec_id'].zfill(8)[-8:]}"
    local = ".".join(filter(None, map(_letters, (given, family))))
    domain = _letters(row["suburb"]) or "mail"
    return _lead(
        name=f"{given} {family}".strip() or None,
        given_name=given or None,
        family_name=family or None,
        email=f"{local}@{domain}.example" if local else None,
        phone=parse_phone(f"{mobile[:4]} {mobile[4:7]} {mobile[7:]}", "AU"),
        external_id=row["rec_id"],
    )


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text))


def _lead(**fields: object) -> Lead:
    stamp = {"id": "lead_1", "created_at": NOW, "updated_at": NOW}
    by = {"created_by": "import", "updated_by": "import"}
    return Lead.model_validate(stamp | by | fields)


def kinds_of_queries(corpus: Corpus) -> dict[str, list[Wanted]]:
    """Queries by what they are a part of."""
    draw = random.Random(SEED)
    named = {each: lead for each, lead in corpus.persons.items() if lead.email}
    kinds = {
        "part of a surname": list(_parts(draw, named, lambda lead: lead.family_name)),
        "part of given name and part of surname": [
            Wanted(f"{first.query} {second.query}", first.lead)
            for first in _parts(draw, named, lambda lead: lead.given_name)
            for second in _parts(draw, {first.lead: named[first.lead]}, lambda x: x.family_name)
        ],
        "part of a company name": list(_parts(draw, corpus.companies, lambda lead: lead.company)),
        "Chinese brand in the full name": list(_brands(corpus.chinese)),
        "two characters of a Chinese name": list(
            _parts(draw, corpus.chinese, lambda lead: lead.company, length=2)
        ),
        "whole e-mail address": [Wanted(str(lead.email), each) for each, lead in named.items()],
        "part of an e-mail's domain": list(
            _parts(draw, named, lambda lead: str(lead.email).partition("@")[2][: -len(".example")])
        ),
        "last 4 digits of the number": [
            Wanted(lead.phone.e164[-4:], each) for each, lead in named.items() if lead.phone
        ],
        "last 2 letters of a surname": list(_endings(named)),
        "surname as a duplicate misspells it": list(_misspelt(corpus.persons)),
    }
    return {kind: wanted[:MOST] for kind, wanted in kinds.items()}


def _parts(
    draw: random.Random,
    leads: Mapping[str, Lead],
    text_of: Callable[[Lead], str | None],
    length: int | None = None,
) -> Iterator[Wanted]:
    """A random part of one word of each text, at least LEAST characters, or of this length."""
    for each, lead in leads.items():
        words = [w for w in (text_of(lead) or "").split() if w.isalpha() and len(w) >= LEAST]
        if words:
            word = draw.choice(words)
            size = length or draw.randint(LEAST, len(word))
            start = draw.randint(0, len(word) - size)
            yield Wanted(word[start : start + size], each)


def _brands(leads: Mapping[str, Lead]) -> Iterator[Wanted]:
    brands = {row["full_name"]: row["expected_brand"] for row in records(CHINESE)}
    for each, lead in leads.items():
        if brand := brands[str(lead.company)]:
            yield Wanted(brand, each)


def _endings(leads: Mapping[str, Lead]) -> Iterator[Wanted]:
    for each, lead in leads.items():
        name = lead.family_name or ""
        if name.isalpha() and len(name) >= LEAST + 1:
            yield Wanted(name[-2:], each)


def _misspelt(persons: Mapping[str, Lead]) -> Iterator[Wanted]:
    """The surname of a duplicate, to find the original that spells it otherwise."""
    by_name = {str(lead.external_id): each for each, lead in persons.items()}
    for lead in persons.values():
        number, _, kind = str(lead.external_id).removeprefix("rec-").partition("-")
        original = by_name.get(f"rec-{number}-org")
        if not kind.startswith("dup") or original is None or not lead.family_name:
            continue
        if lead.family_name != persons[original].family_name:
            yield Wanted(lead.family_name, original)
