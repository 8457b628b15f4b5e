"""What people and rules do with a lead after it came in: each function gives the next state.

Guards against impossible transitions live here, so no caller can forget one.
"""

from datetime import datetime
from typing import Literal

from shared.domain.context import Context
from shared.domain.errors import InvalidState
from shared.domain.events.leads import (
    LeadAssigned,
    LeadBehaved,
    LeadDeleted,
    LeadDisqualified,
    LeadRequalified,
    LeadRestored,
    LeadScored,
    LeadTouched,
    LeadWaiting,
)
from shared.domain.leads.model import (
    MAX_BEHAVIOURS,
    Behaviour,
    Disqualification,
    Lead,
    Routing,
)
from shared.domain.scoring import Score

FIRST_TOUCH = "first_touch"
REMINDED = "first_touch_reminded"
REROUTED = "first_touch_rerouted"
CLOCK = frozenset({FIRST_TOUCH, REMINDED, REROUTED})
"""The first-touch clock: one of these timers stands at a time."""

RESCORE = "rescore"
DisqualifyReason = Literal["no_need", "no_budget", "wrong_contact", "competitor", "spam", "other"]


def disqualify(context: Context, lead: Lead, reason: DisqualifyReason, note: str = "") -> Lead:
    """The lead closed with a reason; its clocks stop. Raises InvalidState unless it is open."""
    _require_open(lead)
    before = lead.status
    closed = Disqualification.model_validate({"reason": reason, "note": note, "before": before})
    event = LeadDisqualified(reason=reason, before=before)
    return lead.evolve(context, event, status="disqualified", disqualification=closed, timers={})


def requalify(context: Context, lead: Lead) -> Lead:
    """The lead as it was before it was disqualified. Raises InvalidState if it is not."""
    if lead.disqualification is None:
        raise InvalidState("The lead is not disqualified.", details={"status": lead.status})
    status = lead.disqualification.before
    event = LeadRequalified(status=status)
    return lead.evolve(context, event, status=status, disqualification=None)


def delete(context: Context, lead: Lead) -> Lead:
    """The lead in the bin, from which it can be restored; its outside id stays reserved."""
    return lead.evolve(context, LeadDeleted(), deleted_at=context.now)


def restore(context: Context, lead: Lead) -> Lead:
    """The lead back from the bin. Raises InvalidState if it is not there."""
    if lead.deleted_at is None:
        raise InvalidState("The lead is not in the bin.")
    return lead.evolve(context, LeadRestored(), deleted_at=None)


def apply_score(context: Context, lead: Lead, score: Score) -> Lead:
    """The lead with this score; the same lead when points, tier and model are unchanged."""
    timers = {name: at for name, at in lead.timers.items() if name != RESCORE}
    if score.next_change_at is not None and lead.open:
        timers[RESCORE] = score.next_change_at
    known = lead.scoring
    same = known is not None and (known.points, known.tier, known.model_version) == (
        score.points,
        score.tier,
        score.model_version,
    )
    if same and timers == lead.timers:
        return lead
    event = LeadScored(score=score.points, tier=score.tier, model_version=score.model_version)
    events = () if same else (event,)
    return lead.evolve(
        context, *events, score=score.points, tier=score.tier, scoring=score, timers=timers
    )


def assign(
    context: Context,
    lead: Lead,
    owner: str,
    team: str | None,
    *,
    routing: Routing,
    first_touch_due: datetime | None,
) -> Lead:
    """The lead with a new owner; for an untouched one the first-touch clock starts anew.

    Raises InvalidState unless the lead is open.
    """
    _require_open(lead)
    timers = _without_clock(lead)
    if first_touch_due is not None and lead.touched_at is None:
        timers[FIRST_TOUCH] = first_touch_due
    event = LeadAssigned(
        owner=owner,
        team=team,
        previous_owner=lead.owner,
        by_rule=routing.rule,
        first_touch_due=timers.get(FIRST_TOUCH),
    )
    return lead.evolve(context, event, owner=owner, team=team, routing=routing, timers=timers)


def wait(context: Context, lead: Lead, routing: Routing, team: str | None = None) -> Lead:
    """The lead in the unassigned queue, with an alert."""
    timers = _without_clock(lead)
    event = LeadWaiting(reason=routing.reason, team=team)
    return lead.evolve(context, event, owner=None, team=team, routing=routing, timers=timers)


def touch(context: Context, lead: Lead, channel: str) -> Lead:
    """The lead after a contact: the first one stops the clock and starts the work."""
    if lead.touched_at is not None:
        return lead
    timers = _without_clock(lead)
    status = "working" if lead.status == "new" else lead.status
    event = LeadTouched(by=context.actor, channel=channel)
    return lead.evolve(
        context,
        event,
        touched_at=context.now,
        touched_by=context.actor,
        status=status,
        timers=timers,
    )


def behave(context: Context, lead: Lead, behaviour: Behaviour) -> Lead:
    """The lead with one more behaviour; the oldest beyond the limit are forgotten."""
    kept = sorted((*lead.behaviours, behaviour), key=lambda b: b.at)[-MAX_BEHAVIOURS:]
    return lead.evolve(context, LeadBehaved(behaviour=behaviour.type), behaviours=tuple(kept))


def _without_clock(lead: Lead) -> dict[str, datetime]:
    return {name: at for name, at in lead.timers.items() if name not in CLOCK}


def _require_open(lead: Lead) -> None:
    if not lead.open:
        raise InvalidState(
            f"The lead is {lead.status if lead.deleted_at is None else 'deleted'}.",
            details={"status": lead.status},
        )
