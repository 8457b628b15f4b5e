"""Grades and lifecycles: by rules, by hand, and back."""

from datetime import timedelta
from typing import Any

import pytest

from shared.domain.customers import helping, standing
from shared.domain.customers.account import Account
from shared.domain.customers.grading import GradingRules, NewGradingRules, require_known_fields
from shared.domain.errors import InvalidInput, NotFound
from shared.domain.ids import sole_id
from tests.unit.domain.customers.customer_makers import NOW, account, context, stored


def rules(*conditions: tuple[str, dict[str, Any]], otherwise: str | None = None) -> GradingRules:
    listed = [{"label": f"rule {g}", "grade": g, "when": when} for g, when in conditions]
    stamp = GradingRules.stamp(context(), sole_id("grd"))
    return GradingRules.model_validate({**stamp, "rules": listed, "otherwise": otherwise})


LARGE = ("A", {"field": "company_size", "op": "gte", "value": 500})
NEW = ("B", {"field": "created_at", "op": "within_days", "value": 30})


def graded(of: Account, by: GradingRules, *, days: int = 0, end_manual: bool = False) -> Account:
    now = context(NOW + timedelta(days=days))
    return standing.grade_by_rules(now, of, by, {}, end_manual=end_manual)


def test_the_first_rule_that_holds_gives_the_grade_and_the_reason() -> None:
    after = graded(account(company_size=900), rules(LARGE, NEW))
    assert after.grade is not None
    assert (after.grade.value, after.grade.reason) == ("A", "rule A")
    assert graded(account(), rules(LARGE, NEW)).grade_value == "B"
    assert graded(account(), rules(LARGE, otherwise="D")).grade_value == "D"
    assert graded(account(), rules(LARGE)).grade is None


def test_the_same_grade_again_is_no_change() -> None:
    once = graded(account(company_size=900), rules(LARGE)).as_stored()
    assert graded(once, rules(LARGE)) is once
    bare = account()
    assert graded(bare, rules(LARGE)) is bare


def test_time_alone_can_end_a_computed_grade() -> None:
    once = stored(graded(account(), rules(NEW)))
    assert once.timers[standing.REGRADE] > NOW
    late = graded(once, rules(NEW), days=31)
    assert late.grade is None
    assert [e.name for e in late.events] == ["account.graded"]


def test_rules_may_look_at_key_figures() -> None:
    from decimal import Decimal

    won = ("A", {"field": "figures.opportunity.won_amount.EUR", "op": "gte", "value": 1000})
    figures = {"opportunity.won_amount.EUR": Decimal("1200")}
    after = standing.grade_by_rules(context(), account(), rules(won), figures)
    assert after.grade_value == "A"


def test_a_grade_by_hand_overrides_until_it_expires() -> None:
    until = NOW + timedelta(days=5)
    by_hand = standing.grade_by_hand(context(), account(company_size=900), "C", "看好", until)
    assert graded(by_hand, rules(LARGE), days=4) is by_hand
    assert graded(by_hand, rules(LARGE), days=5).grade_value == "A"
    assert graded(by_hand, rules(LARGE), end_manual=True).timers == {}
    with pytest.raises(InvalidInput):
        standing.grade_by_hand(context(), account(), "C", "x", NOW)


def test_the_same_stage_of_life_is_no_change() -> None:
    firm = account()
    assert standing.change_lifecycle(context(), firm, "prospect", "x") is firm


@pytest.mark.parametrize("field", ["grade", "updated_at", "nothing", "helpers"])
def test_rules_cannot_look_at_what_grading_changes(field: str) -> None:
    rule = {"label": "x", "grade": "A", "when": {"field": field, "op": "exists"}}
    with pytest.raises(InvalidInput):
        require_known_fields(NewGradingRules.model_validate({"rules": [rule]}))


def test_helpers_end_one_after_the_other() -> None:
    soon, later = NOW + timedelta(hours=1), NOW + timedelta(hours=2)
    firm = helping.add_helper(context(), account(), "usr_1", "read", later)
    firm = helping.add_helper(context(), firm, "usr_2", "write", soon)
    assert firm.timers == {helping.END: soon}
    first = helping.end_helping(context(soon), firm)
    assert (first.helper_users, first.timers) == (("usr_1",), {helping.END: later})
    assert helping.end_helping(context(later), first).helpers == ()
    assert helping.end_helping(context(NOW), first) is first


def test_a_helper_has_one_entry() -> None:
    until = NOW + timedelta(hours=1)
    firm = helping.add_helper(context(), account(), "usr_1", "read", until)
    assert helping.add_helper(context(), firm, "usr_1", "read", until) is firm
    assert helping.add_helper(context(), firm, "usr_1", "write", until).helpers[0].level == "write"
    assert len(helping.add_helper(context(), firm, "usr_1", "write", until).helpers) == 1
    with pytest.raises(NotFound):
        helping.remove_helper(context(), firm, "usr_2")


def test_help_has_an_end_within_a_year() -> None:
    for until in (NOW, NOW + timedelta(days=367)):
        with pytest.raises(InvalidInput):
            helping.add_helper(context(), account(), "usr_1", "read", until)
