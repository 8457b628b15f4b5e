"""What ties customers together: the roles of a contact at an account, and accounts to accounts."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator
from ulid import ULID

from shared.domain.customers.parts import ShortText
from shared.domain.entity import Entity, Value
from shared.domain.ids import derived_id

ContactRole = Literal[
    "decision_maker",
    "influencer",
    "champion",
    "user",
    "billing",
    "technical",
    "legal",
    "gatekeeper",
    "other",
]
AccountRelationType = Literal["partner", "supplier", "reseller", "competitor", "investor", "other"]


class AffiliationFields(Value):
    """The part a contact plays at one account."""

    roles: Annotated[tuple[ContactRole, ...], Field(max_length=9)] = ()
    title: ShortText | None = None
    department: ShortText | None = None
    since: date | None = None
    until: date | None = None

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> "AffiliationFields":
        if self.since and self.until and self.until < self.since:
            raise ValueError("ends before it begins")
        return self


class Affiliation(AffiliationFields, Entity):  # pyright: ignore[reportIncompatibleVariableOverride]
    """A contact at an account: one for each such pair; its id follows from the two."""

    kind: ClassVar[str] = "affiliation"
    prefix: ClassVar[str] = "aff"
    relation_field: ClassVar[str | None] = "account"
    owner_field: ClassVar[str | None] = "contact"
    listed: ClassVar[bool] = False
    model_config = Entity.model_config

    account: str
    contact: str

    def concerns(self) -> tuple[str, ...]:
        """Both ends."""
        return (self.account, self.contact)


def affiliation_id(account: str, contact: str) -> str:
    """The id that the affiliation of these two has; sorted by the age of the contact.

    Raises ValueError when `contact` has not the form of an id.
    """
    made = ULID.from_str(contact.partition("_")[2]).datetime
    return derived_id(Affiliation.prefix, made, account, contact)


class AccountRelation(Entity):
    """One account as another one sees it: `account` is a `type` of `other`'s."""

    kind: ClassVar[str] = "account_relation"
    prefix: ClassVar[str] = "rel"
    relation_field: ClassVar[str | None] = "account"
    owner_field: ClassVar[str | None] = "other"
    listed: ClassVar[bool] = False

    account: str
    other: str
    type: AccountRelationType
    note: ShortText = ""

    def unique_keys(self) -> dict[str, str]:
        """The same is not said twice of two accounts."""
        if self.deleted_at is not None:
            return {}
        return {"relation": f"{self.account}#{self.other}#{self.type}"}

    def concerns(self) -> tuple[str, ...]:
        """Both accounts."""
        return (self.account, self.other)
