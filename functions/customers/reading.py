"""Lists of customers: by filters, by search, of a segment, of what is in review."""

from dataclasses import replace

from functions.customers.kinds import CustomerKind
from functions.customers.schemas import AccountQuery, ContactQuery
from shared.domain.access import grant
from shared.domain.errors import InvalidInput
from shared.http.call import AnyCall
from shared.http.records import page_of
from shared.storage.store import DocumentPage


def page(call: AnyCall, kind: CustomerKind, query: AccountQuery | ContactQuery) -> DocumentPage:
    """Records within the caller's reach. Raises Forbidden, InvalidInput."""
    wanted = query.to_list_query(call.context.actor)
    if query.review is not None:
        if query.q or query.segment:
            message = "What is in review is neither found by search nor member of a segment."
            raise InvalidInput.of("review", "not_with_others", message)
        mine = query.review == "mine"
        wanted = replace(wanted, hidden=True, owner=call.context.actor if mine else None)
        if not mine:
            right = grant(call.context.principal, kind.name, "review")
            call = replace(call, grant=replace(right, at=call.context.now))
    return page_of(
        call,
        kind.entity,
        wanted,
        text=query.q,
        limit=query.limit,
        cursor=query.cursor,
        segment=query.segment,
    )
