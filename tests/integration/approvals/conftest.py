"""An office that reviews its new accounts: Sue enters, Ann and Bob review, Max manages.

What looks alike is let in, so that every test can enter the same company again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from functions.timers.app import sweep_timers
from shared.domain.access import Role
from shared.domain.approval.kinds import reviewable
from shared.domain.approval.model import Approval
from shared.domain.customers.account import Account
from shared.domain.ids import sole_id
from shared.domain.matching.policy import DuplicatePolicy, DuplicateRule, DuplicateRules
from shared.domain.tenancy import User
from tests.house import House, scheduled
from tests.world import Answer

QUEUE = "approval-timers"


@dataclass
class Office:
    """People and the requests they make."""

    house: House
    sue: User
    ann: User
    bob: User
    max: User
    team: str

    def policy(self, *steps: dict[str, Any], kind: str = "account", **more: Any) -> Answer:
        """Review with these steps; by default Ann and Bob are asked, and one is enough."""
        both = [{"by": "user", "value": user.id} for user in (self.ann, self.bob)]
        named = [{"name": f"step {n}", "approvers": both, **step} for n, step in enumerate(steps)]
        rules = {"steps": named or [{"name": "check", "approvers": both}], **more.pop("rules", {})}
        body = {"enabled": True, "rules": rules, **more}
        answer = self.house.call("PUT", f"/v1/review-policies/{kind}", body)
        assert answer.status == 200, answer.text
        return answer

    def enters(self, *, by: User | None = None, kind: str = "account", **fields: Any) -> Any:
        """A new record as its creation answers it."""
        body = {"name": "上海贸易有限公司", **fields}
        answer = self.ask(by or self.sue, "POST", f"/v1/{kind}s", body)
        assert answer.status == 201, answer.text
        self.house.world.settle()
        return answer.json

    def waiting(self, **fields: Any) -> tuple[str, str]:
        """A record in review: its id and its approval's."""
        made = self.enters(**fields)
        assert made["review"]["state"] == "pending"
        return made["id"], made["review"]["approval"]

    def ask(
        self, who: User | None, method: str, path: str, body: Any = None, **more: Any
    ) -> Answer:
        """A request by one of the people; None: the admin."""
        return self.house.call(method, path, body, by=self.house.by(who), **more)

    def does(self, who: User, what: str, approval: str, **body: Any) -> Answer:
        """An action on an approval, and what follows."""
        answer = self.ask(who, "POST", f"/v1/approvals/{approval}/{what}", body)
        self.house.world.settle()
        return answer

    def approves(self, who: User, approval: str, **more: Any) -> Answer:
        """An approval by this person of the record as it is."""
        seen = {"subject_version": self.version(approval), **more}
        return self.does(who, "decision", approval, action="approve", **seen)

    def returns(self, who: User, approval: str, comment: str = "电话不对") -> Answer:
        """A return by this person."""
        return self.does(who, "decision", approval, action="return", comment=comment)

    def screen(self, who: User | None, approval: str) -> Any:
        """The reviewer's screen."""
        answer = self.ask(who, "GET", f"/v1/approvals/{approval}")
        assert answer.status == 200, answer.text
        return answer.json

    def queue(self, who: User | None, **query: str) -> list[str]:
        """The ids of what a list shows."""
        answer = self.ask(who, "GET", "/v1/approvals", query=query)
        assert answer.status == 200, answer.text
        return [row["id"] for row in answer.json["items"]]

    def stored(self, approval: str) -> Approval:
        """The approval as the table holds it."""
        return self.house.store.load(Approval, approval)

    def account(self, account: str) -> Account:
        """The account as the table holds it, in the archive too."""
        return self.house.store.load(Account, account, deleted=True)

    def version(self, approval: str) -> int:
        """The version of what is approved."""
        about = self.stored(approval).about
        kind = reviewable(about.kind).entity
        return self.house.store.load(kind, about.id, deleted=True).version

    def time_runs_to(self, at: datetime) -> None:
        """Let time run to this instant, with the sweeper in the minute before."""
        world = self.house.world
        world.now = at - timedelta(seconds=45)
        sweep_timers(scheduled(world), None)
        world.now = at
        world.release_delayed(QUEUE)
        world.settle()
        assert not world.dead


@pytest.fixture
def office(house: House) -> Office:
    """The office of this test, without a policy yet."""
    sue, ann, bob = house.user("Sue"), house.user("Ann"), house.user("Bob")
    manager = house.user("Max", Role.SALES_MANAGER)
    queued = DuplicateRule(mode="queue")
    context = house.world.runtime.context(house.by())
    stamp = DuplicatePolicy.stamp(context, sole_id(DuplicatePolicy.prefix))
    house.save(DuplicatePolicy(**stamp, rules=DuplicateRules(account=queued, contact=queued)))
    team = house.team([sue, ann, manager], manager=manager.id)
    house.world.settle()
    house.world.requests.clear()
    people = {user.name: house.people[user.id] for user in (sue, ann, bob, manager)}
    return Office(house, people["Sue"], people["Ann"], people["Bob"], people["Max"], team.id)
