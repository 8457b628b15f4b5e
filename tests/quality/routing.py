"""Assignment: is the work shared fairly, and is nobody given more than they may hold?"""

import random
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from shared.domain.routing import Member, RoutingPolicy, RoutingRule, Strategy, choose
from tests.quality.metrics import percent, spread
from tests.quality.pages import prose, section, table
from tests.quality.samples import records

FILE = "02_lead_scoring/x_education/lead_scoring.csv.gz"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TEAM = "sales"
CAPS = {f"member-{n}": cap for n, cap in enumerate((40, 60, 80, 100, 120, 140, 160), start=1)}
STAYS_OPEN = 600
"""A lead is closed when this many others have come: the caps leave room for 100 more."""
SEED = 20260302

Facts = Mapping[str, str]
Chooser = Callable[[Facts, Sequence[Member]], tuple[str, int] | None]
"""Who gets the record, and the turn they then have."""


class Outcome(NamedTuple):
    """A replay: leads each member got, the largest spread at any moment, how full the fullest desk
    was against its cap, leads given above a cap, leads that waited although somebody had room, and
    because nobody had."""

    given: Counter[str]
    widest: int
    fullest: float
    over_cap: int
    overlooked: int
    waited: int


def measure() -> str:
    """The section of the report."""
    leads = [{"source": row["Lead Source"], "city": row["City"]} for row in records(FILE)]
    free = [
        ("round robin", replay(leads, by_policy("round_robin"))),
        ("least load", replay(leads, by_policy("least_load"))),
        ("naive: random member", replay(leads, at_random())),
    ]
    capped = [
        ("least load", replay(leads, by_policy("least_load"), CAPS)),
        ("round robin", replay(leads, by_policy("round_robin"), CAPS)),
        ("naive: random member", replay(leads, at_random(), CAPS)),
    ]
    return section(
        "Assignment",
        prose(
            f"""The {len(leads):,} leads of the scoring data in the order of the file, given to 7
            members one after the other. A lead is closed when {STAYS_OPEN} more have come. Naive: a
            random member, with a fixed seed. Fair is a small spread: the difference between who got
            most and who got least, at the worst moment of the replay."""
        ),
        table(("strategy, no caps", "largest spread", "leads a member"), map(_fairness, free)),
        prose(
            f"""The same when members may hold {", ".join(map(str, CAPS.values()))} open leads;
            that leaves room for {sum(CAPS.values()) - STAYS_OPEN} more than are open at a time:"""
        ),
        table(
            ("strategy, caps", "given above a cap", "waited though there was room", "fullest desk"),
            map(_keeping, capped),
        ),
    )


def by_policy(strategy: Strategy) -> Chooser:
    """The product's choice by one rule for everything."""
    rule = RoutingRule(id="all", label="Everything", team=TEAM, strategy=strategy)
    policy = RoutingPolicy(rules=(rule,))

    def chosen(facts: Facts, team: Sequence[Member]) -> tuple[str, int] | None:
        decision = choose(policy, facts, {TEAM: team}, NOW)
        if decision.unassigned:
            return None
        first = decision.candidates[0]
        return first.user, first.next_turn

    return chosen


def at_random() -> Chooser:
    """Anybody, the same way in each run."""
    draw = random.Random(SEED)

    def chosen(_: Facts, team: Sequence[Member]) -> tuple[str, int] | None:
        return draw.choice(team).user, 0

    return chosen


def replay(
    leads: Sequence[Facts], chooser: Chooser, caps: Mapping[str, int] | None = None
) -> Outcome:
    """Give the leads to the members one by one, closing old ones."""
    caps = caps or {}
    turns: dict[str, int | None] = dict.fromkeys(CAPS)
    load = Counter(dict.fromkeys(CAPS, 0))
    given = Counter(dict.fromkeys(CAPS, 0))
    owners: deque[str | None] = deque()
    widest = over_cap = overlooked = waited = 0
    fullest = 0.0
    for facts in leads:
        if len(owners) == STAYS_OPEN and (done := owners.popleft()):
            load[done] -= 1
        team = [Member(n, load=load[n], cap=caps.get(n), turn=turns[n]) for n in CAPS]
        choice = chooser(facts, team)
        owners.append(choice and choice[0])
        if choice is None:
            free = any(load[name] < cap for name, cap in caps.items())
            overlooked += free
            waited += not free
            continue
        user, turns[user] = choice
        load[user] += 1
        given[user] += 1
        widest = max(widest, spread(list(given.values())))
        if user in caps:
            over_cap += load[user] > caps[user]
            fullest = max(fullest, load[user] / caps[user])
    return Outcome(given, widest, fullest, over_cap, overlooked, waited)


def _fairness(named: tuple[str, Outcome]) -> tuple[object, ...]:
    name, found = named
    counts = found.given.values()
    return name, found.widest, f"{min(counts):,} to {max(counts):,}"


def _keeping(named: tuple[str, Outcome]) -> tuple[object, ...]:
    name, found = named
    return name, found.over_cap, found.overlooked, percent(found.fullest, 1)
