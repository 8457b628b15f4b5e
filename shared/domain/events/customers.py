"""What happens to customers. Events carry ids and decisions, never names, addresses or numbers."""

from datetime import datetime
from typing import ClassVar, Literal

from shared.domain.events.base import Event

Channel = Literal["api", "form", "import", "conversion", "email", "webhook"]


class AccountCreated(Event):
    """A customer is there for everybody: entered, or approved after its review."""

    name: ClassVar[str] = "account.created"

    channel: Channel
    source: str | None = None


class AccountSubmitted(Event):
    """A new account was entered and waits for its review."""

    name: ClassVar[str] = "account.submitted"
    timeline: ClassVar[str | None] = None

    approval: str


class AccountReturned(Event):
    """A reviewer sent a new account back to who entered it."""

    name: ClassVar[str] = "account.returned"
    timeline: ClassVar[str | None] = None

    approval: str


class AccountChanged(Event):
    """Somebody changed fields of an account; `fields` names them."""

    name: ClassVar[str] = "account.changed"

    fields: tuple[str, ...]


class AccountAssigned(Event):
    """An account has a new owner."""

    name: ClassVar[str] = "account.assigned"

    owner: str | None
    team: str | None = None
    previous_owner: str | None = None


class AccountGraded(Event):
    """An account's grade changed: computed, set by hand, or run out."""

    name: ClassVar[str] = "account.graded"

    grade: str | None
    previous: str | None = None
    by_hand: bool
    expires: datetime | None = None


class GradingRulesChanged(Event):
    """The tenant's rules for grades changed: its accounts are graded again."""

    name: ClassVar[str] = "grading.rules_changed"
    timeline: ClassVar[str | None] = None

    rules: int


class TouchStandardChanged(Event):
    """The tenant changed what every contact with a customer must record; `facts` counts them."""

    name: ClassVar[str] = "touch_standard.changed"
    timeline: ClassVar[str | None] = None

    facts: int


class AccountLifecycleChanged(Event):
    """An account moved between prospect, customer, key and lost."""

    name: ClassVar[str] = "account.lifecycle_changed"

    lifecycle: str
    previous: str


class AccountArchived(Event):
    """An account was put into the archive."""

    name: ClassVar[str] = "account.archived"


class AccountRestored(Event):
    """An account came back from the archive."""

    name: ClassVar[str] = "account.restored"


class AccountMerged(Event):
    """This account took another one in."""

    name: ClassVar[str] = "account.merged"

    merge: str
    loser: str


class AccountUnmerged(Event):
    """A merge was undone: both accounts stand for themselves again."""

    name: ClassVar[str] = "account.unmerged"

    merge: str
    loser: str


class ContactCreated(Event):
    """A contact is there for everybody: entered, or approved after its review."""

    name: ClassVar[str] = "contact.created"

    channel: Channel
    source: str | None = None


class ContactSubmitted(Event):
    """A new contact was entered and waits for its review."""

    name: ClassVar[str] = "contact.submitted"
    timeline: ClassVar[str | None] = None

    approval: str


class ContactReturned(Event):
    """A reviewer sent a new contact back to who entered it."""

    name: ClassVar[str] = "contact.returned"
    timeline: ClassVar[str | None] = None

    approval: str


class ContactChanged(Event):
    """Somebody changed fields of a contact; `fields` names them."""

    name: ClassVar[str] = "contact.changed"

    fields: tuple[str, ...]


class ContactAssigned(Event):
    """A contact has a new owner."""

    name: ClassVar[str] = "contact.assigned"

    owner: str | None
    team: str | None = None
    previous_owner: str | None = None


class ContactArchived(Event):
    """A contact was put into the archive."""

    name: ClassVar[str] = "contact.archived"


class ContactRestored(Event):
    """A contact came back from the archive."""

    name: ClassVar[str] = "contact.restored"


class ContactMerged(Event):
    """This contact took another one in."""

    name: ClassVar[str] = "contact.merged"

    merge: str
    loser: str


class ContactUnmerged(Event):
    """A merge was undone: both contacts stand for themselves again."""

    name: ClassVar[str] = "contact.unmerged"

    merge: str
    loser: str


class CustomerNoted(Event):
    """A note was written on an account or contact."""

    name: ClassVar[str] = "customer.noted"
    timeline: ClassVar[str | None] = "note"

    about: str
    channel: str


class CustomerNoteRemoved(Event):
    """A note was removed from an account or contact."""

    name: ClassVar[str] = "customer.note_removed"
    timeline: ClassVar[str | None] = "note"

    about: str


class AffiliationCreated(Event):
    """A contact stands for an account, in these roles."""

    name: ClassVar[str] = "affiliation.created"

    account: str
    contact: str
    roles: tuple[str, ...]


class AffiliationChanged(Event):
    """The part that a contact plays at an account changed."""

    name: ClassVar[str] = "affiliation.changed"

    account: str
    contact: str
    fields: tuple[str, ...]


class AffiliationEnded(Event):
    """A contact no longer stands for an account."""

    name: ClassVar[str] = "affiliation.ended"

    account: str
    contact: str


class AccountsRelated(Event):
    """Two accounts were said to be related."""

    name: ClassVar[str] = "account_relation.created"

    account: str
    other: str
    type: str


class AccountRelationEnded(Event):
    """Two accounts are no longer related."""

    name: ClassVar[str] = "account_relation.ended"

    account: str
    other: str


class HelperAdded(Event):
    """A colleague was let into a customer's record until a certain time."""

    name: ClassVar[str] = "helper.added"

    user: str
    level: str
    until: datetime


class HelperRemoved(Event):
    """A colleague's access to a customer's record ended, by hand or by its date."""

    name: ClassVar[str] = "helper.removed"

    user: str
    expired: bool


class IdentityContested(Event):
    """A customer shows an identity that another one holds: they may be the same. A merge is
    suggested, nothing is merged."""

    name: ClassVar[str] = "identity.contested"

    holder: str
    channel: str


class CustomerPurged(Event):
    """The last state before an account or contact was removed for good."""

    name: ClassVar[str] = "customer.purged"
    timeline: ClassVar[str | None] = None
