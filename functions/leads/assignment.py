"""Finding and claiming an owner: decided by the rules, claimed in one conditional transaction."""

from collections.abc import Collection
from dataclasses import dataclass
from zlib import crc32

from functions.leads.decisions import record_decision
from functions.leads.roster import Roster
from shared.domain.context import Context
from shared.domain.errors import ConcurrentChange, InvalidState, Unavailable
from shared.domain.leads import work
from shared.domain.leads.model import Lead, Routing
from shared.domain.routing import Candidate, Decision, choose
from shared.storage import rota
from shared.storage.lead_load import balance
from shared.storage.rota import Standing
from shared.storage.store import Store
from shared.storage.unit_of_work import UnitOfWork

ROUNDS = 20
"""How often the rota is read anew when others were faster."""


class NobodyEligible(InvalidState):
    """Nobody whom the rules name can take the lead now."""

    code = "nobody_eligible"

    def __init__(self, decision: Decision) -> None:
        super().__init__(decision.reason)
        self.decision = decision


@dataclass(frozen=True, slots=True)
class Router:
    """Assigns leads of one tenant. `round`: how often the first-touch clock has moved them on."""

    store: Store
    context: Context
    roster: Roster
    round: int = 0

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
            candidate = _next_in_turn(decision, lead.id)
            unit = self.store.begin(self.context)
            after = self._claim(unit, stored, lead, decision, candidate)
            try:
                unit.commit()
            except ConcurrentChange:
                self.roster.forget(decision.team or "")
            else:
                self.roster.claimed(decision.team or "", candidate)
                return after
        raise Unavailable("Too many leads are being assigned at this moment.")

    def propose(self, unit: UnitOfWork, lead: Lead, exclude: Collection[str]) -> Lead:
        """The same as part of the caller's unit, whose commit may raise ConcurrentChange."""
        decision = self._decide(lead, exclude)
        return self._claim(unit, lead, lead, decision, _next_in_turn(decision, lead.id))

    def _decide(self, lead: Lead, exclude: Collection[str]) -> Decision:
        now = self.context.now
        members = self.roster.members(now)
        decision = choose(self.roster.routing.policy, lead, members, now, exclude)
        if decision.unassigned:
            raise NobodyEligible(decision)
        return decision

    def _claim(
        self,
        unit: UnitOfWork,
        stored: Lead,
        lead: Lead,
        decision: Decision,
        candidate: Candidate,
    ) -> Lead:
        team = decision.team or ""
        assigned = work.assign(
            self.context,
            lead,
            candidate.user,
            team,
            routing=self._routing(decision, "assigned"),
            first_touch_due=self.roster.first_touch_due(lead.tier, self.context.now),
        )
        standing = Standing(candidate.turn, candidate.load)
        rota.claim(
            unit, team, candidate.user, standing, turn=candidate.next_turn, cap=candidate.cap
        )
        return self._put(unit, stored, assigned, decision, claimed=True)

    def _wait(self, stored: Lead, lead: Lead, decision: Decision) -> Lead:
        waiting = work.wait(self.context, lead, self._routing(decision, "waiting"), decision.team)
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

    def _routing(self, decision: Decision, outcome: str) -> Routing:
        return Routing.model_validate(
            {
                "at": self.context.now,
                "rule": decision.rule,
                "strategy": decision.strategy,
                "outcome": outcome,
                "reason": decision.reason,
                "round": self.round,
            }
        )


def _next_in_turn(decision: Decision, lead_id: str) -> Candidate:
    """One of those who come first by equal right, another one for each lead.

    Many routers at work would otherwise all reach for the same person. Whoever's claim holds is
    really next: turns only grow, so nobody else's can be lower than it was read.
    """
    equal = decision.next_in_turn
    return equal[crc32(lead_id.encode()) % len(equal)]
