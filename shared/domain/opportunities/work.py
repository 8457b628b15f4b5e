"""From input to an opportunity, and what people do with it: each function gives the next state."""

from typing import Any, Literal

from shared.domain.context import Context
from shared.domain.errors import FieldError, InvalidInput, InvalidState
from shared.domain.events.opportunities import (
    OpportunityArchived,
    OpportunityChanged,
    OpportunityClosed,
    OpportunityCreated,
    OpportunityReopened,
    OpportunityRestored,
)
from shared.domain.opportunities.model import (
    Closing,
    Opportunity,
    OpportunityFields,
    OpportunityTerms,
)

Outcome = Literal["won", "lost"]


def new_opportunity(context: Context, given: OpportunityFields, **more: Any) -> Opportunity:
    """A new opportunity; `more` are fields that clients do not give (owner, lead, origin).

    Raises InvalidInput with every bad field.
    """
    fields = {name: getattr(given, name) for name in OpportunityFields.model_fields}
    errors = _errors(fields)
    if errors:
        raise InvalidInput(errors)
    made = Opportunity.model_validate({**Opportunity.stamp(context), **fields, **more})
    return made.recording(
        OpportunityCreated(
            account=made.account,
            owner=made.owner,
            source=made.source,
            campaign=made.campaign,
            lead=made.lead,
        )
    )


def change(
    context: Context, opportunity: Opportunity, given: OpportunityTerms, names: set[str]
) -> Opportunity:
    """The opportunity with the named fields as given; the same one when that changes nothing.

    Raises InvalidInput, or InvalidState for one that is closed.
    """
    _require_open(opportunity)
    known = names & set(type(given).model_fields) & set(OpportunityFields.model_fields)
    changed = {n: v for n in known if (v := getattr(given, n)) != getattr(opportunity, n)}
    if not changed:
        return opportunity
    after = {name: getattr(opportunity, name) for name in OpportunityFields.model_fields}
    if errors := _errors(after | changed):
        raise InvalidInput(errors)
    return opportunity.evolve(context, OpportunityChanged(fields=tuple(sorted(changed))), **changed)


def close(
    context: Context, opportunity: Opportunity, outcome: Outcome, reason: str = ""
) -> Opportunity:
    """The opportunity won or lost. Raises InvalidState unless it is open."""
    _require_open(opportunity)
    closing = Closing(at=context.now, by=context.actor, reason=reason)
    event = OpportunityClosed(outcome=outcome)
    return opportunity.evolve(context, event, stage=outcome, closing=closing)


def reopen(context: Context, opportunity: Opportunity) -> Opportunity:
    """The opportunity open again. Raises InvalidState if it was not closed."""
    if opportunity.stage == "open":
        raise InvalidState("The opportunity is open.", details={"stage": "open"})
    event = OpportunityReopened(before=opportunity.stage)
    return opportunity.evolve(context, event, stage="open", closing=None)


def archive(context: Context, opportunity: Opportunity) -> Opportunity:
    """The opportunity in the archive, from which it can be restored."""
    return opportunity.evolve(context, OpportunityArchived(), deleted_at=context.now)


def restore(context: Context, opportunity: Opportunity) -> Opportunity:
    """The opportunity back from the archive. Raises InvalidState if it is not there."""
    if opportunity.deleted_at is None:
        raise InvalidState("The opportunity is not in the archive.")
    return opportunity.evolve(context, OpportunityRestored(), deleted_at=None)


def _errors(fields: dict[str, Any]) -> list[FieldError]:
    errors: list[FieldError] = []
    if not fields.get("name"):
        errors.append(FieldError("name", "required", "An opportunity has a name."))
    if not fields.get("account") and not fields.get("contacts"):
        message = "Say who may buy: an account or contacts."
        errors.append(FieldError("account", "customer_required", message))
    if (amount := fields.get("amount")) is not None and amount.amount < 0:
        errors.append(FieldError("amount", "negative", "An amount is not negative."))
    return errors


def _require_open(opportunity: Opportunity) -> None:
    if opportunity.stage != "open":
        raise InvalidState(
            f"The opportunity is {opportunity.stage}.", details={"stage": opportunity.stage}
        )
