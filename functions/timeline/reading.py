"""Reading timelines and overviews, in as few requests as they have parts."""

import json
from typing import Any

from functions.timeline.schemas import TimelineFilter
from shared.domain.access import Principal, apply_field_rules, field_rules, rights_of
from shared.domain.customers.account import Account
from shared.domain.entity import Entity
from shared.domain.errors import NotFound
from shared.domain.ids import is_id
from shared.domain.rights import EVERYONE, RIGHTS, Role
from shared.http.call import AnyCall
from shared.storage import keys, overview
from shared.storage.record import from_item
from shared.storage.store import DocumentPage
from shared.storage.timeline import TimelineQuery

NEWEST = 10
"""Entries that an overview shows."""


def timeline_of(call: AnyCall, entity_type: type[Entity], record_id: str) -> DocumentPage:
    """A page of a record's timeline; also of one in the bin. One request besides the record."""
    record = call.load(entity_type, record_id, deleted=True)
    asked: TimelineFilter = call.query
    query = TimelineQuery(
        asked.since, asked.before, tuple(asked.type), closed_kinds(call.context.principal)
    )
    return call.store.timeline(record.id, query, limit=asked.limit, cursor=asked.cursor)


def account_overview(call: AnyCall, account_id: str) -> str:
    """The account from all sides, as JSON. Three requests.

    Raises NotFound, Moved.
    """
    account, figures = _account_and_figures(call, account_id)
    principal = call.context.principal
    closed = closed_kinds(principal)
    items, more = overview.open_items(call.store.table, call.store.tenant, account.id)
    query = TimelineQuery(without_kinds=closed)
    entries = [
        json.loads(e) for e in call.store.timeline(account.id, query, limit=NEWEST).documents
    ]
    open_items = [json.loads(item) for item in items]
    profile = json.loads(account.document())
    whole: dict[str, Any] = {
        "profile": apply_field_rules(field_rules(principal, Account.kind), profile),
        "open_items": [item for item in open_items if item["kind"] not in closed],
        "more_open_items": more,
        "figures": {n: v for n, v in figures.items() if n.partition(".")[0] not in closed},
        "last_activity_at": entries[0]["at"] if entries else None,
        "timeline": entries,
    }
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def closed_kinds(principal: Principal) -> tuple[str, ...]:
    """Kinds of records that have rights of their own and that the caller may not read.

    What has no rights of its own (a note, an affiliation) belongs to whoever reads the record.
    """
    if principal.role is Role.SYSTEM:
        return ()
    known = {resource for rights in (EVERYONE, *RIGHTS.values()) for resource in rights}
    readable = {resource for resource, actions in rights_of(principal).items() if "read" in actions}
    return tuple(sorted(known - readable))


def _account_and_figures(call: AnyCall, account_id: str) -> tuple[Account, dict[str, str]]:
    missing = NotFound(f"There is no {Account.kind} with this id.")
    if not is_id(account_id, Account.prefix):
        raise missing
    tenant = call.store.tenant
    wanted = [keys.entity(tenant, account_id), keys.figures(tenant, account_id)]
    found = call.store.table.get_many(wanted, consistent=True)
    item = found.get(wanted[0])
    if item is None:
        raise missing
    account = call.admit(from_item(Account, item))
    sums = overview.sums_in(found.get(wanted[1]))
    return account, {name: f"{value:f}" for name, value in sums.items()}
