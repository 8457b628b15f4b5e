"""A scoring model made of past leads by one rule: points by weight of evidence.

A value that a training lead had at its capture gets 10 points for each unit of the natural
logarithm of its odds of conversion against everybody's, rounded; values of fewer than 30 leads get
none. Numbers are cut into bands first. The tiers are the scores from which on enough leads
converted.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, NamedTuple

from shared.domain.scoring import ScoringModel, Tiers, score

NOW = datetime(2026, 3, 2, tzinfo=UTC)
POINTS = 10
FEWEST = 30
BASE = 40
HOT, WARM = 0.8, 0.5
WORDS = ("source", "custom.origin", "custom.occupation", "custom.no_email")
VISITS = ((0, 0), (1, 1), (2, 4), (5, 1_000))


class Past(NamedTuple):
    """A lead of the past: what was known when it came, and whether it converted."""

    id: str
    facts: Mapping[str, Any]
    seconds: int
    visits: int
    converted: bool


def past_lead(row: Mapping[str, str]) -> Past:
    """A row of the export; `Select` is an answer never given."""

    def given(column: str) -> str | None:
        return row[column] if row[column] not in ("", "Select") else None

    seconds = int(row["Total Time Spent on Website"])
    visits = row["TotalVisits"]
    custom = {
        "origin": given("Lead Origin"),
        "occupation": given("What is your current occupation"),
        "no_email": row["Do Not Email"] == "Yes",
        "seconds": seconds,
        "visits": int(visits) if visits else None,
    }
    facts = {
        "source": given("Lead Source"),
        "interest": given("Specialization"),
        "job_title": custom["occupation"],
        "city": given("City"),
        "country": given("Country"),
        "custom": custom,
    }
    return Past(row["Prospect ID"], facts, seconds, int(visits or 0), row["Converted"] == "1")


def fitted(training: Sequence[Past]) -> ScoringModel:
    """The model that the rule makes of these leads."""
    converted = sum(lead.converted for lead in training)
    odds = converted / (len(training) - converted)
    rules: list[dict[str, Any]] = []
    for label, condition, among in _conditions(training):
        points = _points(sum(among), len(among), odds)
        if len(among) >= FEWEST and points:
            rule = f"rule-{len(rules) + 1}"
            rules.append({"id": rule, "label": label, "when": condition, "points": points})
    model = ScoringModel.model_validate({"base": BASE, "fit": rules})
    reached = [(score(model, lead.facts, [], NOW).points, lead.converted) for lead in training]
    tiers = Tiers(hot=_from_where(reached, HOT), warm=_from_where(reached, WARM))
    return model.model_copy(update={"tiers": tiers})


def _conditions(training: Sequence[Past]) -> Iterator[tuple[str, dict[str, Any], list[bool]]]:
    """Each value that a rule could look at, blanks included, and who of its leads converted."""
    for path in WORDS:
        groups: dict[str | bool | None, list[bool]] = defaultdict(list)
        for lead in training:
            groups[_value(lead.facts, path)].append(lead.converted)
        for value in sorted(groups, key=str):
            is_value = {"op": "missing"} if value is None else {"op": "eq", "value": value}
            label = f"{path}: {'not given' if value is None else value}"
            yield label, {"field": path, **is_value}, groups[value]
    for path, bands in (("custom.seconds", _quarters(training)), ("custom.visits", VISITS)):
        for low, high in bands:
            among = [t.converted for t in training if _within(_value(t.facts, path), low, high)]
            condition = {"field": path, "op": "between", "value": [low, high]}
            yield f"{path}: {low} to {high}", condition, among


def _value(facts: Mapping[str, Any], path: str) -> Any:
    head, _, rest = path.partition(".")
    return _value(facts[head], rest) if rest else facts[head]


def _within(value: int | None, low: int, high: int) -> bool:
    return value is not None and low <= value <= high


def _quarters(training: Sequence[Past]) -> list[tuple[int, int]]:
    """No time on the site, then four bands with as many leads each."""
    times = sorted(lead.seconds for lead in training if lead.seconds)
    starts = [1, *(times[len(times) * n // 4] for n in (1, 2, 3)), 1_000_000]
    return [(0, 0), *((low, high - 1) for low, high in pairwise(starts))]


def _points(converted: int, count: int, odds: float) -> int:
    evidence = (converted + 0.5) / (count - converted + 0.5) / odds
    return max(-100, min(100, round(POINTS * math.log(evidence))))


def _from_where(reached: Sequence[tuple[int, bool]], share: float) -> int:
    """The fewest points from which on at least this share of the leads converted."""
    for least in range(1, 100):
        above = [converted for points, converted in reached if points >= least]
        if above and sum(above) >= share * len(above):
            return least
    return 100
