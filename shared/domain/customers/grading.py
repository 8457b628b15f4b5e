"""The rules by which accounts are graded: the first whose condition holds gives the grade."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field

from shared.domain.conditions import Condition, evaluate, fields_of, next_flip
from shared.domain.customers.account import Account
from shared.domain.entity import Value
from shared.domain.errors import FieldError, InvalidInput
from shared.domain.segments.facts import facts_of
from shared.domain.segments.fields import find_field
from shared.domain.tenancy import Setup
from shared.domain.text import Line

GradeLetter = Annotated[str, Field(pattern=r"^[A-E]$")]
_OWN = frozenset({"grade", "updated_at", "updated_by"})
"""What grading changes itself: a rule that looked at it would contradict itself."""


class GradingRule(Value):
    """One rule; `label` becomes the reason of the grade."""

    label: Annotated[Line, Field(min_length=1, max_length=200)]
    grade: GradeLetter
    when: Condition


@dataclass(frozen=True, slots=True)
class Judgement:
    """The grade by the rules, which rule gave it, and when time alone may change that."""

    grade: str | None
    reason: str
    until: datetime | None


class NewGradingRules(Value):
    """Grading rules that replace the present ones; `otherwise` is the grade when none holds."""

    rules: Annotated[tuple[GradingRule, ...], Field(max_length=50)] = ()
    otherwise: GradeLetter | None = None


class GradingRules(NewGradingRules, Setup):  # pyright: ignore[reportIncompatibleVariableOverride]
    """The tenant's rules for grades; none until they are set."""

    kind: ClassVar[str] = "grading_rules"
    prefix: ClassVar[str] = "grd"
    model_config = Setup.model_config

    @property
    def look_at_figures(self) -> bool:
        """Whether a rule depends on sums, which follow the events that change them by moments."""
        named = (name for rule in self.rules for name in fields_of(rule.when))
        return any(name.startswith("figures.") for name in named)

    def judge(self, account: Account, figures: Mapping[str, Decimal], now: datetime) -> Judgement:
        """The grade of this account now. `figures`: its sums, as its overview shows them."""
        facts = facts_of(account, figures)
        flips = [next_flip(rule.when, facts, now) for rule in self.rules]
        until = min((flip for flip in flips if flip is not None), default=None)
        for rule in self.rules:
            if evaluate(rule.when, facts, now):
                return Judgement(rule.grade, rule.label, until)
        return Judgement(self.otherwise, "no rule holds" if self.otherwise else "", until)


def require_known_fields(given: NewGradingRules) -> None:
    """InvalidInput for each rule that names a field which accounts lack or grading changes."""
    errors = [
        FieldError(f"rules.{n}.when", "unknown_field", f"Grades cannot depend on '{name}'.")
        for n, rule in enumerate(given.rules)
        for name in sorted(fields_of(rule.when))
        if find_field("account", name) is None or name.partition(".")[0] in _OWN
    ]
    if errors:
        raise InvalidInput(errors)
