"""Review of new records: when one is fit to be seen by everybody at once, and when somebody has to
look at it first.

By default nothing is reviewed. Where a tenant asks for it, a record passes by itself when it is
complete, unique and from a trusted source; all others wait for a reviewer.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, ClassVar

from pydantic import Field

from shared.domain.access import Role
from shared.domain.approval.steps import ApprovalRules, ApproverRule, StepRule
from shared.domain.conditions import Facts
from shared.domain.conditions.evaluation import values_at
from shared.domain.entity import Value
from shared.domain.ids import derived_id
from shared.domain.tenancy import Setup
from shared.domain.text import Line

Weights = Annotated[
    dict[Annotated[str, Field(min_length=1, max_length=100)], Annotated[int, Field(ge=1, le=100)]],
    Field(max_length=50),
]
"""Field (dotted path) -> how much it counts for completeness."""

Score = Annotated[int, Field(ge=0, le=100)]
Source = Annotated[Line, Field(min_length=1, max_length=200)]
DEFAULT_RULES = ApprovalRules(
    steps=(StepRule(name="review", approvers=(ApproverRule(by="manager"),)),),
    fallback=(ApproverRule(by="role", value=Role.ADMIN.value),),
)


class ReviewRules(Value):
    """Which new records of a kind wait for a reviewer, and for whom.

    A record passes by itself when its completeness is at least `complete_from`, nothing known is
    as similar as `duplicate_from` (None: not looked at), and its source or channel is trusted
    (`trust_everybody`: any is). `weights`: empty for those of the kind.
    """

    enabled: bool = False
    auto_approve: bool = True
    weights: Weights = Field(default_factory=dict[str, int])
    complete_from: Score = 80
    duplicate_from: Annotated[int, Field(ge=1, le=100)] | None = 75
    trust_everybody: bool = False
    trusted_sources: Annotated[tuple[Source, ...], Field(max_length=100)] = ()
    trusted_channels: Annotated[tuple[Source, ...], Field(max_length=20)] = ()
    rules: ApprovalRules = DEFAULT_RULES


class ReviewPolicy(ReviewRules, Setup):  # pyright: ignore[reportIncompatibleVariableOverride]
    """A tenant's rules for new records of one kind."""

    kind: ClassVar[str] = "review_policy"
    prefix: ClassVar[str] = "rvp"
    model_config = Setup.model_config

    record_kind: str


class Completeness(Value):
    """How much of what counts is there (0 to 100), and which fields are missing."""

    score: int
    missing: tuple[str, ...] = ()


class Judgement(Value):
    """Whether a record passes by itself; if not, why: `incomplete`, `duplicate`, `untrusted`,
    `always_reviewed`."""

    completeness: Completeness
    similarity: int = 0
    reasons: tuple[str, ...] = ()

    @property
    def passes(self) -> bool:
        """Nobody has to look at it."""
        return not self.reasons


def policy_id(kind: str) -> str:
    """The id of a tenant's policy for a kind: there is one, so it follows from the kind."""
    return derived_id(ReviewPolicy.prefix, datetime(1970, 1, 1, tzinfo=UTC), kind)


def completeness(facts: Facts, weights: Mapping[str, int]) -> Completeness:
    """The share of the weights whose field has a value, rounded down: 100 means nothing misses."""
    whole = sum(weights.values())
    missing = tuple(path for path in weights if not any(True for _ in values_at(facts, path)))
    there = whole - sum(weights[path] for path in missing)
    return Completeness(score=100 * there // whole if whole else 100, missing=missing)


def judge(
    policy: ReviewRules,
    facts: Facts,
    weights: Mapping[str, int],
    *,
    channel: str,
    source: str | None,
    similarity: int,
) -> Judgement:
    """The judgement of a new record. `similarity` is the best score of a duplicate, 0 for none;
    `weights` are those of the kind, for a policy without its own."""
    complete = completeness(facts, policy.weights or weights)
    alike = policy.duplicate_from is not None and similarity >= policy.duplicate_from
    holds = {
        "always_reviewed": not policy.auto_approve,
        "incomplete": complete.score < policy.complete_from,
        "duplicate": alike,
        "untrusted": not _trusted(policy, channel, source),
    }
    reasons = tuple(reason for reason, found in holds.items() if found)
    return Judgement(completeness=complete, similarity=similarity, reasons=reasons)


def _trusted(policy: ReviewRules, channel: str, source: str | None) -> bool:
    if policy.trust_everybody or channel in policy.trusted_channels:
        return True
    return source is not None and _named(source, policy.trusted_sources)


def _named(source: str, trusted: Iterable[str]) -> bool:
    return source.casefold() in {name.casefold() for name in trusted}
