"""The audit trail of what leaves no other trace: sign-ins, secrets, data revealed or taken."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.domain.context import Context
from shared.domain.entity import Moment
from shared.domain.tenancy import Setup

AuditAction = Literal[
    "sign_in",
    "sign_in_challenge",
    "sign_out",
    "password_change",
    "second_factor",
    "reveal",
    "restriction",
    "subject_export",
    "export_link",
    "erasure",
    "tenant_archive",
    "tenant_deletion",
]
AuditOutcome = Literal["ok", "refused", "challenged"]
LONGEST_AGENT = 200


class AuditEntry(Setup):
    """Who tried what on whom, from where, and how it ended. Never changed.

    `fields`: the fields of the subject that it was about.
    """

    kind = "audit"
    prefix = "aud"
    state_field = "source"
    owner_field = "owner"
    relation_field = "subject"
    promoted = ("source", "owner", "status")
    history: ClassVar[bool] = False

    action: AuditAction
    outcome: AuditOutcome
    actor: str
    subject: str
    reason: str = ""
    fields: tuple[str, ...] = ()
    ip: str = ""
    user_agent: Annotated[str, Field(max_length=LONGEST_AGENT)] = ""
    at: Moment

    @property
    def owner(self) -> str:
        """The actor, under a name that list indexes carry."""
        return self.actor

    @property
    def source(self) -> str:
        """The action, under a name that list indexes carry."""
        return self.action

    @property
    def status(self) -> str:
        """The outcome, under a name that list indexes carry."""
        return self.outcome


def audit(
    context: Context,
    action: AuditAction,
    outcome: AuditOutcome,
    *,
    actor: str,
    subject: str,
    ip: str,
    user_agent: str,
    reason: str = "",
    fields: tuple[str, ...] = (),
) -> AuditEntry:
    """A new entry; a long user agent is cut."""
    return AuditEntry(
        **AuditEntry.stamp(context),
        action=action,
        outcome=outcome,
        actor=actor,
        subject=subject,
        reason=reason,
        fields=fields,
        ip=ip,
        user_agent=user_agent[:LONGEST_AGENT],
        at=context.now,
    )
