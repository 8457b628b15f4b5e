"""What the routes about ties between customers, and about identities, accept and answer."""

from typing import Annotated, Literal

from pydantic import Field

from shared.domain.customers.links import AccountRelation, AccountRelationType, AffiliationFields
from shared.domain.customers.parts import IdentityChannel, Label, ShortText
from shared.domain.entity import Entity, Value
from shared.domain.text import Line
from shared.http.record_schemas import RecordId


class AffiliationOrder(AffiliationFields):
    """The part that a contact plays at an account. `primary`: it is the one they mainly stand
    for; the first one is so by itself."""

    primary: bool = False


class AffiliatedContact(AffiliationFields):
    """A contact of an account, with the part they play there."""

    contact: str
    name: str
    job_title: str | None = None
    primary: bool


class AffiliatedAccount(AffiliationFields):
    """An account of a contact, with the part they play there."""

    account: str
    name: str
    lifecycle: str
    primary: bool


class AccountContacts(Value):
    """The contacts of an account, the youngest records first."""

    items: tuple[AffiliatedContact, ...]
    cursor: str | None = None


class ContactAccounts(Value):
    """All accounts of a contact that the caller may read."""

    items: tuple[AffiliatedAccount, ...]


class Ancestor(Value):
    """An account above another one."""

    id: str
    name: str
    lifecycle: str


class Ancestors(Value):
    """The accounts above one, the nearest first, up to the first that the caller may not read."""

    items: tuple[Ancestor, ...]


class NewRelation(Value):
    """What the account is to another one."""

    other: RecordId
    type: AccountRelationType
    note: ShortText = ""


class Relations(Value):
    """What an account is to others, then what others are to it, the newest of each first."""

    items: tuple[AccountRelation, ...]


class RelationChange(Value):
    """Another note on the relation."""

    note: ShortText


class IdentityQuery(Value):
    """A way in which a channel knows a customer. Telephone numbers are read as everywhere."""

    channel: IdentityChannel | Literal["phone", "email"]
    system: Label = ""
    value: Annotated[Line, Field(min_length=1, max_length=200)]


class Resolved(Value):
    """The one customer who has this identity."""

    kind: Literal["account", "contact"]
    id: str
    name: str
    owner: str | None
    location: str

    @classmethod
    def of(cls, record: Entity) -> "Resolved":
        """What tells which record it is."""
        shown = {name: getattr(record, name) for name in ("id", "name", "owner")}
        location = f"/v1/{record.kind}s/{record.id}"
        return cls.model_validate({**shown, "kind": record.kind, "location": location})
