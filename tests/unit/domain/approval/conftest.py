"""A small office for approvals: people who ask, people who decide, a clock of hours."""

import itertools
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.domain.access import Principal, Role
from shared.domain.approval import flow
from shared.domain.approval.flow import Matter
from shared.domain.approval.model import Approval
from shared.domain.approval.steps import Step
from shared.domain.context import Context
from shared.domain.events.base import Subject

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SUBJECT = Subject(kind="account", id="acc_1", version=1)
CONTENT: dict[str, Any] = {"name": "上海贸易有限公司", "amount": 100}
_numbers = itertools.count(1)


def deadline(at: datetime, hours: int) -> datetime:
    """Every hour counts."""
    return at + timedelta(hours=hours)


def by(actor: str, at: datetime = NOW) -> Context:
    """A command of this person."""
    principal = Principal("ten_A", actor, Role.SALES)
    return Context(principal, at, lambda: next(_numbers).to_bytes(10, "big"))


def step(name: str = "check", *approvers: str, **more: Any) -> Step:
    """A step with these approvers, of whom one is enough."""
    fields: dict[str, Any] = {"mode": "any", "hours": 8, **more}
    return Step(name=name, approvers=approvers or ("ann",), **fields)


def matter(content: dict[str, Any] | None = None, version: int = 1) -> Matter:
    """What Sue submits."""
    about = SUBJECT.model_copy(update={"version": version})
    return Matter(about=about, content=content or CONTENT, submitter="sue")


def submitted(*steps: Step, **more: Any) -> Approval:
    """An approval that Sue asked for."""
    return flow.submit(by("sue"), matter(), steps or (step(),), deadline, **more)


def approved_by(approval: Approval, actor: str, **more: Any) -> Approval:
    """The approval after this person approved the present content."""
    content = more.pop("content", CONTENT)
    return flow.approve(by(actor), approval, content, deadline, **more)


def returned_by(approval: Approval, actor: str, **more: Any) -> Approval:
    """The approval after this person sent it back."""
    return flow.send_back(by(actor), approval, **{"comment": "电话不对", **more})


def told(approval: Approval) -> list[str]:
    """The names of what happened since it was last stored."""
    return [event.name for event in approval.events]


@dataclass
class Office:
    """The people as a plan asks for them."""

    roles: dict[str, tuple[str, ...]] = field(default_factory=dict)
    teams: dict[str, tuple[str, ...]] = field(default_factory=dict)
    managers: dict[str, str] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()

    def active(self, users: Any) -> tuple[str, ...]:
        return tuple(user for user in users if user not in self.gone)

    def in_role(self, role: str) -> tuple[str, ...]:
        return self.active(self.roles.get(role, ()))

    def in_team(self, team: str) -> tuple[str, ...]:
        return self.active(self.teams.get(team, ()))

    def manager_of(self, team: str) -> str | None:
        return self.managers.get(team)

    def parent_of(self, team: str) -> str | None:
        return self.parents.get(team)

    def without(self, *users: str) -> "Office":
        return replace(self, gone=frozenset(users))


@pytest.fixture
def office() -> Office:
    """East lies under Sales; each has a manager."""
    return Office(
        roles={"admin": ("root",), "legal": ("lea", "leo")},
        teams={"team_E": ("ann", "bob", "sue")},
        managers={"team_E": "eva", "team_S": "max"},
        parents={"team_E": "team_S"},
    )
