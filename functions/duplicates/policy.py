"""The tenant's rules about duplicates."""

from shared.domain.events.duplicates import DuplicatePolicyChanged
from shared.domain.matching.policy import DuplicatePolicy, DuplicateRules
from shared.http.call import AnyCall
from shared.storage.duplicates import policy_of


def read(call: AnyCall) -> DuplicatePolicy:
    """The rules, or the default ones (version 0)."""
    return policy_of(call.store, call.context)


def replace(call: AnyCall, rules: DuplicateRules) -> DuplicatePolicy:
    """Other rules, from the next check on. A scan applies them to what is there."""
    present = call.expect(policy_of(call.store, call.context))
    return call.unit.put(present.evolve(call.context, DuplicatePolicyChanged(), rules=rules))
