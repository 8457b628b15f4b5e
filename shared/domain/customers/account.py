"""The account: a company, or an individual who buys for themselves."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.domain.card import Card
from shared.domain.customers.customer import Customer, CustomerFields
from shared.domain.customers.parts import Grade, Lifecycle, ShortText, TaxNumber
from shared.domain.entity import Value

AccountType = Literal["company", "individual"]


class AccountOnly(Value):
    """What accounts have and contacts have not."""

    type: AccountType = "company"
    aliases: Annotated[tuple[ShortText, ...], Field(max_length=20)] = ()
    tax_number: TaxNumber | None = None
    website: ShortText | None = None
    industry: ShortText | None = None
    company_size: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    parent: str | None = None


class AccountFields(AccountOnly, CustomerFields):
    """What clients and imports may say about an account."""


class Account(AccountOnly, Customer):  # pyright: ignore[reportIncompatibleVariableOverride]
    """A stored account. `parent` is the account above it in its group of companies."""

    kind: ClassVar[str] = "account"
    prefix: ClassVar[str] = "acc"
    state_field: ClassVar[str | None] = "status"
    relation_field: ClassVar[str | None] = "parent"
    promoted: ClassVar[tuple[str, ...]] = (
        *("status", "owner", "team", "source", "tags", "grade_value", "parent"),
        *("helper_users", "name", "merged_into", "restricted"),
    )
    model_config = Customer.model_config

    lifecycle: Lifecycle = "prospect"
    lifecycle_reason: ShortText = ""
    grade: Grade | None = None

    @property
    def status(self) -> Lifecycle:
        """The lifecycle, under the name that list indexes carry."""
        return self.lifecycle

    @property
    def grade_value(self) -> str | None:
        """The letter of the grade, for filters."""
        return self.grade.value if self.grade else None

    def concerns(self) -> tuple[str, ...]:
        """Itself."""
        return (self.id,)

    def search_texts(self) -> tuple[str, ...]:
        """Also by its other names, tax number and website."""
        number = self.tax_number.value if self.tax_number else None
        own = (*self.aliases, number, self.website)
        return (*super().search_texts(), *(text for text in own if text))

    def card(self) -> Card:
        """For the account above it: one of its subsidiaries."""
        return Card(label=self.name, status=self.lifecycle, at=self.created_at)
