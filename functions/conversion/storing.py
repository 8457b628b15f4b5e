"""A plan becomes true in one unit: lead, targets, their ties, consents, and the record of it."""

from collections.abc import Callable
from typing import Any

from functions.conversion.drafts import Draft, Plan
from functions.conversion.ownership import Welcome
from functions.conversion.refusals import Refusals
from shared.domain.consents.rules import copied_entries, from_lead
from shared.domain.conversion.model import (
    FORGET,
    Children,
    Conversion,
    ConversionPolicy,
    Target,
    images_of,
    seal_of,
)
from shared.domain.conversion.order import ConversionOrder, TargetKind
from shared.domain.entity import Entity
from shared.domain.errors import DuplicatesFound
from shared.domain.events.conversion import LeadConverted
from shared.domain.leads import converting
from shared.domain.leads.conversion import LeadConversion
from shared.domain.leads.model import Lead
from shared.domain.leads.origin import origin_of
from shared.http.call import AnyCall
from shared.storage import consents
from shared.storage.customer_entry import change_customer, enter_customer
from shared.storage.lead_load import balance


def store(
    call: AnyCall, lead: Lead, plan: Plan, order: ConversionOrder, policy: ConversionPolicy
) -> Conversion:
    """Everything into the call's unit; gives the conversion as it will be stored.

    Raises InvalidInput and DuplicatesFound with what every target is refused for.
    """
    kept = _Keeper(call, order, plan.refusals)
    targets = tuple(kept.put(d.kind, d.after, d) for d in plan.drafts if d.after is not None)
    kept.refuse()
    conversion = _conversion(call, lead, plan, targets, policy)
    _keep_consents(call, lead, conversion.contact or conversion.account)
    _keep_lead(call, lead, conversion)
    return call.unit.put(conversion)


class _Keeper:
    """Puts the targets into the unit, each through the door of its kind."""

    def __init__(self, call: AnyCall, order: ConversionOrder, refusals: Refusals) -> None:
        self._call = call
        self._order = order
        self._refusals = refusals
        self._alike: list[DuplicatesFound] = []
        self._beside: list[str] = []
        self._waiting = False

    def put(self, kind: TargetKind, record: Entity, plan: Draft[Any]) -> Target:
        """Store one target as planned."""
        if plan.before is not None:
            return self._put_linked(kind, record, plan.before, plan.welcome)
        stored = record
        if kind == "opportunity":
            self._refuse_in_review()
            stored = self._call.unit.put(record)
        else:
            stored = self._tried(kind, self._enter, record)
        self._beside.append(record.id)
        self._waiting = self._waiting or stored.hidden
        seal = seal_of(stored)
        return Target(kind=kind, id=record.id, made=True, in_review=stored.hidden, seal=seal)

    def _put_linked(
        self, kind: TargetKind, after: Entity, before: Entity, welcome: Welcome | None
    ) -> Target:
        self._beside.append(before.id)
        if after is before:
            self._call.unit.expect(before)  # it may not vanish while the lead is tied to it
        elif kind == "opportunity":
            self._call.unit.put(after)
        else:
            after = self._tried(kind, self._change, after)
        helper = welcome.helper if welcome else None
        images = images_of(before, after)
        return Target(
            kind=kind,
            id=before.id,
            made=False,
            images=images,
            helper=helper,
            collision=helper is not None,
        )

    def _enter(self, record: Any) -> Any:
        call = self._call
        return enter_customer(
            call.store,
            call.unit,
            call.context,
            record,
            channel="conversion",
            allowance=self._order.allow_duplicate,
            beside=self._beside,
        )

    def _change(self, record: Any) -> Any:
        call = self._call
        return change_customer(
            call.store,
            call.unit,
            call.context,
            record.stored,
            record,
            allowance=self._order.allow_duplicate,
            beside=self._beside,
            carried=True,
        )

    def _tried(self, kind: str, put: Callable[[Any], Entity], record: Entity) -> Entity:
        with self._refusals.within(kind):
            try:
                return put(record)
            except DuplicatesFound as found:
                self._alike.append(found)
        return record

    def _refuse_in_review(self) -> None:
        """Whoever sees the opportunity would learn of a customer that nobody may know of yet."""
        if self._waiting:
            message = (
                "The new customer has to be reviewed first. Convert without an opportunity, and "
                "add it to the conversion when the customer is approved."
            )
            self._refusals.add("opportunity", "customer_in_review", message)

    def refuse(self) -> None:
        """Raises what was refused: bad fields first, then likely duplicates of all targets."""
        self._refusals.require_none()
        if self._alike:
            candidates = [c for found in self._alike for c in found.details["candidates"]]
            blocked = any(found.details["blocked"] for found in self._alike)
            raise DuplicatesFound(details={"blocked": blocked, "candidates": candidates})


def _conversion(
    call: AnyCall,
    lead: Lead,
    plan: Plan,
    targets: tuple[Target, ...],
    policy: ConversionPolicy,
) -> Conversion:
    until = policy.revertible_until(call.context.now)
    return Conversion(
        **Conversion.stamp(call.context),
        lead=lead.id,
        account=plan.account.id,
        contact=plan.contact.id,
        targets=targets,
        origin=origin_of(lead),
        left=tuple(plan.unmapped(lead)),
        lead_timers=lead.timers,
        revertible_until=until,
        timers={FORGET: until},
        children=Children(at=call.context.now),
    )


def _keep_lead(call: AnyCall, lead: Lead, conversion: Conversion) -> None:
    deals = tuple(t.id for t in conversion.targets if t.kind == "opportunity")
    became = LeadConversion.model_validate(
        {
            "id": conversion.id,
            "at": call.context.now,
            "by": call.context.actor,
            "account": conversion.account,
            "contact": conversion.contact,
            "opportunities": deals,
            "before": lead.status,
        }
    )
    event = LeadConverted(
        conversion=conversion.id,
        account=conversion.account,
        contact=conversion.contact,
        opportunity=deals[0] if deals else None,
        created=conversion.made,
        owner=lead.owner,
        source=lead.source,
        campaign=lead.campaign,
    )
    converted = converting.convert(call.context, lead, became, event)
    balance(call.unit, lead, converted)
    call.unit.put(converted)


def _keep_consents(call: AnyCall, lead: Lead, subject: str | None) -> None:
    """What the lead permitted and refused stands for the person it became."""
    if subject is None:
        return
    ledger = consents.ledger_of(call.store, lead.id)
    if given := [*copied_entries(ledger), *from_lead(lead.consents)]:
        consents.enter(call.store, call.unit, call.context, subject, given)
