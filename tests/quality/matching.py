"""Duplicates: are records of one person or company found, and are others left alone?"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations
from typing import TypeVar

from shared.domain.matching.companies import brand_of
from shared.domain.matching.keys import keys_of
from shared.domain.matching.profile import Profile
from shared.domain.matching.score import BLOCK, REVIEW, score
from shared.domain.text import fold
from tests.quality.metrics import percent
from tests.quality.pages import prose, section, table
from tests.quality.samples import records

PERSONS = ("07_dedup/febrl_dataset1.csv", "07_dedup/febrl_dataset3.csv")
COMPANIES = "07_dedup/company_name_pairs_labelled.csv"
BRANDS = "07_dedup/zh_company_full_vs_brand_part_a.csv"

Pair = tuple[int, int]
Row = dict[str, str]
T = TypeVar("T", Pair, int)


def measure() -> str:
    """The section of the report."""
    return section(
        "Duplicates",
        prose(
            f"""Found is a pair with {REVIEW} points or more (the review threshold). Persons: the
            FEBRL sets of synthetic patients, their duplicates full of typing errors, swapped and
            missing fields; only pairs that share a match key are scored at all, as in the product.
            Names, birthday, address line, suburb, postcode and state are used, with and without the
            social security number (as an identity of channel `other`). Naive: the same given name
            and surname. No weight was fitted to these files."""
        ),
        table(_HEADER, [row for file in PERSONS for row in persons(file)]),
        prose(
            """Company names: labelled pairs, many across scripts, by the name alone. What is missed
            are stock exchange tickers, new names, and names that are neither translated nor read
            aloud. Naive: the same name but for case."""
        ),
        table(_HEADER, companies()),
        prose(f"For information: {brands()}"),
    )


_HEADER = ("set", "way", "true pairs", "compared", "precision", "recall", "F1", "of it blocked")


def persons(file: str) -> list[Sequence[object]]:
    """Both ways to look for persons, and the naive one."""
    rows = records(file)
    truth = _together(row["rec_id"].split("-")[1] for row in rows)
    found = [
        (way, *_judged([_person(row, known) for row in rows]))
        for way, known in (("all fields", True), ("without the number", False))
    ]
    named = _together(_whole_name(row) for row in rows)
    name = file.rpartition("/")[2]
    lines = [
        (name, way, len(truth), len(compared), *figures(hits, truth), _blocked(blocked, truth))
        for way, compared, hits, blocked in found
    ]
    return [*lines, (name, "naive", len(truth), "", *figures(named, truth), "")]


def companies() -> list[Sequence[object]]:
    """The labelled pairs of names."""
    rows = records(COMPANIES)
    truth = {n for n, row in enumerate(rows) if row["Targets"] == "1"}
    points = [score(_company(row["Name_x"]), _company(row["Name_y"])).points for row in rows]
    same = {n for n, row in enumerate(rows) if fold(row["Name_x"]) == fold(row["Name_y"])}
    ours = {n for n, p in enumerate(points) if p >= REVIEW}
    blocked = {n for n, p in enumerate(points) if p >= BLOCK}
    name, pairs = COMPANIES.rpartition("/")[2], len(rows)
    return [
        (name, "score", len(truth), pairs, *figures(ours, truth), _blocked(blocked, truth)),
        (name, "naive", len(truth), pairs, *figures(same, truth), ""),
    ]


def brands() -> str:
    """How often the brand in a Chinese company's name is what people call it."""
    rows = records(BRANDS)
    right = sum(brand_of(row["full_name"]) == fold(row["expected_brand"]) for row in rows)
    return (
        f"of {len(rows)} full Chinese company names (some without any brand), the brand is exactly "
        f"the one a person named in {percent(right, len(rows))}."
    )


def figures(found: set[T], truth: set[T]) -> tuple[str, str, str]:
    """Precision, recall and their harmonic mean."""
    return (
        percent(len(found & truth), len(found)),
        percent(len(found & truth), len(truth)),
        f"{2 * len(found & truth) / (len(found) + len(truth)):.3f}",
    )


def _judged(profiles: list[Profile]) -> tuple[set[Pair], set[Pair], set[Pair]]:
    """The pairs that share a key, those from the review threshold on, and those blocked."""
    holders: dict[str, list[int]] = defaultdict(list)
    for n, profile in enumerate(profiles):
        for key in keys_of(profile):
            holders[key].append(n)
    compared = {pair for found in holders.values() for pair in combinations(found, 2)}
    points = {pair: score(profiles[pair[0]], profiles[pair[1]]).points for pair in compared}
    hits = {pair for pair, p in points.items() if p >= REVIEW}
    return compared, hits, {pair for pair, p in points.items() if p >= BLOCK}


def _together(labels: Iterable[str]) -> set[Pair]:
    """All pairs of rows with the same label; an empty label is nobody's."""
    rows: dict[str, list[int]] = defaultdict(list)
    for n, label in enumerate(labels):
        if label:
            rows[label].append(n)
    return {pair for found in rows.values() for pair in combinations(found, 2)}


def _blocked(blocked: set[T], truth: set[T]) -> str:
    right = len(blocked & truth)
    return f"{percent(right, len(truth))}, {len(blocked) - right} wrongly"


def _whole_name(row: Row) -> str:
    given, family = row["given_name"], row["surname"]
    return f"{given} {family}" if given and family else ""


def _person(row: Row, known: bool) -> Profile:
    number = row["soc_sec_id"] if known else ""
    street = " ".join(filter(None, (row["street_number"], row["address_1"])))
    return Profile(
        kind="contact",
        id=row["rec_id"],
        given=row["given_name"] or None,
        family=row["surname"] or None,
        identities=frozenset({f"other:ssn:{number}"} if number else ()),
        birthday=_day(row["date_of_birth"]),
        street=street or None,
        city=row["suburb"] or None,
        postcode=row["postcode"] or None,
        region=row["state"] or None,
    )


def _company(name: str) -> Profile:
    return Profile(kind="account", is_company=True, names=(name,))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text[:4]}-{text[4:6]}-{text[6:]}")
    except ValueError:  # damaged on purpose
        return None
