"""Deciding: who may, when enough agreed, and that a decision counts once."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.approval.steps import Step, StepRule
from shared.domain.errors import Forbidden, InvalidInput, InvalidState
from tests.unit.domain.approval.conftest import (
    NOW,
    approved_by,
    returned_by,
    step,
    submitted,
    told,
)

PEOPLE = ("ann", "bob", "cat", "dan", "eve")
ORDER = st.permutations(PEOPLE)
SIZE = st.integers(1, len(PEOPLE))


def test_the_first_step_is_asked_at_submission() -> None:
    approval = submitted(step("first", "ann", hours=4, remind=1), step("second", "bob"))
    assert (approval.state, approval.tags, approval.owner) == ("pending", ("ann",), "sue")
    assert approval.due == NOW.replace(hour=13)
    assert approval.timers == {"due": NOW.replace(hour=13), "remind": NOW.replace(hour=12)}
    assert told(approval) == ["approval.submitted"]


def test_steps_follow_each_other_and_the_last_one_approves() -> None:
    approval = submitted(step("first", "ann"), step("second", "bob"))
    halfway = approved_by(approval, "ann")
    assert (halfway.state, halfway.tags) == ("pending", ("bob",))
    done = approved_by(halfway, "bob")
    assert (done.state, done.tags, done.timers, done.due) == ("approved", (), {}, None)
    assert told(done) == ["approval.submitted", "approval.step_passed", "approval.granted"]


@given(SIZE, ORDER)
def test_any_needs_one(size: int, order: list[str]) -> None:
    asked = PEOPLE[:size]
    first = next(user for user in order if user in asked)
    assert approved_by(submitted(step("s", *asked, mode="any")), first).state == "approved"


@given(SIZE, ORDER)
def test_all_needs_everybody_in_whatever_order(size: int, order: list[str]) -> None:
    asked = PEOPLE[:size]
    approval = submitted(step("s", *asked, mode="all"))
    for n, user in enumerate([u for u in order if u in asked], start=1):
        assert approval.state == "pending"
        approval = approved_by(approval, user)
        assert approval.state == ("approved" if n == size else "pending")


@given(SIZE, SIZE, ORDER)
def test_a_quorum_needs_so_many_or_all_there_are(size: int, quorum: int, order: list[str]) -> None:
    asked = PEOPLE[:size]
    approval = submitted(step("s", *asked, mode="quorum", quorum=quorum))
    needed = min(size, quorum)
    for n, user in enumerate([u for u in order if u in asked][:needed], start=1):
        approval = approved_by(approval, user)
        assert approval.state == ("approved" if n == needed else "pending")


@given(SIZE, st.sets(st.sampled_from(PEOPLE)))
def test_any_is_a_quorum_of_one_and_all_a_quorum_of_all(size: int, agreed: set[str]) -> None:
    def passed(**more: Any) -> bool:
        made = step("s", *PEOPLE[:size], **more)
        verdicts = tuple(
            {"approver": user, "by": user, "at": NOW, "content": "c"} for user in sorted(agreed)
        )
        return Step.model_validate({**made.model_dump(), "verdicts": verdicts}).passed

    assert passed(mode="any") == passed(mode="quorum", quorum=1)
    assert passed(mode="all") == passed(mode="quorum", quorum=size)
    assert passed(mode="any") or not passed(mode="all")


@given(st.lists(st.sampled_from(PEOPLE), max_size=12), st.sampled_from(["any", "all"]))
def test_a_replayed_decision_changes_nothing(clicks: list[str], mode: str) -> None:
    once = submitted(step("s", *PEOPLE, mode=mode), step("t", "zoe"))
    again = once
    for user in dict.fromkeys(clicks):
        if user in once.tags:
            once = approved_by(once, user, step="s")
    for user in clicks:
        if user in again.tags or any(user == v.by for s in again.steps for v in s.verdicts):
            before = again
            again = approved_by(again, user, step="s")
            if user not in before.tags:
                assert again is before
    assert [(e.by, e.action) for e in again.log] == [(e.by, e.action) for e in once.log]


def test_one_click_counts_for_one_step_though_the_same_person_is_asked_twice() -> None:
    approval = submitted(step("first", "ann"), step("second", "ann"))
    halfway = approved_by(approval, "ann", step="first")
    assert approved_by(halfway, "ann", step="first") is halfway
    assert approved_by(halfway, "ann", step="second").state == "approved"


def test_a_step_that_is_not_asked_yet_cannot_be_decided() -> None:
    with pytest.raises(InvalidState) as refused:
        approved_by(submitted(step("first", "ann"), step("second", "bob")), "bob", step="second")
    assert refused.value.code == "step_not_current"


def test_a_replay_after_the_end_changes_nothing() -> None:
    done = approved_by(submitted(), "ann")
    assert approved_by(done, "ann") is done
    back = returned_by(submitted(), "ann")
    assert returned_by(back, "ann") is back


def test_who_is_not_asked_cannot_decide() -> None:
    for act in (approved_by, returned_by):
        with pytest.raises(Forbidden) as refused:
            act(submitted(step("s", "ann")), "bob")
        assert refused.value.code == "not_an_approver"


def test_nobody_approves_what_they_submitted() -> None:
    approval = submitted(step("s", "ann", "sue"))
    for more in ({}, {"acting_for": frozenset({"ann"})}):
        with pytest.raises(Forbidden) as refused:
            approved_by(approval, "sue", **more)
        assert refused.value.code == "own_submission"


def test_the_policy_may_let_people_approve_their_own() -> None:
    approval = submitted(step("s", "ann", "sue"), self_approval=True)
    assert approved_by(approval, "sue").state == "approved"


def test_one_return_is_enough_and_needs_a_reason() -> None:
    approval = approved_by(submitted(step("s", "ann", "bob", mode="all")), "ann")
    with pytest.raises(InvalidInput) as refused:
        returned_by(approval, "bob", comment="")
    assert refused.value.errors[0].code == "reason_missing"
    back = returned_by(approval, "bob")
    assert (back.state, back.timers, back.log[-1].comment) == ("returned", {}, "电话不对")


def test_what_was_decided_is_not_decided_again() -> None:
    for over in (approved_by(submitted(), "ann"), returned_by(submitted(), "ann")):
        with pytest.raises(InvalidState) as refused:
            (returned_by if over.state == "approved" else approved_by)(over, "ann")
        assert refused.value.code == "approval_not_pending"


def test_a_delegate_decides_for_the_absent_and_the_log_says_so() -> None:
    approval = submitted(step("s", "ann", "bob", mode="all"))
    once = approved_by(approval, "zoe", acting_for=frozenset({"ann"}))
    assert once.tags == ("bob",)
    assert (once.log[-1].by, once.log[-1].on_behalf_of) == ("zoe", "ann")
    assert approved_by(once, "zoe", acting_for=frozenset({"ann"})) is once
    both = approved_by(once, "zoe", acting_for=frozenset({"ann", "bob"}))
    assert both.state == "approved"


def test_a_quorum_says_how_many_and_no_other_mode_does() -> None:
    ask = {"name": "s", "approvers": [{"by": "manager"}]}
    assert StepRule.model_validate({**ask, "mode": "quorum", "quorum": 2}).quorum == 2
    for wrong in ({"mode": "quorum"}, {"mode": "all", "quorum": 2}):
        with pytest.raises(ValueError, match="a quorum"):
            StepRule.model_validate({**ask, **wrong})
