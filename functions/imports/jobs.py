"""Imports from their creation to the file being there: create, read, list, and find the file."""

from functions.imports.adapters import record_kind
from functions.imports.files import (
    MAX_UPLOAD_BYTES,
    SOURCE,
    Folder,
    Link,
    import_folder,
)
from functions.imports.progress import Progress as Checkpoints
from functions.imports.schemas import ImportQuery, ImportView, NewImport, NewUpload, Progress
from shared.domain.errors import Gone, InvalidInput, InvalidState
from shared.domain.events.imports import ImportCreated
from shared.domain.imports import ImportJob
from shared.http.call import AnyCall
from shared.storage.list_query import ListQuery
from shared.storage.store import DocumentPage

UPLOADING = frozenset({"created", "inspected", "rehearsed"})


def create(call: AnyCall, given: NewImport) -> ImportView:
    """A new import, with the address to upload its file to."""
    kind = record_kind(given.kind)
    job = ImportJob(
        **ImportJob.stamp(call.context),
        record_kind=kind.name,
        file_name=given.file_name,
        file_size=given.size,
        owner=call.context.actor,
    )
    stored = call.unit.put(job.recording(ImportCreated(record_kind=kind.name)))
    return view(stored, upload=_upload(call, stored, given.size))


def renew_upload(call: AnyCall, job_id: str, given: NewUpload) -> Link:
    """A fresh address to upload the file to, also to replace it before the run."""
    job = call.load(ImportJob, job_id)
    job.require(*UPLOADING)
    return _upload(call, job, given.size)


def read(call: AnyCall, job_id: str) -> ImportView:
    """An import with its progress."""
    return view(job := call.load(ImportJob, job_id), progress=progress_of(call, job))


def page(call: AnyCall, query: ImportQuery) -> DocumentPage:
    """Imports within the caller's reach, newest first."""
    wanted = ListQuery(state=query.status)
    return call.store.page(ImportJob, wanted, call.grant, limit=query.limit, cursor=query.cursor)


def view(
    job: ImportJob, *, progress: Progress | None = None, upload: Link | None = None
) -> ImportView:
    """The job as clients see it."""
    fields = {name: getattr(job, name) for name in ImportJob.model_fields}
    return ImportView(**fields, progress=progress, upload=upload)


def progress_of(call: AnyCall, job: ImportJob) -> Progress | None:
    """How far the present run is; None before the first."""
    if job.run == 0:
        return None
    counts = Checkpoints(call.store, job).counts()
    return Progress(rows=job.rows, done=counts.rows, counts=counts)


def folder_of(call: AnyCall, job: ImportJob) -> Folder:
    """The objects of the import."""
    return import_folder(call.runtime, call.context.tenant, job.id)


def uploaded_size(folder: Folder) -> int:
    """Bytes of the uploaded file. Raises InvalidState (`file_missing`), InvalidInput."""
    try:
        size = folder.size(SOURCE)
    except Gone:
        raise InvalidState("Upload the file first.", code="file_missing") from None
    if size > MAX_UPLOAD_BYTES:
        limit = MAX_UPLOAD_BYTES // 2**20
        raise InvalidInput.of("file", "file_too_large", f"A file may have {limit} MB.")
    return size


def _upload(call: AnyCall, job: ImportJob, size: int | None) -> Link:
    return folder_of(call, job).upload_link(SOURCE, size)
