"""Reading the audit trail."""

from functions.access.schemas import AuditList
from shared.domain.audit import AuditEntry
from shared.http.call import Call
from shared.http.contract import Nothing
from shared.storage.list_query import ListQuery
from shared.storage.store import DocumentPage


def list_entries(call: Call[Nothing, AuditList]) -> DocumentPage:
    """A page of entries, newest first."""
    given = call.query
    equals = {"status": given.outcome} if given.outcome else dict[str, str]()
    if given.actor and given.subject:
        equals["owner"] = given.actor  # the index of subjects carries actors, not the other way
    query = ListQuery(
        owner=None if given.subject else given.actor,
        relation=given.subject,
        state=given.action,
        created_from=given.created_from,
        created_before=given.created_before,
        equals=equals,
    )
    return call.store.page(AuditEntry, query, call.grant, limit=given.limit, cursor=given.cursor)
