"""What a tenant does about likely duplicates: refuse, warn, or let in and look later."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from shared.domain.entity import Value
from shared.domain.tenancy import Setup
from shared.domain.text import Line

Mode = Literal["warn", "block", "queue"]
Points = Annotated[int, Field(ge=1, le=100)]
REVIEW, BLOCK = 75, 95


class DuplicateRule(Value):
    """For one kind of record.

    From `review` points on a pair is looked at: with `queue` it only goes to the duplicate queue,
    with `warn` whoever enters it must say why it is none. With `block` the same, and from `block`
    points on only those with the right to override may enter it.
    """

    mode: Mode = "block"
    review: Points = REVIEW
    block: Points = BLOCK

    @model_validator(mode="after")
    def _in_order(self) -> "DuplicateRule":
        if self.block < self.review:
            raise ValueError("what is blocked is also reviewed: block may not be below review")
        return self


class DuplicateRules(Value):
    """The rule of each kind. Leads are never refused: they come from forms and campaigns."""

    account: DuplicateRule = DuplicateRule()
    contact: DuplicateRule = DuplicateRule()
    lead: DuplicateRule = DuplicateRule(mode="queue")

    @model_validator(mode="after")
    def _leads_come_in(self) -> "DuplicateRules":
        if self.lead.mode != "queue":
            raise ValueError("leads are queued, never refused")
        return self

    def of(self, kind: str) -> DuplicateRule:
        """The rule of a kind; raises AttributeError for kinds that have none."""
        rule: DuplicateRule = getattr(self, kind)
        return rule


class DuplicatePolicy(Setup):
    """The tenant's rules about duplicates; the default ones until they are replaced."""

    kind: ClassVar[str] = "duplicate_policy"
    prefix: ClassVar[str] = "dpp"

    rules: DuplicateRules = DuplicateRules()


class Allowance(Value):
    """Somebody enters a record although it looks like another one, and says why."""

    reason: Annotated[Line, Field(min_length=1, max_length=500)]
