"""Delegations (委托): somebody else decides for the caller between two dates."""

from functions.approvals import circle
from functions.approvals.reassigning import require_decider
from functions.approvals.schemas import MOST_DELEGATIONS, Delegations, NewDelegation
from shared.domain.approval.kinds import REVIEWABLE
from shared.domain.approval.model import Delegation
from shared.domain.errors import InvalidInput, InvalidState, NotFound
from shared.domain.events.reviews import DelegationChanged
from shared.http.call import AnyCall


def delegations(call: AnyCall) -> Delegations:
    """What the caller gave and received, newest first."""
    actor, store = call.context.actor, call.store
    return Delegations(
        given=tuple(circle.given(store, actor)), received=tuple(circle.received(store, actor))
    )


def delegate(call: AnyCall, order: NewDelegation) -> Delegation:
    """Let somebody decide for the caller. Raises InvalidInput for people who cannot, and for dates
    that are over; InvalidState when the caller has too many."""
    actor, now = call.context.actor, call.context.now
    if order.to == actor:
        raise InvalidInput.of("to", "to_oneself", "Nobody delegates to themselves.")
    if order.end <= now:
        raise InvalidInput.of("end", "in_the_past", "It would be over already.")
    if unknown := sorted(set(order.kinds) - set(REVIEWABLE)):
        raise InvalidInput.of("kinds", "unknown_kind", f"Nothing is approved of {unknown[0]}.")
    require_decider(call, order.to)
    running = [d for d in circle.given(call.store, actor) if d.end > now]
    if len(running) >= MOST_DELEGATIONS:
        message = f"You have {MOST_DELEGATIONS} delegations; end one first."
        raise InvalidState(message, code="too_many_delegations")
    made = Delegation(**Delegation.stamp(call.context), owner=actor, **order.model_dump())
    return call.unit.put(made.recording(_told(made)))


def revoke(call: AnyCall, delegation_id: str) -> None:
    """End one of the caller's own delegations at once. Raises NotFound."""
    found = call.store.find(Delegation, delegation_id)
    if found is None or found.owner != call.context.actor:
        raise NotFound("There is no such delegation.")
    event = _told(found, revoked=True)
    call.unit.put(found.evolve(call.context, event, deleted_at=call.context.now))


def _told(delegation: Delegation, *, revoked: bool = False) -> DelegationChanged:
    return DelegationChanged(
        owner=delegation.owner,
        to=delegation.to,
        start=delegation.start,
        end=delegation.end,
        revoked=revoked,
    )
