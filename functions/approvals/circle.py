"""Who may see an approval, and for whom the caller may decide in it."""

from dataclasses import replace

from shared.domain.access import Grant, Principal, Role, Scope, grant, may
from shared.domain.approval.flow import may_decide
from shared.domain.approval.model import Approval, Delegation
from shared.domain.errors import NotFound
from shared.http.call import AnyCall
from shared.storage.list_query import ListQuery
from shared.storage.store import Store

MOST = 200
"""Delegations that are looked at: far more than a person has."""


def load(call: AnyCall, approval_id: str) -> Approval:
    """The approval, for those involved, their delegates, and managers whose right reaches it.

    Raises NotFound, StaleVersion.
    """
    approval = call.store.load(Approval, approval_id)
    if not _may_see(call, approval):
        raise NotFound("There is no such approval.")
    return call.expect(approval)


def oversees(call: AnyCall, approval: Approval) -> bool:
    """Whether the caller's right reaches it as a manager's does, not as one involved."""
    return _overseen(call.grant, approval)


def acting_for(call: AnyCall, approval: Approval) -> frozenset[str]:
    """Those who let the caller decide for them now. One request, none for who is asked anyway."""
    if may_decide(approval, call.context.actor) is not None:
        return frozenset()
    return delegators(call, approval.about.kind)


def delegators(call: AnyCall, kind: str | None = None) -> frozenset[str]:
    """Those who let the caller decide for them now, about this kind (None: any). One request."""
    now = call.context.now
    return frozenset(
        d.owner
        for d in received(call.store, call.context.actor)
        if d.holds(now, kind or next(iter(d.kinds), ""))
    )


def received(store: Store, user: str) -> list[Delegation]:
    """The delegations to a person, newest first."""
    return _listed(store, ListQuery(relation=user))


def given(store: Store, user: str) -> list[Delegation]:
    """The delegations by a person, newest first."""
    return _listed(store, ListQuery(owner=user))


def everything(call: AnyCall) -> Grant:
    """Reaches every approval: for lists that are narrowed in another way."""
    return replace(call.grant, scope=Scope.ALL)


def _listed(store: Store, query: ListQuery) -> list[Delegation]:
    reader = Grant(Principal(store.tenant, "", Role.SYSTEM), Delegation.kind, Scope.ALL)
    page = store.page(Delegation, query, reader, limit=MOST)
    return [Delegation.from_document(text) for text in page.documents]


def _overseen(right: Grant, approval: Approval) -> bool:
    return right.scope is not Scope.OWN and right.covers(approval)


def _may_see(call: AnyCall, approval: Approval) -> bool:
    caller = call.context.principal
    if call.context.actor in approval.involved:
        return True
    if may(caller, Approval.kind, "read") and _overseen(
        grant(caller, Approval.kind, "read"), approval
    ):
        return True
    step = approval.current
    return step is not None and bool(delegators(call, approval.about.kind) & set(step.deciders))
