"""The deletion of a tenant as its administrators order it, and call it off."""

from functions.offboarding.model import TenantDeletion
from functions.offboarding.schemas import DeletionOrder, DeletionView
from shared.domain.errors import Forbidden, InvalidInput, NotFound
from shared.domain.ids import sole_id
from shared.domain.tenancy import Tenant
from shared.http.call import AnyCall
from shared.http.trail import note_in_trail
from shared.storage.store import Store


def deletion_of(store: Store) -> TenantDeletion | None:
    """What the tenant decided last, if ever."""
    return store.find(TenantDeletion, sole_id(TenantDeletion.prefix))


def schedule(call: AnyCall, order: DeletionOrder) -> DeletionView:
    """Ask for the deletion. Raises InvalidInput unless the tenant's name is confirmed, Forbidden
    for programs: a leaked key must not be able to do this."""
    if call.context.principal.kind != "user":
        raise Forbidden("Only people delete their tenant.", code="people_only")
    tenant = call.store.load(Tenant, call.context.tenant)
    if order.confirmation != tenant.name:
        message = "Write the name of the tenant, letter by letter."
        raise InvalidInput.of("confirmation", "confirmation_differs", message)
    stamp = TenantDeletion.stamp(call.context, sole_id(TenantDeletion.prefix))
    deletion = deletion_of(call.store) or TenantDeletion(**stamp)
    asked = call.unit.put(deletion.schedule(call.context))
    note_in_trail(call, "tenant_deletion", tenant.id, reason="scheduled")
    return _view(asked)


def read(call: AnyCall) -> DeletionView:
    """Where the deletion stands. Raises NotFound when nobody ever asked for it."""
    return _view(_known(call))


def cancel(call: AnyCall) -> DeletionView:
    """Call it off. Raises InvalidState once it has begun."""
    after = call.unit.put(_known(call).cancel(call.context))
    note_in_trail(call, "tenant_deletion", call.context.tenant, reason="cancelled")
    return _view(after)


def _known(call: AnyCall) -> TenantDeletion:
    found = deletion_of(call.store)
    if found is None:
        raise NotFound("Nobody asked for the deletion of this tenant.")
    return call.expect(found)


def _view(deletion: TenantDeletion) -> DeletionView:
    fields = {name: getattr(deletion, name) for name in TenantDeletion.model_fields}
    return DeletionView(**fields, begins_at=deletion.due)
