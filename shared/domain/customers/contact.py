"""The contact: a person whom one deals with, at one account or several, or at none."""

from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field

from shared.domain.card import Card
from shared.domain.customers.customer import Customer, CustomerFields
from shared.domain.customers.parts import ShortText
from shared.domain.entity import Value

MOST_ACCOUNTS = 50
_ONE = {"contact.count": Decimal(1)}


class ContactOnly(Value):
    """What contacts have and accounts have not. `account` is the one they mainly stand for."""

    job_title: ShortText | None = None
    department: ShortText | None = None
    account: str | None = None


class ContactFields(ContactOnly, CustomerFields):
    """What clients and imports may say about a contact."""


class Contact(ContactOnly, Customer):  # pyright: ignore[reportIncompatibleVariableOverride]
    """A stored contact. `accounts` are all it stands for; the roles are on the affiliations."""

    kind: ClassVar[str] = "contact"
    prefix: ClassVar[str] = "con"
    relation_field: ClassVar[str | None] = "account"
    promoted: ClassVar[tuple[str, ...]] = (
        *("owner", "team", "source", "tags", "account", "helper_users", "name", "merged_into"),
        "restricted",
    )
    model_config = Customer.model_config

    accounts: Annotated[tuple[str, ...], Field(max_length=MOST_ACCOUNTS)] = ()

    def concerns(self) -> tuple[str, ...]:
        """Itself and every account it stands for."""
        return (self.id, *self.accounts)

    def card(self) -> Card:
        """One more person at the accounts it stands for."""
        return Card(label=self.name, status=self.job_title or "", figures=_ONE)
