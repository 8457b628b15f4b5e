"""Assignment as pure functions: which team, who in it, in what order, and why not the others."""

from shared.domain.routing.choice import choose
from shared.domain.routing.decision import Candidate, Decision, Excluded, Trial
from shared.domain.routing.rules import Member, RoutingPolicy, RoutingRule, Strategy

__all__ = [
    "Candidate",
    "Decision",
    "Excluded",
    "Member",
    "RoutingPolicy",
    "RoutingRule",
    "Strategy",
    "Trial",
    "choose",
]
