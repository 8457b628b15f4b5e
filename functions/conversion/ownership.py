"""Whose the records of a conversion are, and what happens when a customer is somebody else's."""

from dataclasses import dataclass

from functions.conversion.refusals import Refusals
from shared.domain.access import grant
from shared.domain.conversion.model import ConversionPolicy
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.customers.parts import MOST_HELPERS, Helper
from shared.domain.events.conversion import CustomerCollision
from shared.domain.events.customers import HelperAdded
from shared.domain.leads.model import Lead
from shared.domain.tenancy import Team
from shared.http.call import AnyCall
from shared.storage.owners import team_of_owner


@dataclass(frozen=True, slots=True)
class Ownership:
    """The owner of new records: that of the lead, else who was named, else who converts it."""

    owner: str | None
    team: str | None

    @classmethod
    def of(cls, call: AnyCall, lead: Lead, named: str | None, refusals: Refusals) -> "Ownership":
        """Raises Forbidden when somebody else is named without the right to assign."""
        caller = call.context.principal
        if lead.owner is not None:
            if named not in (None, lead.owner):
                message = "The lead has an owner; give it to somebody else first."
                refusals.add("owner", "lead_has_owner", message)
            return cls(lead.owner, lead.team)
        if named is not None and named != caller.actor:
            grant(caller, Account.kind, "assign")
        if named is None:
            mine = caller.kind == "user"
            return cls(caller.actor, next(iter(caller.teams), None)) if mine else cls(None, None)
        team: str | None = None
        with refusals.within(""):
            team = team_of_owner(call.store, named, None)
        return cls(named, team)


@dataclass(frozen=True, slots=True)
class Welcome:
    """A linked customer after the owner of the lead was let in."""

    record: Account | Contact
    helper: Helper | None = None


def welcome(
    call: AnyCall,
    record: Account | Contact,
    lead: Lead,
    ownership: Ownership,
    policy: ConversionPolicy,
    refusals: Refusals,
) -> Welcome:
    """The customer keeps its owner; the owner of the lead becomes a helper, and the manager hears.

    Nothing changes for a customer that is the newcomer's own, or nobody's.
    """
    newcomer = ownership.owner
    if newcomer is None or record.owner in (None, newcomer):
        return Welcome(record)
    now = call.context.now
    standing = tuple(helper for helper in record.helpers if helper.until > now)
    if any(helper.user == newcomer for helper in standing):
        return Welcome(record)
    if len(standing) >= MOST_HELPERS:
        message = "So many people help there already that the owner of the lead cannot join them."
        refusals.add(f"{record.kind}.id", "too_many_helpers", message)
        return Welcome(record)
    helper = Helper(user=newcomer, level="read", until=policy.helper_until(now))
    events = (
        HelperAdded(user=newcomer, level=helper.level, until=helper.until),
        _collision(call, record, newcomer, lead),
    )
    changed = record.evolve(call.context, *events, helpers=(*standing, helper))
    return Welcome(changed, helper)


def _collision(
    call: AnyCall, record: Account | Contact, newcomer: str, lead: Lead
) -> CustomerCollision:
    team = call.store.find(Team, record.team) if record.team else None
    return CustomerCollision.model_validate(
        {
            "customer_kind": record.kind,
            "customer": record.id,
            "owner": record.owner,
            "team": record.team,
            "newcomer": newcomer,
            "lead": lead.id,
            "manager": team.manager if team else None,
        }
    )
