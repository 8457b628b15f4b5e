"""What the customer routes accept and answer where that is not the record itself."""

from pydantic import model_validator

from shared.domain.customers.capture import AccountInput, ContactInput
from shared.domain.entity import Value
from shared.domain.matching.policy import Allowance
from shared.http.record_schemas import Cursor, Limit, RecordId
from shared.storage.customer_filters import AccountFilters, ContactFilters


class Entered(Value):
    """What comes with a new customer besides its fields.

    Without `owner` it is the caller's own if their reach is not everybody's; to give it to another
    person needs the right `assign`. `allow_duplicate` goes past a warning of duplicates.
    """

    owner: RecordId | None = None
    team: RecordId | None = None
    allow_duplicate: Allowance | None = None

    @model_validator(mode="after")
    def _whose_team(self) -> "Entered":
        if self.team is not None and self.owner is None:
            raise ValueError("a team is that of an owner: name the owner too")
        return self


class NewAccount(Entered, AccountInput):
    """An account to create."""


class NewContact(Entered, ContactInput):
    """A contact to create."""


class AccountChange(AccountInput):
    """Fields to change; null clears. `custom` is merged, its null values remove an entry."""

    allow_duplicate: Allowance | None = None


class ContactChange(ContactInput):
    """Fields to change; null clears. `custom` is merged, its null values remove an entry."""

    allow_duplicate: Allowance | None = None


class AccountQuery(AccountFilters):
    """Filters and paging of the account list."""

    limit: Limit = 50
    cursor: Cursor | None = None


class ContactQuery(ContactFilters):
    """Filters and paging of the contact list."""

    limit: Limit = 50
    cursor: Cursor | None = None
