"""What the customer routes accept and answer where that is not the record itself."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from shared.domain.customers.capture import AccountInput, ContactInput
from shared.domain.customers.parts import ShortText, Tag
from shared.domain.entity import Value
from shared.domain.matching.policy import Allowance
from shared.http.record_schemas import MAX_BULK, Cursor, Limit, NewOwner, RecordId
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


def _named(name: str | None, info: ValidationInfo) -> str | None:
    """Said together with all else that is wrong, not after it is put right."""
    if not name and not info.data.get("given_name") and not info.data.get("family_name"):
        raise PydanticCustomError("required", "A customer has a name.")
    return name


NameOfNew = Annotated[ShortText | None, AfterValidator(_named), Field(validate_default=True)]


class NewAccount(Entered, AccountInput):
    """An account to create."""

    name: NameOfNew = None


class NewContact(Entered, ContactInput):
    """A contact to create."""

    name: NameOfNew = None


class AccountChange(AccountInput):
    """Fields to change; null clears. `custom` is merged, its null values remove an entry."""

    allow_duplicate: Allowance | None = None


class ContactChange(ContactInput):
    """Fields to change; null clears. `custom` is merged, its null values remove an entry."""

    allow_duplicate: Allowance | None = None


class Bulk(Value):
    """One action on up to 100 records. Each succeeds or fails alone."""

    ids: Annotated[tuple[RecordId, ...], Field(min_length=1, max_length=MAX_BULK)]
    action: Literal["change", "assign", "delete", "restore", "tag"]
    owner: NewOwner | None = None
    add_tags: Annotated[tuple[Tag, ...], Field(max_length=50)] = ()
    remove_tags: Annotated[tuple[Tag, ...], Field(max_length=50)] = ()

    @model_validator(mode="after")
    def _complete(self) -> "Bulk":
        needed = {"change": "change", "assign": "owner"}.get(self.action)
        if needed is not None and getattr(self, needed) is None:
            raise ValueError(f"the action {self.action} needs {needed}")
        if len(set(self.ids)) != len(self.ids):
            raise ValueError("an id is repeated")
        return self


class BulkAccounts(Bulk):
    """One action on up to 100 accounts."""

    change: AccountChange | None = None


class BulkContacts(Bulk):
    """One action on up to 100 contacts."""

    change: ContactChange | None = None


class Shown(Value):
    """What else a list of customers may show: members of a segment; what is in review, `mine` or
    `all` that the caller may decide on."""

    segment: RecordId | None = None
    review: Literal["mine", "all"] | None = None


class AccountQuery(AccountFilters, Shown):
    """Filters and paging of the account list."""

    limit: Limit = 50
    cursor: Cursor | None = None


class ContactQuery(ContactFilters, Shown):
    """Filters and paging of the contact list."""

    limit: Limit = 50
    cursor: Cursor | None = None
