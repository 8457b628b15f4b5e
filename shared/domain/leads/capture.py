"""From what somebody said about a lead to a valid lead, and to a changed one.

The same code serves the API, web forms and imports, so that a rule exists once.
"""

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from shared.domain.context import Context
from shared.domain.entity import Moment
from shared.domain.errors import FieldError, InvalidInput, InvalidState
from shared.domain.events.leads import LeadCaptured, LeadChanged, LeadStatusChanged
from shared.domain.leads.converting import require_unfrozen
from shared.domain.leads.model import Attribution, Lead, LeadFields, WorkingStatus
from shared.domain.names import display_name
from shared.domain.phone import PhoneNumber, parse_phone
from shared.domain.text import Line
from shared.domain.told import readable_number

_IDENTIFYING = ("name", "given_name", "family_name", "company", "email", "phone", "external_id")


class LeadInput(LeadFields):
    """Lead fields as clients give them: the phone number as typed."""

    phone: Annotated[Line, Field(max_length=64), AfterValidator(readable_number)] | None = None


class NewLead(LeadInput):
    """A lead to create. `assign`: let the rules choose the owner (default)."""

    assign: bool = True


class LeadChange(LeadInput):
    """Fields to change; null clears. `custom` is merged, its null values remove an entry."""

    status: WorkingStatus | None = None


def capture(
    context: Context,
    given: LeadInput,
    *,
    channel: str,
    assign: bool = True,
    lead_id: str | None = None,
    created_at: Moment | None = None,
) -> Lead:
    """A new lead from checked input. Raises InvalidInput with every bad field."""
    fields = _fields(given, set(LeadInput.model_fields), context.principal.region)
    _require_identity(fields)
    fields["custom"] = {k: v for k, v in given.custom.items() if v is not None}
    touch = Attribution(source=given.source, campaign=given.campaign, at=context.now)
    stamp = Lead.stamp(context, lead_id)
    if created_at is not None:
        stamp["created_at"] = created_at
    lead = Lead(**stamp, **fields, first_touch=touch, last_touch=touch)
    event = LeadCaptured.model_validate(
        {
            "channel": channel,
            "source": given.source,
            "campaign": given.campaign,
            "assign": assign,
        }
    )
    return lead.recording(event)


def change(context: Context, lead: Lead, given: LeadInput, names: set[str]) -> Lead:
    """The lead with the named fields as given; the same lead when that changes nothing.

    Raises InvalidInput, or InvalidState for a converted lead and a status change of a closed one.
    """
    require_unfrozen(lead)
    fields = _fields(given, names & set(LeadInput.model_fields), context.principal.region)
    if "custom" in fields:
        merged = {**lead.custom, **given.custom}
        fields["custom"] = {k: v for k, v in merged.items() if v is not None}
    if "name" in fields or {"given_name", "family_name"} & names:
        fields["name"] = _full_name(fields, lead)
    changed = {n: v for n, v in fields.items() if getattr(lead, n) != v}
    _require_identity({n: getattr(lead, n) for n in _IDENTIFYING} | changed)
    events: list[LeadChanged | LeadStatusChanged] = []
    if changed:
        events.append(LeadChanged(fields=tuple(sorted(changed))))
    if {"source", "campaign"} & changed.keys():
        changed["last_touch"] = Attribution(
            source=changed.get("source", lead.source),
            campaign=changed.get("campaign", lead.campaign),
            at=context.now,
        )
    status: WorkingStatus | None = getattr(given, "status", None)
    if "status" in names and status is not None and status != lead.status:
        events.append(_status_event(lead, status))
        changed["status"] = status
    return lead.evolve(context, *events, **changed) if events else lead


def _status_event(lead: Lead, status: WorkingStatus) -> LeadStatusChanged:
    if not lead.open:
        raise InvalidState(
            f"A {lead.status} lead does not change its status this way.",
            details={"status": lead.status},
        )
    return LeadStatusChanged(before=lead.status, after=status)


def _fields(given: LeadInput, names: set[str], region: str | None) -> dict[str, Any]:
    fields: dict[str, Any] = {name: getattr(given, name) for name in names}
    if fields.get("phone") is not None:
        fields["phone"] = _phone(str(fields["phone"]), region)
    if fields.get("name") is None and {"given_name", "family_name"} <= names:
        fields["name"] = _full_name(fields, None)
    return {n: None if v == "" else v for n, v in fields.items()}


def _phone(typed: str, region: str | None) -> PhoneNumber:
    return parse_phone(typed, region)


def _full_name(fields: dict[str, Any], lead: Lead | None) -> str | None:
    """The display name: as given, else family and given name in the script's own order."""
    if fields.get("name"):
        return str(fields["name"])
    given = fields.get("given_name", lead.given_name if lead else None)
    family = fields.get("family_name", lead.family_name if lead else None)
    if not given or not family:
        return given or family or (None if lead is None or "name" in fields else lead.name)
    return display_name(given, family)


def _require_identity(fields: dict[str, Any]) -> None:
    if not any(fields.get(name) for name in _IDENTIFYING):
        message = "Give at least one of name, company, email, phone, external_id."
        raise InvalidInput([FieldError("name", "identity_required", message)])
