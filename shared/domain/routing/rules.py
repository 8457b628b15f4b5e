"""The rules of a tenant by which records find a team, and the members they may go to."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.domain.calendars import WorkingCalendar
from shared.domain.conditions import ALWAYS, Condition, fields_of
from shared.domain.text import Line

Strategy = Literal["round_robin", "least_load"]


class RoutingRule(BaseModel):
    """Records for which `when` holds go to `team`, by `strategy`.

    Rules are tried by `priority`, the smallest first; the first that matches decides. When nobody
    in its team can take the record it waits, or the `next_rule` is tried.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
    label: Annotated[Line, Field(min_length=1, max_length=200)]
    priority: Annotated[int, Field(ge=0, le=1_000_000)] = 100
    enabled: bool = True
    when: Condition = ALWAYS
    team: Annotated[str, Field(min_length=1, max_length=64)]
    strategy: Strategy = "round_robin"
    working_only: bool = True
    when_nobody: Literal["wait", "next_rule"] = "wait"


class RoutingPolicy(BaseModel):
    """All routing rules of a tenant; every change gives a new `version`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Annotated[int, Field(ge=1)] = 1
    rules: Annotated[tuple[RoutingRule, ...], Field(max_length=200)] = ()

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        ids = Counter(rule.id for rule in self.rules)
        twice = sorted(rule for rule, times in ids.items() if times > 1)
        if twice:
            raise ValueError(f"two rules are called {', '.join(twice)}")
        return self

    def fields(self) -> frozenset[str]:
        """The record fields that the rules look at."""
        return frozenset[str]().union(*(fields_of(rule.when) for rule in self.rules))

    def teams(self) -> frozenset[str]:
        """The teams that enabled rules may send records to."""
        return frozenset(rule.team for rule in self.rules if rule.enabled)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a team as they stand now.

    `turn` is the place of their last assignment in the rota (None: never had one), `load` the open
    records they hold, `cap` how many they may. Without a calendar they always work.
    """

    user: str
    active: bool = True
    calendar: WorkingCalendar | None = None
    on_leave_until: datetime | None = None
    load: int = 0
    cap: int | None = None
    turn: int | None = None
