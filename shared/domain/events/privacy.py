"""What happens to people's data: consents, reveals, restrictions, requests, tenants that leave.

Events carry ids, codes and counts, never what was revealed or erased.
"""

from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import Field

from shared.domain.events.base import Event

_Purpose = Annotated[str, Field(examples=["marketing"])]
_Channel = Annotated[str, Field(examples=["email"])]
_Source = Annotated[str, Field(examples=["form"])]
_Type = Annotated[str, Field(examples=["erasure"])]
_Request = Annotated[str, Field(examples=["prv_01KJNWQ4F0V3M8B1S9XH2ZC7DA"])]
_Customer = Annotated[str, Field(examples=["con_01KJNWQ4F0T5R7E9W1Q3Y6U8J2"])]
_Masked = Annotated[tuple[str, ...], Field(examples=[["phones"]])]
_Decided = Annotated[tuple[str, ...], Field(examples=[["reveals_per_day"]])]


class ConsentGranted(Event):
    """Somebody may be contacted for this purpose through this channel."""

    name: ClassVar[str] = "consent.granted"

    purpose: _Purpose
    channel: _Channel
    source: _Source


class ConsentWithdrawn(Event):
    """Somebody may no longer be contacted for this purpose through this channel."""

    name: ClassVar[str] = "consent.withdrawn"

    purpose: _Purpose
    channel: _Channel
    source: _Source


class PrivacyPolicyChanged(Event):
    """The tenant's purposes or its limit of reveals changed."""

    name: ClassVar[str] = "privacy_policy.changed"

    fields: _Decided


class CustomerRevealed(Event):
    """Somebody looked at masked fields of a customer, for a reason that the audit trail keeps."""

    name: ClassVar[str] = "customer.revealed"
    timeline: ClassVar[str | None] = None

    customer: _Customer
    fields: _Masked


class AccountRestricted(Event):
    """An account's data may be kept, but not used any more."""

    name: ClassVar[str] = "account.restricted"


class AccountUnrestricted(Event):
    """An account's data may be used again."""

    name: ClassVar[str] = "account.unrestricted"


class AccountErased(Event):
    """What told who an account (an individual) is was erased."""

    name: ClassVar[str] = "account.erased"

    request: _Request


class ContactRestricted(Event):
    """A contact's data may be kept, but not used any more."""

    name: ClassVar[str] = "contact.restricted"


class ContactUnrestricted(Event):
    """A contact's data may be used again."""

    name: ClassVar[str] = "contact.unrestricted"


class ContactErased(Event):
    """What told who a contact is was erased."""

    name: ClassVar[str] = "contact.erased"

    request: _Request


class LeadErased(Event):
    """What told who a lead is was erased."""

    name: ClassVar[str] = "lead.erased"

    request: _Request


class PrivacyRequestReceived(Event):
    """Somebody asks for their data, for its restriction or for its erasure."""

    name: ClassVar[str] = "privacy_request.received"

    type: _Type
    subject: _Customer
    due: datetime


class PrivacyRequestStarted(Event):
    """Who asks was recognised; what they ask for is being carried out."""

    name: ClassVar[str] = "privacy_request.started"

    type: _Type


class PrivacyRequestCompleted(Event):
    """What was asked for is done."""

    name: ClassVar[str] = "privacy_request.completed"

    type: _Type


class PrivacyRequestRefused(Event):
    """What was asked for is not done, for a reason that the request keeps."""

    name: ClassVar[str] = "privacy_request.refused"

    type: _Type


class PrivacyRequestOverdue(Event):
    """The time that the law gives for an answer is over. An alert."""

    name: ClassVar[str] = "privacy_request.overdue"

    type: _Type
    due: datetime


class ErasedSubjectReturned(Event):
    """A new record shows an identity of somebody who had their data erased."""

    name: ClassVar[str] = "privacy_request.subject_returned"

    record: _Customer
    request: _Request


class TenantArchiveRequested(Event):
    """A tenant takes all its data along."""

    name: ClassVar[str] = "tenant_archive.requested"


class TenantArchiveCompleted(Event):
    """The archive of a tenant is ready to be fetched."""

    name: ClassVar[str] = "tenant_archive.completed"

    records: Annotated[int, Field(examples=[18240])]
    sha256: str


class TenantDeletionScheduled(Event):
    """A tenant will be removed with everything it has, unless that is called off in time."""

    name: ClassVar[str] = "tenant_deletion.scheduled"

    at: datetime


class TenantDeletionCancelled(Event):
    """A tenant stays after all."""

    name: ClassVar[str] = "tenant_deletion.cancelled"


class TenantDeletionStarted(Event):
    """The time for second thoughts is over: the tenant is closed and being removed."""

    name: ClassVar[str] = "tenant_deletion.started"
