"""A lead becomes a customer, and comes back: the states on both sides, and what stays refused."""

from collections.abc import Mapping
from datetime import datetime

from shared.domain.context import Context
from shared.domain.errors import InvalidState
from shared.domain.events.base import Event
from shared.domain.events.conversion import LeadConversionReverted, LeadOpportunityAdded
from shared.domain.leads.conversion import LeadConversion
from shared.domain.leads.model import Lead

ALREADY_CONVERTED = "ALREADY_CONVERTED"


def require_unconverted(lead: Lead) -> None:
    """Raises InvalidState (ALREADY_CONVERTED) with links to what a converted lead became."""
    became = lead.conversion
    if became is not None:
        raise InvalidState(
            "The lead was converted before. Add another opportunity, or revert the conversion.",
            code=ALREADY_CONVERTED,
            details={"lead": lead.id, "conversion": became.id, "links": became.links},
        )


def require_unfrozen(lead: Lead) -> None:
    """Raises InvalidState (lead_converted): what a converted lead says is kept as it was.

    The message tells whoever imports it again what it became.
    """
    became = lead.conversion
    if became is not None:
        names = [name for name in (became.account, became.contact, *became.opportunities) if name]
        raise InvalidState(
            f"The lead was converted into {', '.join(names)}; change it there.",
            code="lead_converted",
            details={"lead": lead.id, "links": became.links},
        )


def convert(context: Context, lead: Lead, became: LeadConversion, event: Event) -> Lead:
    """The lead as it stays: readable, no longer worked on, its clocks stopped.

    Raises InvalidState unless it is open.
    """
    require_unconverted(lead)
    if not lead.open:
        raise InvalidState(
            f"A {lead.status} lead is not converted.", details={"status": lead.status}
        )
    return lead.evolve(context, event, status="converted", conversion=became, timers={})


def add_opportunity(context: Context, lead: Lead, opportunity: str) -> Lead:
    """The converted lead with one more opportunity. Raises InvalidState unless it is converted."""
    became = require_converted(lead)
    opportunities = (*became.opportunities, opportunity)
    event = LeadOpportunityAdded(conversion=became.id, opportunity=opportunity)
    changed = became.model_copy(update={"opportunities": opportunities})
    return lead.evolve(context, event, conversion=changed)


def revert(
    context: Context,
    lead: Lead,
    event: LeadConversionReverted,
    timers: Mapping[str, datetime],
) -> Lead:
    """The lead as it was before its conversion, its clocks running on."""
    became = require_converted(lead)
    return lead.evolve(context, event, status=became.before, conversion=None, timers=dict(timers))


def require_converted(lead: Lead) -> LeadConversion:
    """Its conversion. Raises InvalidState (not_converted)."""
    if lead.conversion is None:
        raise InvalidState(
            "The lead is not converted.", code="not_converted", details={"status": lead.status}
        )
    return lead.conversion
