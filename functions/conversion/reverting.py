"""Taking a conversion back: the lead is worked again, what was made is archived, what was changed
is restored field by field. Whatever somebody did since is kept and told, never overwritten.
"""

from typing import Any

from functions.conversion.below import Below
from functions.conversion.schemas import ConflictView, Kept, Restored, ReversalView
from shared.domain.conversion.model import Children, Conversion, Reversal, Target
from shared.domain.conversion.reverting import Undone, take_back
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.entity import Entity
from shared.domain.errors import InvalidState, StaleVersion
from shared.domain.events.conversion import LeadConversionReverted
from shared.domain.leads import converting
from shared.domain.leads.model import Lead
from shared.domain.opportunities.model import Opportunity
from shared.http.call import AnyCall
from shared.runtime.consumers import Job
from shared.runtime.timers import TimerDue
from shared.storage.customer_entry import change_customer
from shared.storage.lead_load import balance

_TYPES: dict[str, Any] = {"account": Account, "contact": Contact, "opportunity": Opportunity}
_BOTTOM_UP = ("opportunity", "contact", "account")
_ATTEMPTS = 5


def revert(call: AnyCall, lead_id: str) -> ReversalView:
    """The lead back in the status it had. All in one transaction.

    Raises InvalidState: `not_converted`, `reversal_too_late`, `reversal_hindered` by won
    opportunities or other final business below.
    """
    lead = call.load(Lead, lead_id)
    became = converting.require_converted(lead)
    conversion = call.store.load(Conversion, became.id)
    if call.context.now >= conversion.revertible_until:
        raise InvalidState(
            "The time in which this conversion could be taken back is over.",
            code="reversal_too_late",
            details={"until": conversion.revertible_until.isoformat()},
        )
    undone = _undo(call, conversion)
    _put(call, undone)
    return _finish(call, lead, conversion, undone)


def forget(job: Job[TimerDue]) -> None:
    """Drop what only a reversal needed, once its last day is over."""
    for attempt in range(_ATTEMPTS):
        found = job.store.find(Conversion, job.message.id)
        if found is None or not found.timers or min(found.timers.values()) > job.context.now:
            return
        unit = job.store.begin(job.context)
        unit.put(found.evolve(job.context, **found.forgetting()))
        try:
            unit.commit()
        except StaleVersion:
            if attempt == _ATTEMPTS - 1:
                raise
        else:
            return


def _undo(call: AnyCall, conversion: Conversion) -> list[Undone]:
    """What becomes of each target, what stands on others first. Raises InvalidState."""
    records = _records(call, conversion)
    below = Below(call.store, conversion, records)
    if hindered := below.final():
        raise InvalidState(
            "Business was done with what the lead became.",
            code="reversal_hindered",
            details={"hindrances": hindered},
        )
    undone: list[Undone] = []
    for kind in _BOTTOM_UP:
        for target in conversion.targets:
            record = records.get(target.id)
            if target.kind != kind:
                continue
            if record is None:
                undone.append(Undone(target, kept_for="archived_or_merged"))
            else:
                why = below.reason_to_keep(target, undone)
                undone.append(take_back(call.context, target, record, why))
    return undone


def _records(call: AnyCall, conversion: Conversion) -> dict[str, Entity]:
    """The targets as they are; without those that are gone, archived or merged into others."""
    found: dict[str, Entity] = {}
    for target in conversion.targets:
        record: Entity | None = call.store.find(_TYPES[target.kind], target.id)
        if record is not None:
            found[target.id] = record
    return found


def _put(call: AnyCall, undone: list[Undone]) -> None:
    for one in undone:
        after = one.after
        if isinstance(after, Account | Contact):
            customer: Any = after
            before: Any = after.stored
            change_customer(call.store, call.unit, call.context, before, customer, carried=True)
        elif after is not None:
            call.unit.put(after)


def _finish(
    call: AnyCall, lead: Lead, conversion: Conversion, undone: list[Undone]
) -> ReversalView:
    archived = tuple(one.target.id for one in undone if one.archived)
    kept = tuple(_kept(one.target, one.kept_for) for one in undone if one.kept_for is not None)
    conflicts = tuple(conflict for one in undone for conflict in one.conflicts)
    event = LeadConversionReverted(
        conversion=conversion.id,
        status=lead.conversion.before if lead.conversion else lead.status,
        archived=archived,
        kept=tuple(one.id for one in kept),
        conflicts=len(conflicts),
    )
    worked = converting.revert(call.context, lead, event, conversion.lead_timers)
    balance(call.unit, lead, worked)
    call.unit.put(worked)
    reversal = Reversal(
        at=call.context.now,
        by=call.context.actor,
        archived=archived,
        kept=tuple(one.id for one in kept),
        conflicts=tuple(f"{c.id}.{c.field}" for c in conflicts),
    )
    changes = conversion.forgetting() | {
        "reversal": reversal,
        "deleted_at": call.context.now,
        "children": Children(state="returning", at=call.context.now),
    }
    call.unit.put(conversion.evolve(call.context, **changes))
    restored = [one for one in undone if one.restored]
    return ReversalView(
        lead=worked.id,
        status=worked.status,
        archived=archived,
        restored=tuple(
            Restored(kind=o.target.kind, id=o.target.id, fields=o.restored) for o in restored
        ),
        kept=kept,
        conflicts=tuple(
            ConflictView.model_validate({"kind": c.kind, "id": c.id, "field": c.field})
            for c in conflicts
        ),
    )


def _kept(target: Target, reason: str) -> Kept:
    return Kept(kind=target.kind, id=target.id, reason=reason)
