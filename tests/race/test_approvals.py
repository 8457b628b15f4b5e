"""Decisions that meet: whoever comes first decides, nothing is decided twice or unseen."""

from dataclasses import dataclass
from typing import Any

import pytest

from shared.domain.access import Principal
from shared.domain.approval.content import content_hash
from shared.domain.approval.kinds import reviewable
from shared.domain.approval.model import Approval
from shared.domain.customers.account import Account
from tests.house import House
from tests.race.contest import at_once
from tests.world import Answer

ROUNDS = 6


@dataclass
class Case:
    """A new account in review, and the people around it."""

    house: House
    sue: Principal
    reviewers: list[Principal]
    account: str = ""
    approval: str = ""

    def open(self, mode: str, number: int) -> None:
        """Another account in review."""
        asked = [{"by": "user", "value": person.actor} for person in self.reviewers]
        rules = {"steps": [{"name": "check", "approvers": asked, "mode": mode}]}
        body = {"enabled": True, "duplicate_from": None, "rules": rules}
        assert self.house.call("PUT", "/v1/review-policies/account", body).status == 200
        named = {"name": f"{'甲乙丙丁戊己庚辛'[number]}{number * 7919}公司"}
        made = self.house.call("POST", "/v1/accounts", named, by=self.sue)
        assert made.status == 201, made.text
        self.account, self.approval = made.json["id"], made.json["review"]["approval"]

    def decides(self, by: Principal, **body: Any) -> Answer:
        path = f"/v1/approvals/{self.approval}/decision"
        return self.house.call(
            "POST", path, {"action": "approve", "subject_version": 1, **body}, by=by
        )

    def edits(self) -> Answer:
        body = {"industry": "changed"}
        return self.house.call("PATCH", f"/v1/accounts/{self.account}", body, by=self.sue)

    def withdraws(self) -> Answer:
        return self.house.call("POST", f"/v1/approvals/{self.approval}/withdrawal", {}, by=self.sue)

    def state(self) -> tuple[Approval, Account]:
        """Both as stored; that they fit each other is checked here."""
        store = self.house.store
        approval = store.load(Approval, self.approval)
        account = store.load(Account, self.account, deleted=True)
        assert account.hidden == (approval.state != "approved")
        return approval, account


@pytest.fixture
def case(house: House) -> Case:
    reviewers = [house.by(house.user(f"R{n}")) for n in range(4)]
    return Case(house, house.by(house.user("Sue")), reviewers)


def statuses(answers: list[Answer]) -> list[int]:
    return sorted(answer.status for answer in answers)


def test_all_who_approve_at_once_are_counted_and_the_last_one_approves(case: Case) -> None:
    for number in range(ROUNDS):
        case.open("all", number)
        answers = at_once(case.decides, case.reviewers)
        assert statuses(answers) == [200] * 4
        approval, account = case.state()
        assert approval.state == "approved"
        assert [e.action for e in approval.log] == ["submitted"] + ["approved"] * 4
        assert account.version == 2
    case.house.world.settle()
    assert len(case.house.events("account.created")) == ROUNDS


def test_a_decision_clicked_many_times_is_one(case: Case) -> None:
    for number in range(ROUNDS):
        case.open("all", number)
        answers = at_once(case.decides, [case.reviewers[0]] * 8)
        assert statuses(answers) == [200] * 8
        assert len(case.state()[0].log) == 2


def test_approving_and_returning_at_once_one_of_them_counts(case: Case) -> None:
    for number in range(ROUNDS):
        case.open("any", number)
        work = [
            lambda: case.decides(case.reviewers[0]),
            lambda: case.decides(case.reviewers[1], action="return", comment="否"),
        ]
        answers = at_once(lambda act: act(), work)
        assert statuses(answers) == [200, 409]
        approval, account = case.state()
        assert len(approval.log) == 2
        assert account.version == 2


def test_nothing_is_approved_that_was_not_looked_at(case: Case) -> None:
    for number in range(ROUNDS):
        case.open("any", number)
        seen = content_hash(reviewable("account").content(case.state()[1]))
        work = [lambda: case.decides(case.reviewers[0]), case.edits]
        decided, edited = at_once(lambda act: act(), work)
        assert edited.status == 200, edited.text
        approval, account = case.state()
        assert account.industry == "changed"
        if decided.status == 200:
            assert approval.state == "approved"
            assert approval.log[-1].content == seen
        else:
            assert (decided.status, decided.code) == (409, "content_changed")
            assert approval.state == "pending"


def test_approving_and_withdrawing_at_once_one_of_them_counts(case: Case) -> None:
    for number in range(ROUNDS):
        case.open("any", number)
        work = [lambda: case.decides(case.reviewers[0]), case.withdraws]
        at_once(lambda act: act(), work)
        approval, account = case.state()
        assert approval.state in ("approved", "withdrawn")
        assert (account.deleted_at is not None) == (approval.state == "withdrawn")
        assert len(approval.log) == 2
