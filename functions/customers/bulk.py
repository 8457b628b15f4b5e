"""One action on many customers: what it is, and the right it needs."""

from functions.customers import use_cases
from functions.customers.kinds import CustomerKind
from functions.customers.schemas import BulkAccounts, BulkContacts
from shared.domain.access import field_rules, grant, refuse_ruled_fields
from shared.http import bulk
from shared.http.bulk import Act
from shared.http.call import AnyCall
from shared.http.record_schemas import BulkAnswer

RIGHT_OF = {
    "change": "update",
    "tag": "update",
    "assign": "assign",
    "delete": "delete",
    "restore": "restore",
}


def carry_out(call: AnyCall, kind: CustomerKind, order: BulkAccounts | BulkContacts) -> BulkAnswer:
    """The order on every record, within the reach of the right that the action itself needs."""
    caller = call.context.principal
    right = grant(caller, kind.name, RIGHT_OF[order.action])
    if order.change is not None:
        refuse_ruled_fields(field_rules(caller, kind.name), order.change.model_fields_set)
    return bulk.carry_out(call, order.ids, right, _action(kind, order))


def _action(kind: CustomerKind, order: BulkAccounts | BulkContacts) -> Act:
    match order.action:
        case "change":
            return lambda call, i: use_cases.change(call, kind, i, order.change)
        case "assign" if order.owner is not None:
            owner = order.owner
            return lambda call, i: use_cases.assign(call, kind, i, owner)
        case "delete":
            return lambda call, i: use_cases.archive(call, kind, i)
        case "restore":
            return lambda call, i: use_cases.restore(call, kind, i)
        case _:
            return lambda call, i: use_cases.tag(call, kind, i, order.add_tags, order.remove_tags)
