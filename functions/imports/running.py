"""Runs: start, pause, resume, stop and undo as people order them, and what follows."""

from functions.imports.chunk_files import ChunkId
from functions.imports.chunks import send_chunk
from functions.imports.files import import_folder
from functions.imports.finishing import finish
from functions.imports.jobs import folder_of, uploaded_size
from functions.imports.mapping import Mapping
from functions.imports.policies import require_rights
from functions.imports.progress import Progress
from functions.imports.schemas import RunOrder
from functions.imports.splitting import split
from shared.domain.access import grant
from shared.domain.errors import Gone, InvalidInput, InvalidState, StaleVersion
from shared.domain.imports import WORKING, ImportJob
from shared.http.call import AnyCall
from shared.runtime.consumers import Delivery
from shared.runtime.runtime import runtime
from shared.storage.store import Store


def start(call: AnyCall, job_id: str, order: RunOrder) -> ImportJob:
    """Start a run; the caller needs the right to create, or to update, such records."""
    job = call.load(ImportJob, job_id)
    if job.mapping is None:
        raise InvalidState("Choose a mapping first.", code="not_mapped")
    action = "update" if job.mapping["mode"] == "update" else "create"
    grant(call.context.principal, job.record_kind, action)
    uploaded_size(folder_of(call, job))
    mapping = Mapping.model_validate(job.mapping)
    require_rights(call.context.principal, mapping)
    by_rules = mapping.options.automation and mapping.options.owner == "rule"
    assign = by_rules if order.assign is None else order.assign
    return call.unit.put(job.start(call.context, dry_run=order.dry_run, assign=assign))


def pause(call: AnyCall, job_id: str) -> ImportJob:
    """Let no further chunk begin."""
    return call.unit.put(call.load(ImportJob, job_id).pause(call.context))


def resume(call: AnyCall, job_id: str) -> ImportJob:
    """Go on where the run paused."""
    return call.unit.put(call.load(ImportJob, job_id).resume(call.context))


def stop(call: AnyCall, job_id: str) -> ImportJob:
    """End the run early."""
    return call.unit.put(call.load(ImportJob, job_id).stop(call.context))


def undo(call: AnyCall, job_id: str) -> ImportJob:
    """Take back what the import wrote."""
    return call.unit.put(call.load(ImportJob, job_id).begin_undo(call.context))


def begin(delivery: Delivery) -> None:
    """A run began: split the file and send the first chunk of each lane."""
    store = delivery.store
    job = store.find(ImportJob, delivery.envelope.subject.id)
    if job is None or job.status not in (*WORKING, "paused"):
        return
    if job.chunks is None:
        folder = import_folder(runtime(), store.tenant, job.id)
        try:
            manifest = split(folder, job)
        except InvalidInput as refusal:
            error = refusal.errors[0]
            _fail(delivery, job, error.code, error.message)
            return
        except Gone as gone:
            _fail(delivery, job, gone.code, gone.message)
            return
        job = _keep_split(delivery, job, manifest.rows, tuple(map(len, manifest.lanes)))
    continue_lanes(delivery, job)


def go_on(delivery: Delivery) -> None:
    """A run was resumed or stopped: send each lane's next chunk, in case it stands still.

    A lane that is at work anyway gets an order twice, which changes nothing.
    """
    job = delivery.store.find(ImportJob, delivery.envelope.subject.id)
    if job is not None:
        continue_lanes(delivery, job)


def continue_lanes(delivery: Delivery, job: ImportJob) -> None:
    """Send the first chunk that is not done of every lane; finish when there is none."""
    if job.chunks is None or job.status not in WORKING:
        return
    progress = Progress(delivery.store, job)
    if progress.complete():
        folder = import_folder(runtime(), delivery.store.tenant, job.id)
        finish(delivery.context, delivery.store, folder, job)
        return
    for lane, count in enumerate(job.chunks):
        if (number := progress.next_in(lane)) < count:
            send_chunk(delivery.context, job, ChunkId(lane, number))


def _keep_split(
    delivery: Delivery, job: ImportJob, rows: int, chunks: tuple[int, ...]
) -> ImportJob:
    """Note how the file was split; a pause or stop in the meantime stays as it is."""
    run = job.run
    while job.run == run and job.chunks is None:
        unit = delivery.store.begin(delivery.context)
        kept = unit.put(job.evolve(delivery.context, rows=rows, chunks=chunks))
        try:
            unit.commit()
        except StaleVersion:
            job = _reload(delivery.store, job)
        else:
            return kept
    return job


def _fail(delivery: Delivery, job: ImportJob, code: str, message: str) -> None:
    while job.status in (*WORKING, "paused"):
        unit = delivery.store.begin(delivery.context)
        unit.put(job.fail(delivery.context, code, message))
        try:
            unit.commit()
        except StaleVersion:
            job = _reload(delivery.store, job)
        else:
            return


def _reload(store: Store, job: ImportJob) -> ImportJob:
    return store.load(ImportJob, job.id)
