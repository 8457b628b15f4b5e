"""The rules of a tenant by which leads get their points."""

from collections import Counter
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.domain.conditions import Condition, fields_of
from shared.domain.text import Line

Tier = Literal["hot", "warm", "cold"]
RuleId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
Label = Annotated[Line, Field(min_length=1, max_length=200)]
Points = Annotated[int, Field(ge=-100, le=100)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FitRule(_Part):
    """Points, for or against, as long as a condition on the lead's fields holds."""

    id: RuleId
    label: Label
    when: Condition
    points: Points


class BehaviourRule(_Part):
    """Points for each thing of this type that the lead did.

    They fade: after `half_life_days` half of them are left, counted in whole days; without it they
    stay. All together count at most `cap` in either direction.
    """

    id: RuleId
    label: Label
    type: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]{0,63}$")]
    points: Points
    half_life_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    cap: Annotated[int, Field(ge=1, le=100)] = 100


class Tiers(_Part):
    """From how many points a lead is hot or warm; below it is cold."""

    hot: Annotated[int, Field(ge=1, le=100)] = 60
    warm: Annotated[int, Field(ge=1, le=100)] = 30

    @model_validator(mode="after")
    def _hot_is_warmer(self) -> Self:
        if self.hot <= self.warm:
            raise ValueError("a hot lead needs more points than a warm one")
        return self

    def of(self, points: int) -> Tier:
        """The tier of this many points."""
        if points >= self.hot:
            return "hot"
        return "warm" if points >= self.warm else "cold"


class ScoringModel(_Part):
    """All rules of a tenant; every change gives a new `version`."""

    version: Annotated[int, Field(ge=1)] = 1
    base: Points = 0
    fit: Annotated[tuple[FitRule, ...], Field(max_length=100)] = ()
    behaviour: Annotated[tuple[BehaviourRule, ...], Field(max_length=50)] = ()
    tiers: Tiers = Tiers()

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        ids = Counter(rule.id for rule in (*self.fit, *self.behaviour))
        twice = sorted(rule for rule, times in ids.items() if times > 1)
        if twice:
            raise ValueError(f"two rules are called {', '.join(twice)}")
        return self

    def fields(self) -> frozenset[str]:
        """The lead fields that the rules look at."""
        return frozenset[str]().union(*(fields_of(rule.when) for rule in self.fit))
