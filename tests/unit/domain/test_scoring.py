"""A score is points with reasons, and it holds until the instant it names."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.domain.scoring import Score, ScoringModel, Tiers, default_model, score

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Did:
    type: str
    at: datetime


def model(
    *fit: dict[str, Any], behaviour: tuple[dict[str, Any], ...] = (), **rest: Any
) -> ScoringModel:
    return ScoringModel.model_validate({"fit": fit, "behaviour": behaviour} | rest)


def fit(points: int, field: str = "a", op: str = "exists", **rest: Any) -> dict[str, Any]:
    when = {"field": field, "op": op} | rest
    return {"id": f"{field}-{op}", "label": "L", "points": points, "when": when}


def visit(points: int = 40, half_life: int | None = 10, cap: int = 100) -> dict[str, Any]:
    return {"id": "visit", "label": "Visited", "type": "visit", "points": points} | {
        "half_life_days": half_life,
        "cap": cap,
    }


def visited(*days_ago: float) -> list[Did]:
    return [Did("visit", NOW - days * DAY) for days in days_ago]


def test_a_lead_without_facts_is_cold_for_being_unreachable() -> None:
    found = score(default_model(), {}, [], NOW)
    assert (found.points, found.tier, found.raw) == (0, "cold", -30)
    assert [reason.rule for reason in found.reasons_against] == ["unreachable"]


def test_a_good_lead_is_hot_and_says_why() -> None:
    facts = {
        "phone": {"e164": "+8613812345678"},
        "email": "wang@example.cn",
        "job_title": "采购总监",
        "company_size": 800,
        "budget": {"amount": "50000.00", "currency": "CNY"},
        "urgency": "low",
    }
    found = score(default_model(), facts, [Did("demo.requested", NOW)], NOW)
    assert (found.points, found.tier) == (80, "hot")
    assert [(r.rule, r.points) for r in found.reasons_for] == [
        ("demo-requested", 25),
        ("decision-maker", 15),
        ("large-company", 15),
        ("has-budget", 15),
        ("has-phone", 10),
        ("has-email", 5),
    ]
    assert [(r.rule, r.points) for r in found.reasons_against] == [("not-urgent", -5)]


def test_titles_score_alike_in_english_and_chinese() -> None:
    titles = ("Managing Director", "总经理", "總經理", "Ｃｅｏ & Founder")
    scores = {score(default_model(), {"job_title": title}, [], NOW).raw for title in titles}
    assert scores == {-15}


def test_evidence_names_what_was_found_but_repeats_no_contact_data() -> None:
    facts = {"email": "ann@example.com", "phone": "+49301234567", "company_size": 50}
    reasons = {r.rule: r for r in score(default_model(), facts, [], NOW).reasons_for}
    assert reasons["medium-company"].evidence == {"company_size": 50}
    assert reasons["has-email"].evidence == {"email": True}
    assert "ann@example.com" not in score(default_model(), facts, [], NOW).model_dump_json()


def test_behaviour_is_halved_after_its_half_life_and_capped() -> None:
    fading = model(behaviour=(visit(),))
    for days, points in ((0, 40), (0.9, 40), (10, 20), (20, 10), (60, 1), (80, 0)):
        assert score(fading, {}, visited(days), NOW).points == points
    assert score(model(behaviour=(visit(cap=50),)), {}, visited(0, 0, 0), NOW).points == 50
    assert score(model(behaviour=(visit(half_life=None),)), {}, visited(3000), NOW).points == 40


def test_behaviour_evidence_counts_and_dates() -> None:
    reason = score(model(behaviour=(visit(5),)), {}, visited(3, 1), NOW).reasons_for[0]
    assert reason.evidence == {"count": 2, "latest": (NOW - DAY).isoformat()}


def test_a_behaviour_dated_later_does_not_count_yet() -> None:
    later = score(model(behaviour=(visit(),)), {}, visited(-2), NOW)
    assert (later.points, later.next_change_at) == (0, NOW + 2 * DAY)


def test_points_against_fade_too() -> None:
    assert score(model(base=50, behaviour=(visit(-40),)), {}, visited(0), NOW).points == 10
    assert score(model(base=50, behaviour=(visit(-40),)), {}, visited(10), NOW).points == 30


def test_points_stay_within_0_and_100_while_raw_tells_the_sum() -> None:
    many = model(*(fit(90, field) for field in "abc"))
    top = score(many, {"a": 1, "b": 1, "c": 1}, [], NOW)
    assert (top.points, top.raw, top.tier) == (100, 270, "hot")


def test_without_times_a_score_never_changes_by_itself() -> None:
    assert score(model(fit(5)), {"a": 1}, [], NOW).next_change_at is None
    assert (
        score(model(behaviour=(visit(half_life=None),)), {}, visited(1), NOW).next_change_at is None
    )


def test_a_relative_condition_names_when_it_ends() -> None:
    recent = model(fit(20, "created_at", "within_days", value=7))
    found = score(recent, {"created_at": NOW - DAY}, [], NOW)
    assert (found.points, found.next_change_at) == (20, NOW + 6 * DAY)


def test_tiers_follow_their_thresholds() -> None:
    tiers = Tiers(hot=70, warm=40)
    assert [tiers.of(points) for points in (0, 39, 40, 69, 70, 100)] == [
        *("cold", "cold", "warm", "warm", "hot", "hot")
    ]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"tiers": {"hot": 30, "warm": 30}}, "needs more points"),
        ({"fit": [fit(5), fit(6)]}, "two rules are called a-exists"),
        ({"fit": [fit(101)]}, "less than or equal"),
        ({"fit": [fit(5, op="near")]}, "does not match any of the expected tags"),
        ({"behaviour": [visit(half_life=0)]}, "greater than or equal"),
        ({"behaviour": [visit() | {"type": "Visit!"}]}, "pattern"),
        ({"weights": []}, "Extra inputs"),
    ],
)
def test_models_that_make_no_sense_are_refused(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        ScoringModel.model_validate(fields)


def test_models_and_scores_are_stored_as_json() -> None:
    assert ScoringModel.model_validate_json(default_model().model_dump_json()) == default_model()
    found = score(default_model(), {"email": "a@b.cn"}, [Did("email.opened", NOW)], NOW)
    assert Score.model_validate_json(found.model_dump_json()) == found
    assert json.loads(found.model_dump_json())["reasons_for"][0]["evidence"] == {"email": True}


def test_a_model_lists_the_fields_it_looks_at() -> None:
    assert {"phone", "email", "budget.amount", "job_title"} <= default_model().fields()


ages = st.lists(st.integers(-3 * 86_400, 90 * 86_400), max_size=8)
rules = st.builds(
    visit,
    points=st.integers(-100, 100),
    half_life=st.none() | st.integers(1, 40),
    cap=st.integers(1, 100),
)


def lead(seconds: list[int]) -> list[Did]:
    return [Did("visit", NOW - timedelta(seconds=age)) for age in seconds]


def parts(found: Score) -> dict[str, int]:
    return {reason.rule: reason.points for reason in (*found.reasons_for, *found.reasons_against)}


@given(rules, ages, st.integers(-100, 100))
def test_the_reasons_add_up_and_points_stay_in_range(
    rule: dict[str, Any], seconds: list[int], base: int
) -> None:
    found = score(model(fit(7), behaviour=(rule,), base=base), {"a": 1}, lead(seconds), NOW)
    assert found.raw == base + sum(parts(found).values())
    assert found.points == min(100, max(0, found.raw))
    assert abs(parts(found).get("visit", 0)) <= rule["cap"]


@given(rules, ages, st.integers(1, 200 * 86_400))
def test_nothing_changes_before_the_named_instant_and_something_does_at_it(
    rule: dict[str, Any], seconds: list[int], later: int
) -> None:
    rules_ = model(fit(9, "at", "older_than_days", value=3), behaviour=(rule,))
    facts = {"at": NOW - DAY}
    before = score(rules_, facts, lead(seconds), NOW)
    change = before.next_change_at
    then = NOW + timedelta(seconds=later)
    if change is None or then < change:
        assert parts(score(rules_, facts, lead(seconds), then)) == parts(before)
    if change is not None:
        assume(rule["points"])
        just = score(rules_, facts, lead(seconds), change - timedelta(microseconds=1))
        assert parts(just) == parts(before)


@given(rules, st.lists(st.integers(0, 90 * 86_400), min_size=1, max_size=8))
def test_fading_points_differ_at_the_named_instant(
    rule: dict[str, Any], seconds: list[int]
) -> None:
    fading = model(behaviour=(rule,))
    before = score(fading, {}, lead(seconds), NOW)
    assume(before.next_change_at is not None)
    assert before.next_change_at is not None
    after = score(fading, {}, lead(seconds), before.next_change_at)
    assert abs(after.raw) < abs(before.raw)


@given(rules, ages, st.integers(0, 90 * 86_400))
def test_one_more_good_deed_never_costs_points(
    rule: dict[str, Any], seconds: list[int], more: int
) -> None:
    rules_ = model(behaviour=(rule | {"points": abs(rule["points"])},))
    less = score(rules_, {}, lead(seconds), NOW)
    assert score(rules_, {}, lead([*seconds, more]), NOW).raw >= less.raw
