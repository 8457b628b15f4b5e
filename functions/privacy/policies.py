"""The tenant's policy: purposes of consent, and how much a user may reveal in a day."""

from functions.privacy.schemas import ConsentPurposes, PrivacyPolicyChange
from shared.domain.context import Context
from shared.domain.events.privacy import PrivacyPolicyChanged
from shared.domain.privacy.policy import PrivacyPolicy
from shared.http.call import AnyCall
from shared.storage.store import Store


def policy_of(store: Store, context: Context) -> PrivacyPolicy:
    """What holds. One request."""
    return store.sole(PrivacyPolicy, context)


def show(call: AnyCall) -> PrivacyPolicy:
    """What holds, with its version for If-Match."""
    return policy_of(call.store, call.context)


def purposes(call: AnyCall) -> ConsentPurposes:
    """For what consent is asked."""
    return ConsentPurposes(purposes=policy_of(call.store, call.context).purposes)


def change(call: AnyCall, given: PrivacyPolicyChange) -> PrivacyPolicy:
    """The policy as given; an unchanged one is answered without a write."""
    policy = call.expect(policy_of(call.store, call.context))
    fields = {name: getattr(given, name) for name in PrivacyPolicyChange.model_fields}
    changed = {name: value for name, value in fields.items() if getattr(policy, name) != value}
    if not changed:
        return policy
    event = PrivacyPolicyChanged(fields=tuple(sorted(changed)))
    return call.unit.put(policy.evolve(call.context, event, **changed))
