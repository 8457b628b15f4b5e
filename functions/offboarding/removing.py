"""The removal of a tenant: accounts, objects, then all rows, sweep after sweep until none is left.

The first sweep meets everything; the next ones what others wrote meanwhile (history that follows
from the stream, work that was under way). What is removed is counted before, so that a step that
breaks off and comes again counts it once.
"""

from collections import Counter

from functions.offboarding.messages import REMOVALS, RemovalStep
from functions.offboarding.model import TenantRemoval, removal_id
from functions.offboarding.pool import remove_account
from shared.domain.access import Grant, Principal, Role, Scope
from shared.domain.context import Context
from shared.domain.errors import StaleVersion
from shared.domain.signatures import Seal
from shared.domain.tenancy import User, sign_in_name
from shared.runtime.consumers import Job
from shared.runtime.file_removal import AREAS, empty_area
from shared.runtime.runtime import runtime
from shared.storage import actions, keys
from shared.storage.driver import ConditionFailed, Item
from shared.storage.list_query import ListQuery
from shared.storage.store import Store
from shared.storage.tally import Tally
from shared.storage.whole_table import WholeTable

PAGES_AT_ONCE = 20
NEXT_SWEEP = 120
"""Seconds: by then the stream's consumers have written what followed from the last sweep."""

LEAST_SWEEPS = 2
SEAL = "tenant removal"


def remove(order: Job[RemovalStep]) -> None:
    """Take one step and order the next one. Without its proof under way nothing is removed."""
    tenant = order.message.tenant
    proofs = runtime().store(keys.GLOBAL)
    proof = proofs.find(TenantRemoval, removal_id(tenant))
    if proof is None or proof.status != "running":
        return
    context = runtime().system_context(keys.GLOBAL, "offboarding")
    tally = Tally(proofs, context, f"removal#{tenant}")
    step = order.message
    if step.sweep == 0 and step.number == 0 and step.after is None:
        _remove_accounts(order.store, tally)
        _remove_objects(tenant, tally)
    following = _remove_rows(order.store, tally, step)
    if following is None:
        _remove_objects(tenant, tally)
        _finish(context, proofs, proof, tally)
        return
    delay = NEXT_SWEEP if following.sweep > step.sweep else 0
    runtime().send(REMOVALS, [following], delay_seconds=delay)


def _remove_accounts(store: Store, tally: Tally) -> None:
    """Nobody of the tenant signs in again, and their addresses are free for others."""
    reader = Grant(Principal(store.tenant, "", Role.SYSTEM), User.kind, Scope.ALL)
    for deleted in (False, True):
        for user in store.list_all(User, ListQuery(deleted=deleted), reader):
            tally.note(f"account#{user.id}", {"accounts": 1})
            remove_account(runtime(), store.tenant, user.id)
            key = keys.guard(keys.GLOBAL, User.kind, "email", sign_in_name(user.email))
            try:
                store.table.write([actions.delete(key, held_by=user.id).request])
            except ConditionFailed:
                continue  # somebody else's by now


def _remove_objects(tenant: str, tally: Tally) -> None:
    for area in AREAS:
        removed = empty_area(runtime(), area, tenant)
        if removed:
            tally.note(f"objects#{area}", {"objects": removed})


def _remove_rows(store: Store, tally: Tally, step: RemovalStep) -> RemovalStep | None:
    """Remove the rows of some pages; gives where to go on, None when a sweep has met none."""
    table = WholeTable.of(store.table)
    number, after, found = step.number, step.after, step.found
    for _ in range(PAGES_AT_ONCE):
        page = table.items_of(store.tenant, after=after)
        if page.items:
            found = True
            tally.note(f"rows#{step.sweep:04d}#{number:08d}", _kinds(page.items))
            store.table.write_many(deletes=[(i["pk"]["S"], i["sk"]["S"]) for i in page.items])
        number, after = number + 1, page.last_key
        if after is None:
            return _next_sweep(step, found=found)
    told = {"number": number, "after": after, "found": found}
    return step.model_copy(update=told)


def _next_sweep(step: RemovalStep, *, found: bool) -> RemovalStep | None:
    sweep = step.sweep + 1
    if not found and sweep >= LEAST_SWEEPS:
        return None
    told = {"sweep": sweep, "number": 0, "after": None, "found": False}
    return step.model_copy(update=told)


def _kinds(items: list[Item]) -> Counter[str]:
    """Records by kind; whatever else lies in the table is a row."""
    return Counter(item["kind"]["S"] if "doc" in item else "rows" for item in items)


def _finish(context: Context, proofs: Store, proof: TenantRemoval, tally: Tally) -> None:
    done = proof.evolve(context, counts=tally.total(), finished_at=context.now, status="completed")
    signature = Seal(runtime().signing_secret, SEAL).digest(done.statement())
    unit = proofs.begin(context)
    unit.put(done.evolve(context, signature=signature))
    try:
        unit.commit()
    except StaleVersion as lost:
        if proofs.load(TenantRemoval, proof.id).status == "running":
            raise lost
        return
    tally.forget()
