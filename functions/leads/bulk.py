"""One action on many leads: what it is, and the right it needs."""

from collections.abc import Callable

from functions.leads import use_cases
from functions.leads.roster import Roster
from functions.leads.schemas import BulkOrder
from shared.domain.access import grant
from shared.domain.leads.capture import LeadChange
from shared.domain.leads.model import Lead
from shared.http import bulk
from shared.http.call import AnyCall
from shared.http.record_schemas import BulkAnswer

RIGHT_OF = {
    "change": "update",
    "tag": "update",
    "assign": "assign",
    "disqualify": "disqualify",
    "requalify": "disqualify",
    "delete": "delete",
    "restore": "restore",
}


def carry_out(call: AnyCall, order: BulkOrder) -> BulkAnswer:
    """The order on every lead, within the reach of the right that the action itself needs."""
    right = grant(call.context.principal, "lead", RIGHT_OF[order.action])
    act = _action(order, Roster(call.store, call.context))
    return bulk.carry_out(call, order.ids, right, act)


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
