"""Comparing all existing records with each other, chunk by chunk, with progress.

A scan also writes match rows that are missing, so it is how a new version of the keys is rolled
out. Work is repeatable; only the counting of a chunk happens once.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from functions.duplicates.scans import DuplicateScan
from shared.domain.access import Grant, Principal, Role, Scope
from shared.domain.context import Context
from shared.domain.entity import Entity
from shared.domain.errors import (
    AlreadyExists,
    AlreadyHandled,
    ConcurrentChange,
    InvalidState,
    NotFound,
    StaleVersion,
)
from shared.domain.events.duplicates import DuplicateScanCompleted, DuplicateScanRequested
from shared.domain.ids import sole_id
from shared.domain.matching.policy import DuplicateRules
from shared.domain.matching.profiles import matched_kinds
from shared.http.call import AnyCall
from shared.runtime.consumers import Job, Message
from shared.runtime.runtime import runtime
from shared.storage import keys
from shared.storage.driver import RowChanges
from shared.storage.duplicates import policy_of
from shared.storage.list_query import ListQuery
from shared.storage.listing import list_documents
from shared.storage.natural_keys import match_rows_of
from shared.storage.pairs import refresh
from shared.storage.store import Store

CHUNKS = "duplicate-scan-chunks"
CHUNK = 50
AT_ONCE = 8
KINDS = ("account", "contact", "lead")


class ScanChunk(Message):
    """Some records of one kind to compare; `run` tells one scan from the next."""

    run: int
    kind: str = KINDS[0]
    after: str | None = None


def request(call: AnyCall) -> DuplicateScan:
    """Begin a scan. Raises InvalidState while one is running."""
    found = call.store.find(DuplicateScan, sole_id(DuplicateScan.prefix))
    if found is not None and found.status == "running":
        raise InvalidState("A scan is running.", details={"scan": found.id})
    scan = found or DuplicateScan(
        **DuplicateScan.stamp(call.context, sole_id(DuplicateScan.prefix))
    )
    begun = scan.evolve(
        call.context,
        DuplicateScanRequested(),
        status="running",
        run=scan.run + 1,
        begun_at=call.context.now,
        ended_at=None,
        records=0,
        pairs=0,
        at=KINDS[0],
    )
    return call.unit.put(begun)


def read(call: AnyCall) -> DuplicateScan:
    """The last scan, or the one that is running. Raises NotFound before the first."""
    found = call.store.find(DuplicateScan, sole_id(DuplicateScan.prefix))
    if found is None:
        raise NotFound("There has been no scan yet.")
    return found


def begin(store: Store) -> None:
    """Send the first chunk of the running scan."""
    scan = store.find(DuplicateScan, sole_id(DuplicateScan.prefix))
    if scan is not None and scan.status == "running":
        runtime().send(CHUNKS, [ScanChunk(tenant=store.tenant, run=scan.run)])


def work(job: Job[ScanChunk]) -> None:
    """Compare some records, count them once, and send what comes next."""
    message, store, context = job.message, job.store, job.context
    scan = store.find(DuplicateScan, sole_id(DuplicateScan.prefix))
    if scan is None or scan.status != "running" or scan.run != message.run:
        return
    entity = matched_kinds()[message.kind]
    everything = Grant(Principal(store.tenant, "", Role.SYSTEM), message.kind, Scope.ALL)
    page = list_documents(
        store.table,
        store.tenant,
        entity,
        ListQuery(),
        everything,
        limit=CHUNK,
        after=message.after,
    )
    records = [entity.model_validate_json(document) for document in page.documents]
    restore_match_rows(store, records)
    rules = policy_of(store, context).rules
    is_open = _compare(store, context, rules, [record.id for record in records])
    following = _following(message, page.last_id)
    _count(job, scan, len(records), is_open, following)
    if following is not None:
        runtime().send(CHUNKS, [following])


def _compare(store: Store, context: Context, rules: DuplicateRules, ids: Sequence[str]) -> int:
    """Several records at a time: almost all of the time is waiting for the table."""

    def one(record_id: str) -> int | None:
        try:
            return refresh(store, context, rules, record_id)
        except (AlreadyExists, StaleVersion, ConcurrentChange):  # the other one of a pair was here
            return None

    with ThreadPoolExecutor(AT_ONCE) as pool:
        counts = list(pool.map(one, ids))
    again = (i for i, count in zip(ids, counts, strict=True) if count is None)
    return sum(filter(None, counts)) + sum(refresh(store, context, rules, i) for i in again)


def restore_match_rows(store: Store, records: Sequence[Entity]) -> None:
    """Write the match rows of these records, whether they are there or not."""
    changes = RowChanges()
    for record in records:
        for pk, sk in match_rows_of(store.tenant, record):
            changes.put({"pk": {"S": pk}, "sk": {"S": sk}})
    changes.apply(store.table)


def _following(message: ScanChunk, last_id: str | None) -> ScanChunk | None:
    if last_id is not None:
        return message.model_copy(update={"after": last_id})
    place = KINDS.index(message.kind) + 1
    if place == len(KINDS):
        return None
    return message.model_copy(update={"kind": KINDS[place], "after": None})


def _count(
    job: Job[ScanChunk], scan: DuplicateScan, records: int, pairs: int, following: ScanChunk | None
) -> None:
    """Count the chunk in the scan's progress, once however often it is delivered."""
    message, context = job.message, job.context
    progress = {"records": scan.records + records, "pairs": scan.pairs + pairs}
    unit = job.store.begin(context)
    member = f"{message.kind}#{message.after or ''}"
    mark = keys.note(job.store.tenant, f"duplicate-scan#{message.run}", member)
    unit.claim(mark, {}, lambda _: AlreadyHandled(), expires=scan.kept_until(context.now))
    if following is None:
        # A pair was met from both of its sides.
        done = DuplicateScanCompleted(
            records=progress["records"], pairs=(progress["pairs"] + 1) // 2
        )
        unit.put(
            scan.evolve(
                context,
                done,
                **{**progress, "pairs": done.pairs},
                status="completed",
                ended_at=context.now,
                at=None,
            )
        )
    else:
        unit.put(scan.evolve(context, **progress, at=following.kind))
    with suppress(AlreadyHandled):
        unit.commit()
