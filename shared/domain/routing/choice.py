"""Choosing: the first matching rule, its team's eligible members, in the order of its strategy.

Nothing is claimed here. The caller claims the first candidate with a condition on their turn and,
when somebody else was faster, takes the next or reads the standings again.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from shared.domain.conditions import Facts, evaluate, explain
from shared.domain.routing.decision import Candidate, Decision, Excluded, Trial
from shared.domain.routing.rules import Member, RoutingPolicy, RoutingRule


def choose(
    policy: RoutingPolicy,
    facts: Facts,
    members: Mapping[str, Sequence[Member]],
    now: datetime,
    exclude: Collection[str] = (),
) -> Decision:
    """Who may take the record that `facts` describe, at `now` (aware), and why.

    `members` are the teams' members by team id; a team that is not named has none. `exclude` are
    users who had the record before, as when it is re-routed.
    """
    trials: list[Trial] = []
    waiting: Decision | None = None
    for rule in sorted(policy.rules, key=lambda rule: (rule.priority, rule.id)):
        if not rule.enabled:
            continue
        trials.append(_try(rule, facts, now))
        if not trials[-1].matched:
            continue
        team = members.get(rule.team, ())
        decision = _among(team, rule, tuple(trials), policy.version, now, exclude)
        if decision.candidates or rule.when_nobody == "wait":
            return decision
        waiting = waiting or decision
    if waiting is not None:
        return waiting.model_copy(update={"trials": tuple(trials)})
    return Decision(
        outcome="no_rule", trials=tuple(trials), policy_version=policy.version, decided_at=now
    )


def _try(rule: RoutingRule, facts: Facts, now: datetime) -> Trial:
    matched = evaluate(rule.when, facts, now)
    comparisons = explain(rule.when, facts, now) if matched else ()
    return Trial(rule=rule.id, matched=matched, comparisons=comparisons)


def _among(
    team: Sequence[Member],
    rule: RoutingRule,
    trials: tuple[Trial, ...],
    version: int,
    now: datetime,
    exclude: Collection[str],
) -> Decision:
    excluded = [_hindrance(member, rule, now, exclude) for member in team]
    eligible = [member for member, why in zip(team, excluded, strict=True) if why is None]
    others = tuple(why for why in excluded if why is not None)
    retries = [why.until for why in others if why.until is not None]
    return Decision(
        outcome="candidates" if eligible else "nobody",
        rule=rule.id,
        label=rule.label,
        team=rule.team,
        strategy=rule.strategy,
        candidates=_ordered(eligible, rule),
        excluded=others,
        trials=trials,
        policy_version=version,
        decided_at=now,
        retry_at=None if eligible else min(retries, default=None),
    )


def _hindrance(
    member: Member, rule: RoutingRule, now: datetime, exclude: Collection[str]
) -> Excluded | None:
    """The first reason why this member cannot take the record, or None."""
    if not member.active:
        return Excluded(user=member.user, why="inactive")
    if member.user in exclude:
        return Excluded(user=member.user, why="had_it_before")
    if member.cap is not None and member.load >= member.cap:
        return Excluded(user=member.user, why="at_cap")
    if member.on_leave_until is not None and member.on_leave_until > now:
        until = _opening(member, rule, member.on_leave_until)
        return Excluded(user=member.user, why="on_leave", until=until)
    opening = _opening(member, rule, now)
    if opening > now:
        return Excluded(user=member.user, why="not_working", until=opening)
    return None


def _opening(member: Member, rule: RoutingRule, at: datetime) -> datetime:
    if member.calendar is None or not rule.working_only:
        return at
    return member.calendar.next_opening(at)


def _ordered(eligible: Sequence[Member], rule: RoutingRule) -> tuple[Candidate, ...]:
    """Round robin: the smallest turn first. Least load: the smallest load, then turn.

    A turn moves up by one, and at least to the highest of the others: who comes new or back from
    leave gets one record at once and then takes part like everybody, instead of catching up on all
    they missed.
    """
    by_load = rule.strategy == "least_load"
    ahead = max((_turn(member) for member in eligible), default=0)
    return tuple(
        Candidate(
            user=member.user,
            turn=member.turn,
            next_turn=max(_turn(member) + 1, ahead),
            load=member.load,
            cap=member.cap,
        )
        for member in sorted(eligible, key=lambda m: (m.load if by_load else 0, _turn(m), m.user))
    )


def _turn(member: Member) -> int:
    return 0 if member.turn is None else member.turn
