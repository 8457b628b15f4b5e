"""Routing picks fairly among those who can work, and can say why."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.domain.calendars import WorkingCalendar
from shared.domain.routing import Decision, Member, RoutingPolicy, Strategy, choose

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)  # a Wednesday
OFFICE = WorkingCalendar.weekdays("UTC")
NIGHT = WorkingCalendar.weekdays("UTC", ("20:00", "24:00"))


def rule(name: str, team: str = "t", **rest: Any) -> dict[str, Any]:
    return {"id": name, "label": name.title(), "team": team} | rest


def policy(*rules: dict[str, Any]) -> RoutingPolicy:
    return RoutingPolicy.model_validate({"version": 3, "rules": rules})


def users(decision: Decision) -> list[str]:
    return [candidate.user for candidate in decision.candidates]


GERMAN = {"field": "country", "op": "eq", "value": "DE"}
BY_COUNTRY = policy(
    rule("rest", "world", priority=900),
    rule("germany", "dach", priority=10, when=GERMAN),
    rule("off", "nobody", priority=1, enabled=False),
)
TEAMS = {"dach": [Member("u1"), Member("u2")], "world": [Member("u3")]}


def test_the_first_matching_rule_by_priority_decides() -> None:
    german = choose(BY_COUNTRY, {"country": "de"}, TEAMS, NOW)
    assert (german.outcome, german.rule, german.team) == ("candidates", "germany", "dach")
    french = choose(BY_COUNTRY, {"country": "FR"}, TEAMS, NOW)
    assert (french.rule, users(french)) == ("rest", ["u3"])


def test_a_decision_explains_itself_and_is_storable() -> None:
    decision = choose(BY_COUNTRY, {"country": "FR"}, TEAMS, NOW)
    assert [(trial.rule, trial.matched) for trial in decision.trials] == [
        ("germany", False),
        ("rest", True),
    ]
    german = choose(BY_COUNTRY, {"country": "DE"}, TEAMS, NOW)
    assert german.trials[0].comparisons[0].found == "DE"
    assert german.policy_version == 3
    assert "Germany" in german.reason
    assert Decision.model_validate_json(german.model_dump_json()) == german


def test_without_a_matching_rule_the_record_waits() -> None:
    decision = choose(policy(rule("germany", when=GERMAN)), {}, TEAMS, NOW)
    assert (decision.outcome, decision.unassigned, decision.retry_at) == ("no_rule", True, None)


def test_round_robin_takes_the_longest_waiting_then_the_id() -> None:
    team = [Member("b", turn=2), Member("c", turn=1), Member("d"), Member("a", turn=2)]
    assert users(choose(policy(rule("r")), {}, {"t": team}, NOW)) == ["d", "c", "a", "b"]


def test_least_load_takes_the_least_busy_then_the_turn_then_the_id() -> None:
    team = [Member("a", load=2), Member("b", load=1, turn=9), Member("d", load=1, turn=3)]
    team.append(Member("c", load=1, turn=3))
    by_load = policy(rule("r", strategy="least_load"))
    assert users(choose(by_load, {}, {"t": team}, NOW)) == ["c", "d", "b", "a"]


def test_who_cannot_take_it_is_left_out_with_the_reason() -> None:
    team = [
        Member("gone", active=False),
        Member("full", load=5, cap=5),
        Member("away", calendar=OFFICE, on_leave_until=NOW + timedelta(days=3)),
        Member("asleep", calendar=NIGHT),
        Member("before"),
        Member("here", calendar=OFFICE, load=4, cap=5, on_leave_until=NOW),
    ]
    decision = choose(policy(rule("r")), {}, {"t": team}, NOW, exclude={"before"})
    assert users(decision) == ["here"]
    assert {e.user: (e.why, e.until) for e in decision.excluded} == {
        "gone": ("inactive", None),
        "full": ("at_cap", None),
        "away": ("on_leave", datetime(2026, 5, 25, 9, tzinfo=UTC)),
        "asleep": ("not_working", datetime(2026, 5, 20, 20, tzinfo=UTC)),
        "before": ("had_it_before", None),
    }


def test_when_nobody_can_work_now_the_decision_tells_when_somebody_can() -> None:
    team = [Member("a", calendar=NIGHT), Member("b", active=False)]
    decision = choose(policy(rule("r")), {}, {"t": team}, NOW)
    assert (decision.outcome, decision.rule) == ("nobody", "r")
    assert decision.retry_at == datetime(2026, 5, 20, 20, tzinfo=UTC)
    assert "nobody in its team" in decision.reason


def test_a_rule_may_ignore_working_hours() -> None:
    team = {"t": [Member("a", calendar=NIGHT)]}
    assert users(choose(policy(rule("r", working_only=False)), {}, team, NOW)) == ["a"]


def test_an_empty_team_may_pass_on_to_the_next_rule() -> None:
    rules = [rule("first", "empty", priority=1, when_nobody="next_rule"), rule("second", "t")]
    passed = choose(policy(*rules), {}, {"t": [Member("a")]}, NOW)
    assert (passed.rule, users(passed)) == ("second", ["a"])
    nowhere = choose(policy(rules[0], rules[1] | {"when": GERMAN}), {}, {}, NOW)
    assert (nowhere.outcome, nowhere.rule) == ("nobody", "first")
    assert [trial.rule for trial in nowhere.trials] == ["first", "second"]


def test_who_comes_back_gets_one_and_not_all_that_was_missed() -> None:
    team = [Member("back", turn=3), Member("x", turn=90), Member("y", turn=91)]
    first = choose(policy(rule("r")), {}, {"t": team}, NOW).candidates[0]
    assert (first.user, first.next_turn) == ("back", 91)


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ([rule("a"), rule("a")], "two rules are called a"),
        ([rule("a", strategy="random")], "round_robin"),
        ([rule("a", when={"any": []})], "at least 1"),
        ([rule("A!")], "pattern"),
        ([rule("a", team="")], "at least 1"),
    ],
)
def test_policies_that_make_no_sense_are_refused(rules: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        policy(*rules)


def test_a_policy_names_its_fields_and_teams() -> None:
    assert BY_COUNTRY.fields() == {"country"}
    assert BY_COUNTRY.teams() == {"dach", "world"}


Standings = dict[str, Member]


def claim(standings: Standings, decision: Decision) -> str | None:
    """What the table does: the first candidate whose turn is still as read gets the record."""
    for candidate in decision.candidates:
        member = standings[candidate.user]
        if member.turn == candidate.turn and (member.cap is None or member.load < member.cap):
            standings[candidate.user] = replace(
                member, turn=candidate.next_turn, load=member.load + 1
            )
            return candidate.user
    return None


strategies = st.sampled_from(["round_robin", "least_load"])


@given(strategies, st.integers(1, 9), st.integers(0, 60))
def test_one_after_the_other_everybody_gets_the_same(
    strategy: Strategy, people: int, records: int
) -> None:
    rules = policy(rule("r", strategy=strategy))
    standings = {f"u{n}": Member(f"u{n}") for n in range(people)}
    for _ in range(records):
        assert claim(standings, choose(rules, {}, {"t": [*standings.values()]}, NOW))
    loads = [member.load for member in standings.values()]
    assert sum(loads) == records
    assert max(loads) - min(loads) <= 1


@given(strategies, st.integers(2, 7), st.lists(st.integers(0, 12), max_size=80))
def test_routers_with_outdated_standings_still_spread_evenly(
    strategy: Strategy, people: int, lags: list[int]
) -> None:
    """Each router decides by standings some claims old; a lost claim reads again, as in a race."""
    rules = policy(rule("r", strategy=strategy))
    standings = {f"u{n}": Member(f"u{n}") for n in range(people)}
    past = [dict(standings)]
    for lag in lags:
        seen = past[max(0, len(past) - 1 - lag)]
        taken = claim(standings, choose(rules, {}, {"t": [*seen.values()]}, NOW))
        if taken is None:
            assert claim(standings, choose(rules, {}, {"t": [*standings.values()]}, NOW))
        past.append(dict(standings))
        loads = [member.load for member in standings.values()]
        assert max(loads) - min(loads) <= 1
    assert sum(member.load for member in standings.values()) == len(lags)


@given(strategies, st.lists(st.integers(0, 4), min_size=1, max_size=6), st.integers(0, 30))
def test_caps_are_kept_and_the_rest_waits(
    strategy: Strategy, caps: list[int], records: int
) -> None:
    rules = policy(rule("r", strategy=strategy))
    standings = {f"u{n}": Member(f"u{n}", cap=cap) for n, cap in enumerate(caps)}
    given_ = Counter(
        claim(standings, choose(rules, {}, {"t": [*standings.values()]}, NOW))
        for _ in range(records)
    )
    assert all(member.load <= (member.cap or 0) for member in standings.values())
    assert records - given_[None] == min(records, sum(caps))


turns = st.none() | st.integers(0, 50)


@given(strategies, st.lists(st.tuples(turns, st.integers(0, 9)), min_size=1, max_size=8))
def test_the_order_does_not_depend_on_how_members_are_listed(
    strategy: Strategy, places: list[tuple[int | None, int]]
) -> None:
    team = [Member(f"u{n}", turn=turn, load=load) for n, (turn, load) in enumerate(places)]
    rules = policy(rule("r", strategy=strategy))
    forward = choose(rules, {}, {"t": team}, NOW)
    assert choose(rules, {}, {"t": team[::-1]}, NOW).candidates == forward.candidates
    assert all(c.next_turn > (c.turn or 0) for c in forward.candidates)
