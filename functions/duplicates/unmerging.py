"""Taking a merge back: the two records at once, what was moved in the background."""

from functions.duplicates.moving import move_back
from functions.duplicates.relinking import CHUNKS, MergeChunk
from shared.domain.access import grant
from shared.domain.context import Context
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.errors import Gone, InvalidState
from shared.domain.events.customers import (
    AccountRestored,
    AccountUnmerged,
    ContactRestored,
    ContactUnmerged,
)
from shared.domain.matching import pair as pairs
from shared.domain.matching.pair import DuplicatePair, pair_id
from shared.domain.merging import model
from shared.domain.merging.model import Merge
from shared.domain.merging.undo import restored
from shared.http.call import AnyCall
from shared.runtime.consumers import Job
from shared.runtime.runtime import runtime
from shared.storage import consents, merges, timeline
from shared.storage.store import Store


def undo(call: AnyCall, merge_id: str) -> Merge:
    """Both records stand for themselves again; fields edited since the merge stay and are named.

    Raises InvalidState after 30 days, twice, or while a later merge rests on this one; Gone once
    one of the records was removed for good.
    """
    context, unit = call.context, call.unit
    merge = call.load(Merge, merge_id)
    kind = Account if merge.record_kind == "account" else Contact
    grant(context.principal, merge.record_kind, "restore")
    model.undone(context, merge, ())  # refused before anything is read
    survivor = call.store.find(kind, merge.survivor, deleted=True)
    loser = call.store.find(kind, merge.loser, deleted=True)
    if survivor is None or loser is None:
        raise Gone("One of the records was removed for good.")
    if survivor.merged_into is not None:
        details = {"merged_into": survivor.merged_into}
        message = "The survivor was merged into another one: undo that first."
        raise InvalidState(message, code="merged_again", details=details)
    before, after, lost = merges.images(call.store, merge)
    changed, kept = restored(before, after, survivor)
    mine, theirs = merges.contested_after_undo(
        call.store, survivor.model_copy(update=changed), loser, before
    )
    account = merge.record_kind == "account"
    told = (AccountUnmerged if account else ContactUnmerged)(merge=merge.id, loser=loser.id)
    back = AccountRestored() if account else ContactRestored()
    unit.put(survivor.evolve(context, told, **{**changed, "contested": mine}))
    unit.put(
        loser.evolve(
            context,
            back,
            merged_into=None,
            deleted_at=None,
            timers=lost.timers,
            contested=theirs,
        )
    )
    if changed.get("restricted") is False:
        _lift(call, survivor.id)
    pair = call.store.find(DuplicatePair, pair_id(merge.survivor, merge.loser))
    if pair is not None:
        unit.put(pairs.unmerged(context, pair, f"merge {merge.id} undone"))
    return unit.put(model.undone(context, merge, kept))


def _lift(call: AnyCall, survivor: str) -> None:
    """The restriction came from the loser, which keeps it."""
    ledger = consents.ledger_of(call.store, survivor)
    if ledger is not None and ledger.restricted:
        call.unit.put(ledger.evolve(call.context, restricted=False))


def back(job: Job[MergeChunk]) -> None:
    """Lead some of what was moved back, and send what comes next."""
    message, store, context = job.message, job.store, job.context
    merge = store.find(Merge, message.merge)
    if merge is None or merge.status != "reversing":
        return
    match message.step:
        case 0:
            following = _records_back(store, context, merge, message)
        case 1:
            following = _timeline_back(store, merge, message)
        case _:
            _finish(store, context, merge, message.kept)
            return
    runtime().send(CHUNKS, [following])


def _records_back(store: Store, context: Context, merge: Merge, message: MergeChunk) -> MergeChunk:
    found, after = merges.moves(store, merge.id, message.after)
    kept = list(message.kept)
    for kind, record_id, details in found:
        if not move_back(store, context, merge, kind, record_id, details):
            kept.append(f"{kind}:{record_id}")
    told = tuple(dict.fromkeys(kept))[:100]
    step = 0 if after is not None else 1
    return message.model_copy(update={"after": after, "kept": told, "step": step})


def _timeline_back(store: Store, merge: Merge, message: MergeChunk) -> MergeChunk:
    after = timeline.take_back(
        store.table, store.tenant, merge.loser, merge.survivor, message.after
    )
    return message.model_copy(update={"after": after, "step": 1 if after is not None else 2})


def _finish(store: Store, context: Context, merge: Merge, kept: tuple[str, ...]) -> None:
    unit = store.begin(context)
    unit.put(model.reversed_(context, merge, kept))
    unit.commit()
