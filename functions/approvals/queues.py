"""What waits for whom: the caller's queue, what they submitted, and how much each reviewer has."""

from collections import Counter
from typing import Any

from functions.approvals import circle
from functions.approvals.schemas import ApprovalQuery, ApprovalRow, Load, ReviewerLoad
from shared.domain.access import Scope
from shared.domain.approval.kinds import REVIEWABLE
from shared.domain.approval.model import Approval
from shared.domain.entity import Entity
from shared.domain.errors import Forbidden
from shared.http.call import AnyCall
from shared.storage import keys
from shared.storage.list_query import ListQuery
from shared.storage.record import from_item
from shared.storage.store import DocumentPage

MOST_COUNTED = 2000
"""Waiting approvals that the load counts; beyond these it says that it is not complete."""


def page(call: AnyCall, query: ApprovalQuery) -> DocumentPage:
    """Approvals, newest first, with what people call their subjects. Raises Forbidden for `all`
    without the right. At most three requests, more when many waiting ones are for others."""
    wanted, grant = _wanted(call, query), circle.everything(call)
    if query.whose == "all":
        _require_overseer(call)
        grant = call.grant
    found = call.store.page(Approval, wanted, grant, limit=query.limit, cursor=query.cursor)
    approvals = [Approval.from_document(text) for text in found.documents]
    labels = _labels(call, approvals)
    rows = [_row(approval, labels).model_dump_json() for approval in approvals]
    return DocumentPage(rows, found.cursor, found.complete)


def load(call: AnyCall) -> Load:
    """How much waits for each reviewer in the caller's reach. Raises Forbidden."""
    _require_overseer(call)
    query = ListQuery(state="pending")
    open_, late = Counter[str](), Counter[str]()
    seen = overdue = 0
    cursor: str | None = None
    while seen < MOST_COUNTED:
        found = call.store.page(Approval, query, call.grant, limit=200, cursor=cursor)
        for approval in map(Approval.from_document, found.documents):
            open_.update(approval.tags)
            late.update(approval.tags if approval.overdue else ())
            overdue += approval.overdue
        seen += len(found.documents)
        cursor = found.cursor
        if cursor is None:
            break
    people = (ReviewerLoad(user=u, open=n, overdue=late[u]) for u, n in open_.most_common())
    return Load(reviewers=tuple(people), open=seen, overdue=overdue, complete=cursor is None)


def _wanted(call: AnyCall, query: ApprovalQuery) -> ListQuery:
    actor = call.context.actor
    mine, submitted = query.whose == "mine", query.whose == "submitted"
    asked = tuple(sorted({actor, *circle.delegators(call, query.kind)})) if mine else ()
    return ListQuery(
        state="pending" if mine and query.state is None else query.state,
        owner=actor if submitted else None,
        relation=query.subject,
        equals={"source": query.kind} if query.kind else {},
        among={"tags": asked} if mine else {},
        ranges={"score": (1, None)} if query.overdue else {},
    )


def _labels(call: AnyCall, approvals: list[Approval]) -> dict[str, str]:
    wanted = {keys.entity(call.store.tenant, a.about.id): a.about for a in approvals}
    items = call.store.table.get_many(wanted) if wanted else {}
    found: dict[str, Any] = {
        about.id: from_item(REVIEWABLE[about.kind].entity, items[key])
        for key, about in wanted.items()
        if key in items
    }
    return {a.about.id: _label(found.get(a.about.id), a.about.id) for a in approvals}


def _label(subject: Entity | None, subject_id: str) -> str:
    """What people call a subject; its id when it is gone."""
    card = subject.card() if subject else None
    return card.label if card else subject_id


def _row(approval: Approval, labels: dict[str, str]) -> ApprovalRow:
    shown = set(ApprovalRow.model_fields) & set(Approval.model_fields)
    step = approval.current
    fields: dict[str, Any] = {name: getattr(approval, name) for name in shown}
    fields |= {"label": labels[approval.about.id], "approvers": approval.tags}
    return ApprovalRow(**fields, step=step.name if step else None)


def _require_overseer(call: AnyCall) -> None:
    if call.grant.scope is Scope.OWN:
        raise Forbidden("Only managers see what waits for others.")
