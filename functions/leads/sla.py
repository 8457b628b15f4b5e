"""The first-touch clock and fading scores: what happens when a lead's timer falls due.

An untouched lead: its owner is reminded, then it goes to another member, then the manager hears.
Every step acts and re-arms in one conditional write, so late, double and stale messages are
harmless.
"""

from datetime import datetime, timedelta

from functions.leads import intake
from functions.leads.assignment import NobodyEligible, Router
from functions.leads.roster import Roster
from shared.domain.context import Context
from shared.domain.errors import StaleVersion
from shared.domain.events.leads import LeadFirstTouchMissed
from shared.domain.leads import work
from shared.domain.leads.model import Lead
from shared.domain.tenancy import Team
from shared.runtime.consumers import Job
from shared.runtime.timers import TimerDue
from shared.storage.store import Store

ATTEMPTS = 5


def act(job: Job[TimerDue]) -> None:
    """Act on every timer of the lead that stands and is due."""
    for attempt in range(ATTEMPTS):
        lead = job.store.find(Lead, job.message.id)
        due = _due(lead, job.context) if lead else []
        if lead is None or not due:
            return
        try:
            _act_on(job.store, job.context, lead, due[0])
        except StaleVersion:
            if attempt == ATTEMPTS - 1:
                raise


def _due(lead: Lead, context: Context) -> list[str]:
    standing = sorted(lead.timers.items(), key=lambda timer: timer[1])
    return [name for name, at in standing if at <= context.now]


def _act_on(store: Store, context: Context, lead: Lead, timer: str) -> None:
    roster = Roster(store, context)
    if timer == work.RESCORE:
        intake.score_again(store, context, lead.id, roster)
    elif not lead.open or lead.touched_at is not None:
        intake.save(store, context, lead, _without(lead, context, timer))
    elif timer == work.FIRST_TOUCH:
        _remind(store, context, lead, roster)
    elif timer == work.REMINDED:
        _reroute(store, context, lead, roster)
    else:
        _alert(store, context, lead, work.REROUTED)


def _remind(store: Store, context: Context, lead: Lead, roster: Roster) -> None:
    """Remind the owner and arm the re-route (or, after a re-route, the manager's alert)."""
    policy = roster.routing.first_touch
    rerouted = _round(lead) > 0
    following = work.REROUTED if rerouted else work.REMINDED
    minutes = policy.alert_after if rerouted else policy.reroute_after
    next_due = roster.after_working(timedelta(minutes=minutes), context.now)
    event = _missed(lead, "reminder", lead.timers[work.FIRST_TOUCH])
    timers = _others(lead, work.FIRST_TOUCH) | {following: next_due}
    intake.save(store, context, lead, lead.evolve(context, event, timers=timers))


def _reroute(store: Store, context: Context, lead: Lead, roster: Roster) -> None:
    """Give the lead to somebody else in one write; nobody else there: the manager hears now."""
    event = _missed(lead, "reroute", lead.timers[work.REMINDED])
    told = lead.evolve(context, event, timers=_others(lead, work.REMINDED))
    exclude = {lead.owner} if lead.owner else set[str]()
    try:
        Router(store, context, roster, _round(lead) + 1).reassign(lead, told, exclude)
    except NobodyEligible:
        _alert(store, context, lead, work.REMINDED)


def _alert(store: Store, context: Context, lead: Lead, timer: str) -> None:
    """Tell the manager of the owner's team; the clock ends here."""
    team = store.find(Team, lead.team) if lead.team else None
    manager = team.manager if team else None
    event = _missed(lead, "manager_alert", lead.timers[timer], manager)
    intake.save(store, context, lead, lead.evolve(context, event, timers=_others(lead, timer)))


def _round(lead: Lead) -> int:
    return lead.routing.round if lead.routing else 0


def _missed(
    lead: Lead, step: str, due: datetime, manager: str | None = None
) -> LeadFirstTouchMissed:
    return LeadFirstTouchMissed.model_validate(
        {"step": step, "owner": lead.owner, "manager": manager, "due": due}
    )


def _without(lead: Lead, context: Context, timer: str) -> Lead:
    return lead.evolve(context, timers=_others(lead, timer))


def _others(lead: Lead, timer: str) -> dict[str, datetime]:
    return {name: at for name, at in lead.timers.items() if name != timer}
