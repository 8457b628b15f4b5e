"""What happens to opportunities. Events carry ids and decisions, never names."""

from typing import ClassVar, Literal

from shared.domain.events.base import Event


class OpportunityCreated(Event):
    """There is something to sell to a customer."""

    name: ClassVar[str] = "opportunity.created"

    account: str | None = None
    owner: str | None = None
    source: str | None = None
    campaign: str | None = None
    lead: str | None = None


class OpportunityChanged(Event):
    """Somebody changed fields of an opportunity; `fields` names them."""

    name: ClassVar[str] = "opportunity.changed"

    fields: tuple[str, ...]


class OpportunityClosed(Event):
    """An opportunity was won or lost."""

    name: ClassVar[str] = "opportunity.closed"

    outcome: Literal["won", "lost"]


class OpportunityReopened(Event):
    """A closed opportunity is worked again."""

    name: ClassVar[str] = "opportunity.reopened"

    before: str


class OpportunityArchived(Event):
    """An opportunity was put into the archive."""

    name: ClassVar[str] = "opportunity.archived"


class OpportunityRestored(Event):
    """An opportunity came back from the archive."""

    name: ClassVar[str] = "opportunity.restored"
