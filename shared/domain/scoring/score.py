"""Points of a lead under a model, with the reasons, and when time alone will change them."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from math import floor
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from shared.domain.conditions import Facts, evaluate, explain, next_flip
from shared.domain.scoring.model import BehaviourRule, FitRule, ScoringModel, Tier

LEAST, MOST = 0, 100
DAY = timedelta(days=1)


class Happening(Protocol):
    """Something the lead did: its type, as rules name it, and when."""

    @property
    def type(self) -> str: ...
    @property
    def at(self) -> datetime: ...


class Reason(BaseModel):
    """One rule's part in a score. `evidence` is what it found: field values, or count and latest
    time of a behaviour."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    label: str
    points: int
    evidence: dict[str, Any] = {}


class Score(BaseModel):
    """What a lead is worth: 0 to 100 points and the tier they make.

    The reasons, strongest first, add up with the model's base to `raw`, of which `points` is the
    part within 0 and 100. Until `next_change_at` time alone changes nothing; None is for ever.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    points: int
    tier: Tier
    raw: int
    reasons_for: tuple[Reason, ...] = ()
    reasons_against: tuple[Reason, ...] = ()
    model_version: int
    scored_at: datetime
    next_change_at: datetime | None = None


def score(
    model: ScoringModel, facts: Facts, behaviours: Sequence[Happening], now: datetime
) -> Score:
    """The score of a lead whose fields are `facts` and who did `behaviours`, at `now` (aware).

    Behaviours dated later than `now` do not count yet.
    """
    reasons = [
        *(_fit(rule, facts, now) for rule in model.fit if evaluate(rule.when, facts, now)),
        *(_behaved(rule, behaviours, now) for rule in model.behaviour),
    ]
    counted = sorted((r for r in reasons if r.points), key=lambda reason: -abs(reason.points))
    raw = model.base + sum(reason.points for reason in counted)
    points = max(LEAST, min(MOST, raw))
    return Score(
        points=points,
        tier=model.tiers.of(points),
        raw=raw,
        reasons_for=tuple(reason for reason in counted if reason.points > 0),
        reasons_against=tuple(reason for reason in counted if reason.points < 0),
        model_version=model.version,
        scored_at=now,
        next_change_at=min(_changes(model, facts, behaviours, now), default=None),
    )


def _fit(rule: FitRule, facts: Facts, now: datetime) -> Reason:
    # That a field has a value is evidence enough; the value itself may be personal.
    evidence = {
        leaf.field: leaf.holds if leaf.op in ("exists", "missing") else leaf.found
        for leaf in explain(rule.when, facts, now)
        if leaf.holds != leaf.negated
    }
    return Reason(rule=rule.id, label=rule.label, points=rule.points, evidence=evidence)


def _behaved(rule: BehaviourRule, behaviours: Sequence[Happening], now: datetime) -> Reason:
    times = [happened for happened in _times(rule, behaviours) if happened <= now]
    evidence: dict[str, Any] = {}
    if times:
        evidence = {"count": len(times), "latest": max(times).isoformat()}
    return Reason(
        rule=rule.id, label=rule.label, points=_points(rule, times, now), evidence=evidence
    )


def _times(rule: BehaviourRule, behaviours: Sequence[Happening]) -> list[datetime]:
    return [happened.at for happened in behaviours if happened.type == rule.type]


def _points(rule: BehaviourRule, times: Sequence[datetime], at: datetime) -> int:
    """What is left at `at` of the rule's points for things done at `times`, rounded half away
    from zero."""
    whole = sum(_left(rule, (at - happened) // DAY) for happened in times)
    size = min(abs(rule.points) * whole, rule.cap)
    return floor(size + 0.5) * (1 if rule.points > 0 else -1)


def _left(rule: BehaviourRule, days: int) -> float:
    return 1.0 if rule.half_life_days is None else 2.0 ** (-days / rule.half_life_days)


def _changes(
    model: ScoringModel, facts: Facts, behaviours: Sequence[Happening], now: datetime
) -> Iterator[datetime]:
    """The instants after `now` at which some rule's part changes next."""
    for fit in model.fit:
        flip = next_flip(fit.when, facts, now)
        if flip is not None:
            yield flip
    for rule in model.behaviour:
        times = _times(rule, behaviours)
        yield from (happened for happened in times if happened > now)
        fading = _fades_at(rule, [happened for happened in times if happened <= now], now)
        if fading is not None:
            yield fading


def _fades_at(rule: BehaviourRule, times: Sequence[datetime], now: datetime) -> datetime | None:
    """The first instant at which the rule's rounded points are fewer than at `now`.

    Points only shrink, so the day is found by bisection and the instant among the moments of that
    day at which one of the behaviours gets a day older.
    """
    points = _points(rule, times, now)
    if not points or rule.half_life_days is None:
        return None

    def changed(at: datetime) -> bool:
        return _points(rule, times, at) != points

    days = _first(lambda day: changed(now + day * DAY))
    start = now + (days - 1) * DAY
    birthdays = sorted(start + DAY - (start - happened) % DAY for happened in times)
    return next(instant for instant in birthdays if changed(instant))


def _first(holds: Callable[[int], bool]) -> int:
    """The smallest positive number for which `holds`, which stays true once it is."""
    high = 1
    while not holds(high):
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high
