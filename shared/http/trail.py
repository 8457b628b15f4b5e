"""Entries of the audit trail about a record, in the command's own write."""

from collections.abc import Iterable

from shared.domain.audit import AuditAction, audit
from shared.domain.events.base import Event
from shared.http.call import AnyCall


def note_in_trail(
    call: AnyCall,
    action: AuditAction,
    subject: str,
    *events: Event,
    reason: str = "",
    fields: Iterable[str] = (),
) -> None:
    """Add to the call's unit that the caller did this to the record, why, and to which fields."""
    entry = audit(
        call.context,
        action,
        "ok",
        actor=call.context.actor,
        subject=subject,
        reason=reason,
        fields=tuple(fields),
        ip=call.origin.source_ip,
        user_agent=call.origin.header("user-agent"),
    )
    call.unit.put(entry.recording(*events))
