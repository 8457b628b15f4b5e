"""The opportunity: something a customer may buy, for an amount, by a day."""

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.domain.card import Card
from shared.domain.customers.parts import ShortText
from shared.domain.entity import Entity, Moment, Value
from shared.domain.leads.origin import LeadOrigin
from shared.domain.money import Money
from shared.domain.text import Line, Lines

Stage = Literal["open", "won", "lost"]
MOST_CONTACTS = 20
_ONE = Decimal(1)


class OpportunityTerms(Value):
    """What clients may say about the deal itself."""

    name: ShortText | None = None
    amount: Money | None = None
    expected_close: date | None = None
    description: Annotated[Lines, Field(max_length=2000)] | None = None
    source: ShortText | None = None
    campaign: ShortText | None = None


class OpportunityFields(OpportunityTerms):
    """What clients may say about an opportunity, with whose it is."""

    account: str | None = None
    contacts: Annotated[tuple[str, ...], Field(max_length=MOST_CONTACTS)] = ()


class Closing(Value):
    """How and when an opportunity ended."""

    at: Moment
    by: str
    reason: Annotated[Line, Field(max_length=500)] = ""


class Opportunity(OpportunityFields, Entity):  # pyright: ignore[reportIncompatibleVariableOverride]
    """A stored opportunity. `lead` and `origin`: the lead that it came from, as it was then."""

    kind: ClassVar[str] = "opportunity"
    prefix: ClassVar[str] = "opp"
    state_field: ClassVar[str | None] = "status"
    owner_field: ClassVar[str | None] = "owner"
    relation_field: ClassVar[str | None] = "account"
    promoted: ClassVar[tuple[str, ...]] = ("status", "owner", "team", "source", "account")
    model_config = Entity.model_config

    name: ShortText = ""  # pyright: ignore[reportIncompatibleVariableOverride]
    stage: Stage = "open"
    closing: Closing | None = None
    owner: str | None = None
    team: str | None = None
    lead: str | None = None
    origin: LeadOrigin | None = None

    @property
    def status(self) -> Stage:
        """The stage, under the name that list indexes carry."""
        return self.stage

    @property
    def open(self) -> bool:
        """Whether it can still be won."""
        return self.stage == "open" and self.deleted_at is None

    def concerns(self) -> tuple[str, ...]:
        """The account and contacts who may buy."""
        return (*((self.account,) if self.account else ()), *self.contacts)

    def card(self) -> Card:
        """A line while it is open; counts and sums by stage and currency."""
        figures = {f"opportunity.{self.stage}": _ONE} if self.deleted_at is None else {}
        if self.amount is not None and figures:
            name = f"opportunity.{self.stage}_amount.{self.amount.currency}"
            figures[name] = self.amount.amount
        return Card(
            open=self.open, label=self.name, status=self.stage, at=self.created_at, figures=figures
        )

    def search_texts(self) -> tuple[str, ...]:
        """Its name."""
        return (self.name,)
