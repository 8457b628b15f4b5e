"""From a policy's rules to people: which steps apply, who is asked, who steps in.

Where the rules find nobody the fallback is asked, then the administrators; never does a step pass
in silence for want of an approver.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.domain.access import Role
from shared.domain.approval.steps import (
    MOST_APPROVERS,
    ApprovalRules,
    ApproverRule,
    Step,
    StepRule,
)
from shared.domain.conditions import Facts, evaluate
from shared.domain.errors import InvalidState

ADMINISTRATORS = ApproverRule(by="role", value=Role.ADMIN.value)
FARTHEST_UP = 20
"""Departments looked through for a manager."""


class People(Protocol):
    """The tenant's people as they are now; only active ones are given."""

    def active(self, users: Iterable[str]) -> tuple[str, ...]:
        """Those of these users who are active, in their order."""
        ...

    def in_role(self, role: str) -> tuple[str, ...]:
        """Everybody with this role."""
        ...

    def in_team(self, team: str) -> tuple[str, ...]:
        """The members of a team, none when there is no such team."""
        ...

    def manager_of(self, team: str) -> str | None:
        """Who manages a team."""
        ...

    def parent_of(self, team: str) -> str | None:
        """The department above."""
        ...


@dataclass(frozen=True, slots=True)
class Submission:
    """Who asks for approval, from which department, of what, when."""

    submitter: str
    team: str | None
    facts: Facts
    now: datetime


def plan(rules: ApprovalRules, people: People, submission: Submission) -> tuple[Step, ...]:
    """The steps that apply, with the people to ask. Where none applies the fallback decides.

    Raises InvalidState when nobody at all can be asked, or too many would be.
    """
    finder = _Finder(people, submission, rules.self_approval)
    fallback = finder.first_found((rules.fallback, (ADMINISTRATORS,)))
    applying = [
        rule for rule in rules.steps if evaluate(rule.when, submission.facts, submission.now)
    ]
    if applying:
        return tuple(_step(rule, finder.found(rule.approvers), fallback) for rule in applying)
    return (_step(rules.steps[-1], (), fallback),)


def _step(rule: StepRule, found: tuple[str, ...], fallback: tuple[str, ...]) -> Step:
    asked = found or fallback
    if not asked:
        message = f"Nobody can be asked in the step {rule.name!r}; the policy needs a fallback."
        raise InvalidState(message, code="no_approver", details={"step": rule.name})
    if len(asked) > MOST_APPROVERS:
        message = f"The step {rule.name!r} would ask more than {MOST_APPROVERS} people."
        raise InvalidState(message, code="too_many_approvers", details={"step": rule.name})
    return Step(
        name=rule.name,
        mode=rule.mode if found else "any",
        quorum=rule.quorum if found else None,
        approvers=asked,
        fallback=tuple(user for user in fallback if user not in asked)[:MOST_APPROVERS],
        substituted=not found,
        hours=rule.hours,
        remind=rule.remind,
        fields=rule.fields,
    )


class _Finder:
    def __init__(self, people: People, submission: Submission, self_approval: bool) -> None:
        self._people = people
        self._submission = submission
        self._self_approval = self_approval
        self._ways: dict[str, Callable[[ApproverRule], Iterable[str]]] = {
            "user": lambda rule: people.active([rule.value or ""]),
            "role": lambda rule: people.in_role(rule.value or ""),
            "team": lambda rule: people.in_team(rule.value or ""),
            "manager": lambda _: self._manager(),
        }

    def found(self, rules: Iterable[ApproverRule]) -> tuple[str, ...]:
        """Everybody whom these rules name, once; the submitter only where that is allowed."""
        named = (user for rule in rules for user in self._ways[rule.by](rule))
        return tuple(user for user in dict.fromkeys(named) if self._may(user))

    def first_found(self, choices: Iterable[tuple[ApproverRule, ...]]) -> tuple[str, ...]:
        """The people of the first choice that has any."""
        return next((people for rules in choices if (people := self.found(rules))), ())

    def _may(self, user: str) -> bool:
        return self._self_approval or user != self._submission.submitter

    def _manager(self) -> Iterator[str]:
        team = self._submission.team
        for _ in range(FARTHEST_UP):
            if team is None:
                return
            manager = self._people.manager_of(team)
            if manager is not None and self._may(manager) and self._people.active([manager]):
                yield manager
                return
            team = self._people.parent_of(team)
