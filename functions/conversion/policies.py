"""A tenant's rules about conversions."""

from functions.conversion.schemas import NewConversionPolicy
from shared.domain.context import Context
from shared.domain.conversion.model import ConversionPolicy
from shared.domain.events.conversion import ConversionPolicyChanged
from shared.http.call import AnyCall
from shared.storage.store import Store


def policy_of(store: Store, context: Context) -> ConversionPolicy:
    """The tenant's rules, or the default ones (version 0 of the record)."""
    return store.sole(ConversionPolicy, context)


def replace_policy(call: AnyCall, given: NewConversionPolicy) -> ConversionPolicy:
    """Store new rules; conversions made before keep their own last day."""
    present = call.expect(policy_of(call.store, call.context))
    event = ConversionPolicyChanged(revert_days=given.revert_days, helper_days=given.helper_days)
    return call.unit.put(present.evolve(call.context, event, **given.model_dump()))
