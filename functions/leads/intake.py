"""What follows when leads come in or change: scores, owners, and scores again."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from functions.leads.assignment import Router
from functions.leads.roster import Roster
from shared.domain.access import Grant, Scope
from shared.domain.context import Context
from shared.domain.errors import StaleVersion
from shared.domain.events.leads import LeadCaptured
from shared.domain.leads import work
from shared.domain.leads.model import Lead
from shared.domain.scoring import Score, score
from shared.http.call import AnyCall
from shared.runtime.consumers import Delivery, Job, Message
from shared.runtime.runtime import runtime
from shared.storage.list_query import ListQuery
from shared.storage.store import Store

CHUNK = 100
ATTEMPTS = 5


class RescoreChunk(Message):
    """Some leads to score again."""

    ids: Annotated[tuple[str, ...], Field(max_length=CHUNK)]


def take_in(delivery: Delivery) -> None:
    """Score a captured lead and give it an owner, in one write. Repeated deliveries do nothing."""
    store, context = delivery.store, delivery.context
    roster = Roster.shared(delivery.memo, store, context)
    assign = isinstance(delivery.event, LeadCaptured) and delivery.event.assign
    for attempt in range(ATTEMPTS):
        subject = delivery.envelope.subject.id
        lead = delivery.subject(Lead) if attempt == 0 else store.find(Lead, subject)
        if lead is None or not lead.open:
            return
        scored = work.apply_score(context, lead, score_of(roster, lead, context))
        try:
            if assign and lead.routing is None:
                Router(store, context, roster).assign(lead, scored)
            else:
                save(store, context, lead, scored)
        except StaleVersion:
            if attempt == ATTEMPTS - 1:
                raise
        else:
            return


def reassign(call: AnyCall, lead_id: str) -> Lead:
    """Let the rules choose somebody else, at once. Raises NobodyEligible."""
    lead = call.load(Lead, lead_id)
    roster = Roster(call.store, call.context)
    exclude = {lead.owner} if lead.owner else set[str]()
    return Router(call.store, call.context, roster).propose(call.unit, lead, exclude)


def score_again(store: Store, context: Context, lead_id: str, roster: Roster | None = None) -> None:
    """Bring a lead's score up to date; nothing is written when it is the same."""
    known = roster or Roster(store, context)
    for attempt in range(ATTEMPTS):
        lead = store.find(Lead, lead_id)
        if lead is None:
            return
        try:
            save(
                store,
                context,
                lead,
                work.apply_score(context, lead, score_of(known, lead, context)),
            )
        except StaleVersion:
            if attempt == ATTEMPTS - 1:
                raise
        else:
            return


def rescore_all(delivery: Delivery) -> None:
    """Send every open lead to be scored again, in chunks. Repeating it only repeats the work."""
    grant = Grant(delivery.context.principal, "lead", Scope.ALL)
    chunk: list[str] = []
    for status in ("new", "working", "nurturing", "qualified"):
        for lead in delivery.store.list_all(Lead, ListQuery(state=status), grant):
            chunk.append(lead.id)
            if len(chunk) == CHUNK:
                _send(delivery, chunk)
                chunk = []
    if chunk:
        _send(delivery, chunk)


def rescore_chunk(job: Job[RescoreChunk]) -> None:
    """Score these leads again."""
    roster = Roster(job.store, job.context)
    for lead_id in job.message.ids:
        score_again(job.store, job.context, lead_id, roster)


def score_of(roster: Roster, lead: Lead, context: Context) -> Score:
    """The lead's score under the tenant's model, now."""
    return score(roster.scoring.model, lead, lead.behaviours, context.now)


def save(store: Store, context: Context, before: Lead, after: Lead) -> None:
    """Store a changed lead whose owner is the same; nothing when it is unchanged."""
    if after is not before:
        unit = store.begin(context)
        unit.put(after)
        unit.commit()


def _send(delivery: Delivery, ids: Iterable[str]) -> None:
    order = RescoreChunk(
        tenant=delivery.context.tenant,
        correlation_id=delivery.context.correlation_id,
        ids=tuple(ids),
    )
    runtime().send("lead-rescoring-chunks", [order])
