"""Steps of an approval: what a policy says of them, what they are once people are found, and when
enough people agreed.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from shared.domain.access import Role
from shared.domain.conditions import ALWAYS, Condition
from shared.domain.entity import Moment, Value
from shared.domain.text import Line

MOST_APPROVERS = 50
MOST_HOURS = 2000

Mode = Literal["all", "any", "quorum"]
StepName = Annotated[Line, Field(min_length=1, max_length=100)]
Hours = Annotated[int, Field(ge=1, le=MOST_HOURS)]
FieldName = Annotated[str, Field(min_length=1, max_length=64)]


class ApproverRule(Value):
    """Whom to ask: a person, everybody in a role or team, or the submitter's manager.

    The manager is that of the submitter's department; of the one above where there is none, or
    where it is the submitter.
    """

    by: Literal["user", "role", "team", "manager"]
    value: Annotated[str, Field(max_length=64)] | None = None

    @model_validator(mode="after")
    def _says_whom(self) -> Self:
        if (self.by == "manager") != (self.value is None):
            raise ValueError("name the user, role or team; a manager follows from the submitter")
        if self.by == "role" and self.value not in set(Role) - {Role.SYSTEM}:
            raise ValueError(f"there is no role {self.value!r}")
        return self


Approvers = Annotated[tuple[ApproverRule, ...], Field(max_length=20)]


class StepRule(Value):
    """One step of a policy.

    It is skipped unless `when` holds for the subject. `hours` is the working time until it is due,
    `remind` how many of these are left when a reminder goes out. An approval of this step is bound
    to `fields` (empty: to every relevant field): editing one of them voids it.
    """

    name: StepName
    approvers: Annotated[Approvers, Field(min_length=1)]
    mode: Mode = "any"
    quorum: Annotated[int, Field(ge=1, le=MOST_APPROVERS)] | None = None
    when: Condition = ALWAYS
    hours: Hours = 8
    remind: Annotated[int, Field(ge=0, le=MOST_HOURS)] = 2
    fields: Annotated[tuple[FieldName, ...], Field(max_length=50)] = ()

    @model_validator(mode="after")
    def _counts(self) -> Self:
        if (self.mode == "quorum") != (self.quorum is not None):
            raise ValueError("a quorum, and no other mode, says how many")
        return self


class ApprovalRules(Value):
    """How something is approved: steps in order, and who steps in where nobody is found or nobody
    answers in time (`fallback`; after these the administrators).

    `calendar` is the working time that hours are counted in (default: the tenant's).
    """

    steps: Annotated[tuple[StepRule, ...], Field(min_length=1, max_length=10)]
    fallback: Approvers = ()
    self_approval: bool = False
    calendar: Annotated[str, Field(max_length=64)] | None = None

    @model_validator(mode="after")
    def _named_apart(self) -> Self:
        if len({step.name for step in self.steps}) != len(self.steps):
            raise ValueError("two steps have the same name")
        return self


class Verdict(Value):
    """One approval: by whom, for which approver, and on what content."""

    approver: str
    by: str
    at: Moment
    content: str


class Step(Value):
    """A step with the people found for it.

    `required` were added by an approver and have to agree whatever the mode. `substituted`: nobody
    was found by the rules, so the fallback is asked. Once `escalated`, the fallback decides for
    whoever is silent.
    """

    name: str
    mode: Mode
    quorum: int | None = None
    approvers: tuple[str, ...]
    required: tuple[str, ...] = ()
    fallback: tuple[str, ...] = ()
    substituted: bool = False
    escalated: bool = False
    hours: int
    remind: int = 0
    fields: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = ()

    @property
    def needed(self) -> int:
        """How many of the approvers have to agree."""
        most = len(self.approvers)
        return {"any": 1, "all": most}.get(self.mode, min(self.quorum or most, most))

    @property
    def passed(self) -> bool:
        """Whether enough of the approvers agreed, or a fallback did after the time ran out."""
        agreed = {verdict.approver for verdict in self.verdicts}
        if self.escalated and agreed & set(self.fallback):
            return True
        return agreed >= set(self.required) and len(agreed & set(self.approvers)) >= self.needed

    @property
    def deciders(self) -> tuple[str, ...]:
        """Whoever may decide now: those asked who have not agreed yet."""
        agreed = {verdict.approver for verdict in self.verdicts}
        return tuple(user for user in self.asked if user not in agreed)

    @property
    def asked(self) -> tuple[str, ...]:
        """Approvers, those added, and the fallback once it is their turn."""
        late = self.fallback if self.escalated else ()
        return tuple(dict.fromkeys((*self.approvers, *self.required, *late)))

    def holding(self, content: str) -> Self:
        """The step without the verdicts that were given on other content."""
        kept = tuple(verdict for verdict in self.verdicts if verdict.content == content)
        return self if kept == self.verdicts else self.model_copy(update={"verdicts": kept})
