"""While an approval waits: edits void what rests on them, others step in, time runs out."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.approval import editing, rounds
from shared.domain.approval.content import content_hash
from shared.domain.approval.log import has_room, verify
from shared.domain.approval.model import Approval
from shared.domain.errors import Forbidden, InvalidInput, InvalidState
from tests.unit.domain.approval.conftest import (
    CONTENT,
    NOW,
    approved_by,
    by,
    deadline,
    matter,
    returned_by,
    step,
    submitted,
    told,
)

OTHER: dict[str, Any] = {**CONTENT, "amount": 999}


def edited(approval: Approval, content: dict[str, Any]) -> Approval:
    return editing.follow_content(by("sue"), approval, content, deadline, version=2)


def test_an_edit_voids_the_verdicts_on_what_was_said_before() -> None:
    approval = approved_by(submitted(step("s", "ann", "bob", mode="all")), "ann")
    after = edited(approval, OTHER)
    assert after.steps[0].verdicts == ()
    assert after.tags == ("ann", "bob")
    assert (after.log[-1].action, after.log[-1].to, after.about.version) == ("voided", ("s",), 2)
    assert told(after)[-1] == "approval.voided"


def test_an_edit_voids_only_the_steps_that_rest_on_the_field() -> None:
    law = step("law", "lea", fields=("name",))
    money = step("money", "fin", fields=("amount",))
    approval = approved_by(approved_by(submitted(law, money, step("end")), "lea"), "fin")
    after = edited(approval, OTHER)
    assert [s.passed for s in after.steps] == [True, False, False]
    assert after.tags == ("fin",)
    renamed = edited(after, {**OTHER, "name": "X"})
    assert [s.passed for s in renamed.steps] == [False, False, False]


def test_a_decision_never_counts_for_content_that_changed_meanwhile() -> None:
    approval = approved_by(submitted(step("one", "ann"), step("two", "bob")), "ann")
    with pytest.raises(Forbidden):
        approved_by(approval, "bob", content=OTHER)
    again = approved_by(approval, "ann", content=OTHER)
    assert again.tags == ("bob",)
    assert [e.action for e in again.log] == ["submitted", "approved", "voided", "approved"]


def test_an_edit_that_says_the_same_changes_nothing() -> None:
    approval = submitted()
    assert edited(approval, {**CONTENT, "phones": [], "note": None}) is approval
    assert edited(approved_by(approval, "ann"), OTHER).state == "approved"


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), max_size=6))
def test_the_hash_depends_on_the_content_alone(content: dict[str, Any]) -> None:
    turned = dict(reversed(list(content.items())))
    assert content_hash(content) == content_hash(turned)
    for name, value in content.items():
        others = content_hash({**content, "_other": 1}, content.keys())
        assert others == content_hash(content, content.keys())
        if value not in (None, "", [], {}):
            assert content_hash({**content, name: [value]}) != content_hash(content)


def test_a_task_is_handed_on_and_the_new_one_decides() -> None:
    approval = submitted(step("s", "ann", "bob", mode="all"))
    handed = editing.transfer(by("ann"), approval, "ann", "zoe", "出差")
    assert handed.tags == ("zoe", "bob")
    with pytest.raises(Forbidden):
        approved_by(handed, "ann")
    assert approved_by(approved_by(handed, "zoe"), "bob").state == "approved"


def test_somebody_added_has_to_agree_too() -> None:
    for mode in ("any", "all"):
        asked = submitted(step("s", "ann", "bob", mode=mode))
        more = editing.ask_too(by("ann"), asked, "zoe")
        agreed = approved_by(approved_by(more, "ann"), "bob")
        assert (agreed.state, agreed.tags) == ("pending", ("zoe",))
        assert approved_by(agreed, "zoe").state == "approved"


def test_a_task_is_not_handed_to_its_submitter_nor_to_who_is_asked_already() -> None:
    approval = submitted(step("s", "ann", "bob"))
    for change in (
        lambda to: editing.transfer(by("ann"), approval, "ann", to),
        lambda to: editing.ask_too(by("ann"), approval, to),
    ):
        with pytest.raises(Forbidden):
            change("sue")
        with pytest.raises(InvalidInput):
            change("bob")


def test_a_reminder_goes_out_before_the_step_is_due_and_then_it_escalates() -> None:
    approval = submitted(step("s", "ann", hours=8, remind=2, fallback=("max",)))
    early = editing.on_time(by("clock", NOW + timedelta(hours=5)), approval)
    assert early is approval
    reminded = editing.on_time(by("clock", NOW + timedelta(hours=6)), approval)
    assert (reminded.timers, reminded.tags) == ({"due": NOW + timedelta(hours=8)}, ("ann",))
    late = editing.on_time(by("clock", NOW + timedelta(hours=8)), reminded)
    assert (late.overdue, late.score, late.timers) == (True, 1, {})
    assert late.tags == ("ann", "max")
    assert told(late) == ["approval.submitted", "approval.reminded", "approval.overdue"]
    assert editing.on_time(by("clock", NOW + timedelta(days=9)), late) is late


@pytest.mark.parametrize("mode", ["any", "all"])
def test_the_fallback_decides_for_whoever_is_silent(mode: str) -> None:
    approval = submitted(step("s", "ann", "bob", mode=mode, fallback=("max",)))
    with pytest.raises(Forbidden):
        approved_by(approval, "max")
    late = editing.on_time(by("clock", NOW + timedelta(hours=8)), approval)
    assert approved_by(late, "max").state == "approved"
    assert returned_by(late, "max").state == "returned"


def test_without_a_fallback_an_overdue_step_is_told_and_stays_with_its_approvers() -> None:
    late = editing.on_time(by("clock", NOW + timedelta(hours=8)), submitted(step("s", "ann")))
    assert (late.overdue, late.tags) == (True, ("ann",))
    assert approved_by(late, "ann").score is None


def test_people_are_reminded_at_most_once_an_hour() -> None:
    approval = editing.remind(by("sue"), submitted(), "请尽快")
    with pytest.raises(InvalidState) as refused:
        editing.remind(by("sue", NOW + timedelta(minutes=59)), approval)
    assert refused.value.code == "reminded_already"
    assert len(editing.remind(by("sue", NOW + timedelta(hours=1)), approval).log) == 3


def test_a_resubmission_is_another_round_with_the_clock_set_anew() -> None:
    back = returned_by(submitted(), "ann")
    later = by("sue", NOW + timedelta(days=1))
    again = rounds.resubmit(later, back, matter(OTHER, 4), (step(),), deadline, comment="改好")
    assert (again.state, again.round, again.tags) == ("pending", 2, ("ann",))
    assert (again.baseline, again.about.version) == (1, 4)
    assert again.due == NOW + timedelta(days=1, hours=8)
    assert verify(again.log, again.id, again.sealed) is None


def test_a_resubmission_asks_again_only_whom_the_changes_concern() -> None:
    law, money = step("law", "lea", fields=("name",)), step("money", "fin", fields=("amount",))
    back = returned_by(approved_by(submitted(law, money), "lea"), "fin")
    kept = rounds.resubmit(by("sue"), back, matter(OTHER), (law, money), deadline)
    assert kept.tags == ("fin",)
    both = {**OTHER, "name": "X"}
    anew = rounds.resubmit(by("sue"), back, matter(both), (law, money), deadline)
    assert anew.tags == ("lea",)


def test_a_resubmission_without_any_change_is_still_decided_by_who_sent_it_back() -> None:
    back = returned_by(approved_by(submitted(step("s", "ann", "bob", mode="all")), "ann"), "bob")
    again = rounds.resubmit(by("sue"), back, matter(), (step("s", "ann", "bob"),), deadline)
    assert again.tags == ("ann", "bob")
    alone = approved_by(submitted(step("one", "ann"), step("two", "bob")), "ann")
    gone = rounds.resubmit(
        by("sue"), returned_by(alone, "bob"), matter(), (step("one", "ann"),), deadline
    )
    assert (gone.state, gone.tags) == ("pending", ("ann",))


def test_only_the_submitter_resubmits_and_withdraws() -> None:
    back = returned_by(submitted(), "ann")
    with pytest.raises(Forbidden):
        rounds.resubmit(by("ann"), back, matter(), (step(),), deadline)
    with pytest.raises(Forbidden):
        rounds.withdraw(by("ann"), back)
    with pytest.raises(InvalidState):
        rounds.resubmit(by("sue"), submitted(), matter(), (step(),), deadline)


def test_a_withdrawal_ends_it_once() -> None:
    gone = rounds.withdraw(by("sue"), submitted(), "重复")
    assert (gone.state, gone.timers, gone.tags) == ("withdrawn", {}, ())
    assert rounds.withdraw(by("sue"), gone) is gone
    with pytest.raises(InvalidState):
        rounds.withdraw(by("sue"), approved_by(submitted(), "ann"))
    with pytest.raises(InvalidState):
        approved_by(gone, "ann")


def test_a_full_log_still_lets_time_pass_and_people_decide() -> None:
    approval, hour = submitted(), 1
    while has_room(approval.log, "reminded"):
        at = by("sue", NOW + timedelta(hours=hour))
        approval, hour = editing.remind(at, approval, "催" * 1000), hour + 1
    late = editing.on_time(by("clock", NOW + timedelta(days=9)), approval)
    assert (late.overdue, late.timers, late.log) == (True, {}, approval.log)
    assert approved_by(late, "ann").state == "approved"


def test_words_can_be_forgotten_and_the_log_stays_whole() -> None:
    approval = returned_by(submitted(), "ann", comment="王伟的电话不对")
    assert approval.log[-1].salt != ""
    left = editing.forget_words(by("clock"), approval)
    assert "王伟" not in left.document()
    assert left.log[-1].erased
    assert verify(left.log, left.id, left.sealed) is None
    assert editing.forget_words(by("clock"), left) is left
    assert editing.forget_words(by("clock"), submitted()).version == 0
