"""Entries of the audit trail, with where the request came from, in the command's own write."""

from shared.domain.audit import AuditAction, AuditOutcome, audit
from shared.domain.events.base import Event
from shared.http.call import AnyCall


def record(
    call: AnyCall,
    action: AuditAction,
    outcome: AuditOutcome,
    user: str,
    *events: Event,
    reason: str = "",
) -> None:
    """Add an entry about `user`, who is also the actor, to the call's unit of work."""
    entry = audit(
        call.context,
        action,
        outcome,
        actor=user,
        subject=user,
        reason=reason,
        ip=call.origin.source_ip,
        user_agent=call.origin.header("user-agent"),
    )
    call.unit.put(entry.recording(*events))
