"""Finding and claiming an owner: decided by the rules, claimed in one conditional transaction."""

from collections.abc import Collection
from dataclasses import dataclass

from functions.leads.decisions import record_decision
from functions.leads.load import balance
from functions.leads.roster import Roster
from shared.domain.context import Context
from shared.domain.errors import ConcurrentChange, InvalidState, Unavailable
from shared.domain.leads import work
from shared.domain.leads.model import Lead, Routing
from shared.domain.routing import Candidate, Decision, choose
from shared.storage import rota
from shared.storage.rota import TurnTaken
from shared.storage.store import Store
from shared.storage.unit_of_work import UnitOfWork

ROUNDS = 8
"""How often the rota is read anew when every candidate was taken in between."""


class NobodyEligible(InvalidState):
    """Nobody whom the rules name can take the lead now."""

    code = "nobody_eligible"

    def __init__(self, decision: Decision) -> None:
        super().__init__(decision.reason)
        self.decision = decision


@dataclass(frozen=True, slots=True)
class Router:
    """Assigns leads of one tenant."""

    store: Store
    context: Context
    roster: Roster

    def assign(self, stored: Lead, lead: Lead) -> Lead:
        """Give `lead` (a changed form of `stored`) an owner by rule and store it, in one write.

        Nobody eligible: it is stored waiting, with an alert event. The decision is kept beside it.
        Raises StaleVersion when the lead changed meanwhile, Unavailable when too many compete.
        """
        try:
            return self.reassign(stored, lead, exclude=())
        except NobodyEligible as nobody:
            return self._wait(stored, lead, nobody.decision)

    def reassign(self, stored: Lead, lead: Lead, exclude: Collection[str]) -> Lead:
        """The same for somebody who is not in `exclude`. Raises NobodyEligible, storing nothing."""
        for _ in range(ROUNDS):
            decision = self._decide(lead, exclude)
            if decision.unassigned:
                raise NobodyEligible(decision)
            for candidate in decision.candidates:
                try:
                    return self._claim(stored, lead, decision, candidate)
                except (TurnTaken, ConcurrentChange):
                    continue
            self.roster.forget(decision.team or "")
        raise Unavailable("Too many leads are being assigned at this moment.")

    def _decide(self, lead: Lead, exclude: Collection[str]) -> Decision:
        now = self.context.now
        members = self.roster.members(now)
        return choose(self.roster.routing.policy, lead, members, now, exclude)

    def _claim(self, stored: Lead, lead: Lead, decision: Decision, candidate: Candidate) -> Lead:
        team = decision.team or ""
        assigned = work.assign(
            self.context,
            lead,
            candidate.user,
            team,
            routing=self._routing(decision, "assigned", lead),
            first_touch_due=self.roster.first_touch_due(lead.tier, self.context.now),
        )
        unit = self.store.begin(self.context)
        standing = self.roster.standing(team, candidate.user)
        rota.claim(
            unit, team, candidate.user, standing, turn=candidate.next_turn, cap=candidate.cap
        )
        after = self._put(unit, stored, assigned, decision, claimed=True)
        unit.commit()
        self.roster.claimed(team, candidate.user, candidate.next_turn)
        return after

    def _wait(self, stored: Lead, lead: Lead, decision: Decision) -> Lead:
        waiting = work.wait(
            self.context, lead, self._routing(decision, "waiting", lead), decision.team
        )
        unit = self.store.begin(self.context)
        after = self._put(unit, stored, waiting, decision, claimed=False)
        unit.commit()
        return after

    def _put(
        self, unit: UnitOfWork, stored: Lead, lead: Lead, decision: Decision, *, claimed: bool
    ) -> Lead:
        balance(unit, stored, lead, claimed=claimed)
        record_decision(unit, stored, decision)
        return unit.put(lead)

    def _routing(self, decision: Decision, outcome: str, lead: Lead) -> Routing:
        return Routing.model_validate(
            {
                "at": self.context.now,
                "rule": decision.rule,
                "strategy": decision.strategy,
                "outcome": outcome,
                "reason": decision.reason,
                "round": lead.routing.round + 1 if lead.routing else 0,
            }
        )
