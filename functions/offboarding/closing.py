"""The end of the time of grace: the tenant is closed, so that nobody gets in, and removed.

Whatever is delivered twice or breaks off is done again: every step is harmless when repeated.
"""

from contextlib import suppress

from functions.offboarding.deletions import deletion_of
from functions.offboarding.messages import REMOVALS, RemovalStep
from functions.offboarding.model import REMOVE, TenantDeletion, TenantRemoval, removal_id
from shared.domain.context import Context
from shared.domain.errors import AlreadyExists
from shared.domain.tenancy import Tenant
from shared.runtime.consumers import Job
from shared.runtime.runtime import runtime
from shared.runtime.timers import TimerDue
from shared.storage import keys
from shared.storage.store import Store


def act_on_timer(order: Job[TimerDue]) -> None:
    """Begin the removal if it still stands and is due; if it was begun before, go on with it."""
    store, context = order.store, order.context
    deletion = deletion_of(store)
    if deletion is None or deletion.status not in ("scheduled", "running"):
        return
    if deletion.status == "scheduled":
        due = deletion.timers.get(REMOVE)
        if due is None or due > context.now:
            return
        _close(store, context, deletion)
    runtime().send(REMOVALS, [RemovalStep(tenant=store.tenant)])


def _close(store: Store, context: Context, deletion: TenantDeletion) -> None:
    tenant = store.load(Tenant, store.tenant)
    _begin_proof(tenant, deletion)
    unit = store.begin(context)
    unit.put(deletion.begin(context))
    unit.put(tenant.evolve(context, closed_at=context.now))
    unit.commit()


def _begin_proof(tenant: Tenant, deletion: TenantDeletion) -> None:
    """Nothing is removed without it: the steps look for it, wherever their messages come from."""
    now = runtime()
    context = now.system_context(keys.GLOBAL, "offboarding")
    stamp = TenantRemoval.stamp(context, removal_id(tenant.id))
    proof = TenantRemoval(
        **stamp,
        tenant=tenant.id,
        name=tenant.name,
        requested_by=deletion.requested_by,
        requested_at=deletion.requested_at or context.now,
    )
    unit = now.store(keys.GLOBAL).begin(context)
    unit.put(proof)
    with suppress(AlreadyExists):
        unit.commit()
