"""Restriction of one customer, carried to the ledger so that campaigns need to read that alone."""

from functions.privacy.schemas import RestrictionOrder
from functions.privacy.subjects import readable
from shared.domain.consents.model import ConsentLedger
from shared.domain.context import Context
from shared.domain.customers.customer import Customer
from shared.domain.privacy import restriction
from shared.http.call import AnyCall
from shared.http.trail import note_in_trail
from shared.storage.consents import ledger_of
from shared.storage.store import Store
from shared.storage.unit_of_work import UnitOfWork


def restrict(call: AnyCall, kind: str, record_id: str, order: RestrictionOrder) -> Customer:
    """The customer restricted; one that is already is answered without a write."""
    record: Customer = readable(call, kind, record_id)
    after = put_restricted(call.store, call.unit, call.context, record)
    if after is not record:
        note_in_trail(call, "restriction", record.id, reason=order.reason)
    return after


def lift(call: AnyCall, kind: str, record_id: str) -> Customer:
    """The customer without restriction. Raises InvalidState when there is none."""
    record: Customer = readable(call, kind, record_id)
    after = call.unit.put(restriction.lift(call.context, record))
    _tell_ledger(call.store, call.unit, call.context, record.id, restricted=False)
    note_in_trail(call, "restriction", record.id, reason="lifted")
    return after


def put_restricted(store: Store, unit: UnitOfWork, context: Context, record: Customer) -> Customer:
    """The restricted customer and its ledger in the unit; the same customer if it is already."""
    after = restriction.restrict(context, record)
    if after is record:
        return record
    _tell_ledger(store, unit, context, record.id, restricted=True)
    return unit.put(after)


def _tell_ledger(
    store: Store, unit: UnitOfWork, context: Context, subject: str, *, restricted: bool
) -> None:
    ledger = ledger_of(store, subject) or ConsentLedger.opened(context, subject)
    if ledger.restricted != restricted:
        unit.put(ledger.evolve(context, restricted=restricted))
