"""What happens when leads become customers. Events carry ids and decisions only."""

from typing import ClassVar, Literal

from shared.domain.events.base import Event


class LeadConverted(Event):
    """A lead became (part of) these records; those in `created` are new."""

    name: ClassVar[str] = "lead.converted"

    conversion: str
    account: str | None = None
    contact: str | None = None
    opportunity: str | None = None
    created: tuple[str, ...] = ()
    owner: str | None = None
    source: str | None = None
    campaign: str | None = None


class LeadConversionReverted(Event):
    """A conversion was taken back: the lead is worked again. `archived` are records that it had
    made, `kept` those of them that stay since somebody had worked on them."""

    name: ClassVar[str] = "lead.conversion_reverted"

    conversion: str
    status: str
    archived: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    conflicts: int = 0


class LeadOpportunityAdded(Event):
    """Another opportunity came out of a converted lead."""

    name: ClassVar[str] = "lead.opportunity_added"

    conversion: str
    opportunity: str


class CustomerCollision(Event):
    """Two people work on the same customer (撞单): a lead of `newcomer` turned out to be a customer
    of `owner`, who keeps it; the newcomer became a helper. For the `manager` to settle."""

    name: ClassVar[str] = "customer.collision"
    timeline: ClassVar[str | None] = "account"

    customer_kind: Literal["account", "contact"]
    customer: str
    owner: str
    team: str | None = None
    newcomer: str
    lead: str
    manager: str | None = None


class ConversionPolicyChanged(Event):
    """The tenant's rules about conversions changed."""

    name: ClassVar[str] = "conversion_policy.changed"
    timeline: ClassVar[str | None] = None

    revert_days: int
    helper_days: int
