"""From rules to people: who is asked, who steps in, and that nothing passes for want of them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.approval.planning import Submission, plan
from shared.domain.approval.steps import ApprovalRules, Step
from shared.domain.errors import InvalidState
from tests.unit.domain.approval.conftest import NOW, Office

MANAGER = {"by": "manager"}
ROLES = {"by": "role", "value": "legal"}


def rules(*steps: dict[str, Any], **more: Any) -> ApprovalRules:
    named = [{"name": f"step {n}", **step} for n, step in enumerate(steps)]
    return ApprovalRules.model_validate({"steps": named, **more})


def planned(
    office: Office, found: ApprovalRules, team: str | None = "team_E", **facts: Any
) -> tuple[Step, ...]:
    return plan(found, office, Submission("sue", team, facts, NOW))


def asked(office: Office, *approvers: dict[str, str], **more: Any) -> tuple[str, ...]:
    team = more.pop("team", "team_E")
    return planned(office, rules({"approvers": approvers}, **more), team)[0].approvers


def test_people_roles_teams_and_managers_are_found(office: Office) -> None:
    assert asked(office, {"by": "user", "value": "zoe"}) == ("zoe",)
    assert asked(office, ROLES) == ("lea", "leo")
    assert asked(office, MANAGER) == ("eva",)
    assert asked(office, {"by": "team", "value": "team_E"}) == ("ann", "bob")
    assert asked(office, ROLES, {"by": "user", "value": "lea"}, MANAGER) == ("lea", "leo", "eva")


def test_the_manager_above_is_asked_when_there_is_none_or_it_is_the_submitter(
    office: Office,
) -> None:
    assert asked(office.without("eva"), MANAGER) == ("max",)
    office.managers["team_E"] = "sue"
    assert asked(office, MANAGER) == ("max",)


def test_departments_in_a_circle_are_left_again(office: Office) -> None:
    office.parents["team_S"] = "team_E"
    assert asked(office.without("eva", "max"), MANAGER) == ("root",)


def test_a_missing_approver_means_the_fallback_then_the_administrators(office: Office) -> None:
    gone = {"by": "user", "value": "gil"}
    empty = office.without("gil", "eva", "max")
    made = planned(empty, rules({"approvers": [gone], "mode": "all"}, fallback=[ROLES]))[0]
    assert (made.approvers, made.substituted, made.mode) == (("lea", "leo"), True, "any")
    assert asked(empty, gone) == ("root",)
    assert asked(empty, MANAGER, team=None) == ("root",)


def test_where_nobody_is_found_it_is_refused_and_does_not_pass(office: Office) -> None:
    with pytest.raises(InvalidState) as refused:
        asked(office.without("root", "eva", "max"), MANAGER)
    assert refused.value.code == "no_approver"


def test_the_submitter_is_asked_only_where_the_policy_allows_it(office: Office) -> None:
    own = {"by": "user", "value": "sue"}
    assert asked(office, own) == ("root",)
    assert asked(office, own, self_approval=True) == ("sue",)


def test_a_step_is_skipped_where_its_condition_does_not_hold(office: Office) -> None:
    large = {"field": "amount", "op": "gt", "value": 1000}
    found = rules({"approvers": [MANAGER]}, {"approvers": [ROLES], "when": large})
    assert [s.name for s in planned(office, found, amount=1)] == ["step 0"]
    assert [s.name for s in planned(office, found, amount=5000)] == ["step 0", "step 1"]


def test_where_no_step_applies_the_fallback_decides(office: Office) -> None:
    never = {"field": "amount", "op": "exists"}
    found = rules({"approvers": [MANAGER], "when": never}, fallback=[ROLES])
    made = planned(office, found)
    assert [(s.approvers, s.substituted) for s in made] == [(("lea", "leo"), True)]


def test_too_many_people_are_refused(office: Office) -> None:
    office.roles["legal"] = tuple(f"u{n}" for n in range(51))
    with pytest.raises(InvalidState) as refused:
        asked(office, ROLES)
    assert refused.value.code == "too_many_approvers"


@given(
    gone=st.sets(st.sampled_from(["ann", "bob", "eva", "max", "lea", "leo"])),
    team=st.sampled_from(["team_E", "team_S", None]),
    chosen=st.lists(
        st.sampled_from([MANAGER, ROLES, {"by": "team", "value": "team_E"}]), min_size=1
    ),
)
def test_every_step_asks_somebody_active_who_is_not_the_submitter(
    gone: set[str], team: str | None, chosen: list[dict[str, str]]
) -> None:
    office = Office(
        roles={"admin": ("root",), "legal": ("lea", "leo")},
        teams={"team_E": ("ann", "bob", "sue")},
        managers={"team_E": "eva", "team_S": "max"},
        parents={"team_E": "team_S"},
        gone=frozenset(gone),
    )
    for made in planned(office, rules({"approvers": chosen[:20]}), team):
        assert made.approvers
        assert not {*made.approvers, *made.fallback} & {*gone, "sue"}
        assert not set(made.approvers) & set(made.fallback)


def test_a_rule_says_whom(office: Office) -> None:
    for wrong in ({"by": "user"}, {"by": "manager", "value": "x"}, {"by": "role", "value": "boss"}):
        with pytest.raises(ValueError, match=r"name the user|no role"):
            rules({"approvers": [wrong]})
    with pytest.raises(ValueError, match="same name"):
        rules({"approvers": [MANAGER], "name": "a"}, {"approvers": [MANAGER], "name": "a"})
