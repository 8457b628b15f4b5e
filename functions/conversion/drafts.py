"""What one target of a conversion will be, and all of them together."""

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from functions.conversion.ownership import Ownership, Welcome
from functions.conversion.refusals import Refusals
from shared.domain.conversion.filling import Filling
from shared.domain.conversion.mapping import Piece, said_by
from shared.domain.conversion.order import Mode, TargetKind
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.entity import Entity
from shared.domain.leads.model import Lead
from shared.domain.opportunities.model import Opportunity

E = TypeVar("E", bound=Entity)


@dataclass(frozen=True, slots=True)
class Draft(Generic[E]):
    """One target as it will be. `before` is None for a new record, `after` when it was refused."""

    kind: TargetKind
    way: Mode
    pieces: tuple[Piece, ...] = ()
    filling: Filling = field(default_factory=Filling)
    before: E | None = None
    after: E | None = None
    welcome: Welcome | None = None

    @property
    def id(self) -> str | None:
        """The record's id, None without a record."""
        return self.after.id if self.after is not None else None


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of a lead."""

    account: Draft[Account]
    contact: Draft[Contact]
    opportunity: Draft[Opportunity]
    ownership: Ownership
    refusals: Refusals

    @property
    def drafts(self) -> tuple[Draft[Any], ...]:
        """The three of them."""
        return self.account, self.contact, self.opportunity

    def unmapped(self, lead: Lead) -> dict[str, Any]:
        """The fields of the lead that no target takes, with what they say."""
        taken = {"consents"}.union(*(draft.filling.taken for draft in self.drafts))
        return {name: value for name, value in said_by(lead).items() if name not in taken}
