"""One action on many leads: each is decided and stored alone, and each gets its own result."""

from collections.abc import Callable
from dataclasses import replace

from functions.leads import use_cases
from functions.leads.roster import Roster
from functions.leads.schemas import BulkOrder
from shared.domain.access import grant
from shared.domain.errors import ConcurrentChange, RapportError, StaleVersion
from shared.domain.leads.capture import LeadChange
from shared.domain.leads.model import Lead
from shared.http.call import AnyCall
from shared.http.record_schemas import BulkAnswer, BulkResult

RIGHT_OF = {
    "change": "update",
    "tag": "update",
    "assign": "assign",
    "disqualify": "disqualify",
    "requalify": "disqualify",
    "delete": "delete",
    "restore": "restore",
}
_ATTEMPTS = 3


def carry_out(call: AnyCall, order: BulkOrder) -> BulkAnswer:
    """The order on every lead, within the reach of the right that the action itself needs."""
    right = grant(call.context.principal, "lead", RIGHT_OF[order.action])
    act = _action(order, Roster(call.store, call.context))
    results = tuple(_one(replace(call, grant=right), act, lead_id) for lead_id in order.ids)
    outcomes = [result.outcome for result in results]
    return BulkAnswer(
        results=results,
        done=outcomes.count("done"),
        unchanged=outcomes.count("unchanged"),
        failed=outcomes.count("failed"),
    )


def _one(call: AnyCall, act: Callable[[AnyCall, str], Lead], lead_id: str) -> BulkResult:
    for attempt in range(_ATTEMPTS):
        single = replace(call, unit=call.store.begin(call.context), if_match=None)
        try:
            lead = act(single, lead_id)
            changed = len(single.unit) > 0
            single.unit.commit()
        except (StaleVersion, ConcurrentChange) as refusal:
            if attempt == _ATTEMPTS - 1:
                return _failed(lead_id, refusal)
        except RapportError as refusal:
            return _failed(lead_id, refusal)
        else:
            outcome = "done" if changed else "unchanged"
            return BulkResult(id=lead_id, outcome=outcome, version=lead.version)
    raise AssertionError("unreachable")


def _action(order: BulkOrder, roster: Roster) -> Callable[[AnyCall, str], Lead]:
    match order.action:
        case "change" if order.change is not None:
            given = order.change
            return lambda call, lead_id: use_cases.change(call, lead_id, given)
        case "assign" if order.owner is not None:
            owner = order.owner
            return lambda call, lead_id: use_cases.assign_by_hand(call, lead_id, owner, roster)
        case "disqualify" if order.disqualification is not None:
            reason = order.disqualification
            return lambda call, lead_id: use_cases.disqualify(call, lead_id, reason)
        case "requalify":
            return use_cases.requalify
        case "delete":
            return use_cases.delete
        case "restore":
            return use_cases.restore
        case _:
            return lambda call, lead_id: _tag(call, lead_id, order)


def _tag(call: AnyCall, lead_id: str, order: BulkOrder) -> Lead:
    lead = call.load(Lead, lead_id)
    kept = [tag for tag in lead.tags if tag not in order.remove_tags]
    tags = tuple(dict.fromkeys((*kept, *order.add_tags)))
    return use_cases.change(call, lead_id, LeadChange(tags=tags))


def _failed(lead_id: str, refusal: RapportError) -> BulkResult:
    return BulkResult(id=lead_id, outcome="failed", code=refusal.code, message=refusal.message)
