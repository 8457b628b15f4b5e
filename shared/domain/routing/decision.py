"""The storable answer to "why this person?": candidates in order, everybody else with a reason."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from shared.domain.conditions import Outcome
from shared.domain.routing.rules import Strategy

Why = Literal["inactive", "had_it_before", "on_leave", "not_working", "at_cap"]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Candidate(_Record):
    """Somebody who may take the record. The claim holds only while their turn is still `turn`,
    and then sets it to `next_turn`."""

    user: str
    turn: int | None
    next_turn: int
    load: int
    cap: int | None = None


class Excluded(_Record):
    """Somebody who may not, why, and from when they could if only time stands in the way."""

    user: str
    why: Why
    until: datetime | None = None


class Trial(_Record):
    """One rule that was looked at: whether it matched, and by which comparisons."""

    rule: str
    matched: bool
    comparisons: tuple[Outcome, ...] = ()


class Decision(_Record):
    """Who may take the record, first choice first.

    `no_rule` and `nobody` have no candidates: the record waits unassigned and an alert goes out.
    `retry_at` is when waiting alone makes somebody eligible.
    """

    outcome: Literal["candidates", "nobody", "no_rule"]
    rule: str | None = None
    label: str | None = None
    team: str | None = None
    strategy: Strategy | None = None
    candidates: tuple[Candidate, ...] = ()
    excluded: tuple[Excluded, ...] = ()
    trials: tuple[Trial, ...] = ()
    policy_version: int
    decided_at: datetime
    retry_at: datetime | None = None

    @property
    def unassigned(self) -> bool:
        """Whether nobody can take the record now."""
        return not self.candidates

    @property
    def next_in_turn(self) -> tuple[Candidate, ...]:
        """The candidates who come first by equal right."""
        first = self._rank(self.candidates[0])
        return tuple(c for c in self.candidates if self._rank(c) == first)

    @property
    def reason(self) -> str:
        """One line for people."""
        if self.outcome == "no_rule":
            return "No routing rule matches."
        if self.outcome == "nobody":
            return f"Rule '{self.label}' matches, but nobody in its team can take work now."
        how = "whose turn it is" if self.strategy == "round_robin" else "who has least open work"
        return f"Rule '{self.label}': {how}."

    def _rank(self, candidate: Candidate) -> tuple[int, int]:
        load = candidate.load if self.strategy == "least_load" else 0
        return load, candidate.turn or 0
