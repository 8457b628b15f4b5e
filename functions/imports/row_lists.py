"""What became of the rows, as people ask for it: a list by outcome, and the file of bad rows."""

from functions.imports.error_file import error_file_name
from functions.imports.files import Link
from functions.imports.finishing import error_object
from functions.imports.jobs import folder_of
from functions.imports.layout import Layout
from functions.imports.outcomes import Listing
from functions.imports.schemas import RowPage, RowQuery
from shared.domain.errors import NotFound
from shared.domain.imports import ImportJob
from shared.http.call import AnyCall


def rows(call: AnyCall, job_id: str, query: RowQuery) -> RowPage:
    """Results of the last run in file order."""
    job = call.load(ImportJob, job_id)
    if job.chunks is None:
        return RowPage(items=())
    tenant, cursors = call.context.tenant, call.runtime.cursors
    fingerprint = f"rows of {job.id} {job.run} {query.outcome}"
    after = int(cursors.read(tenant, fingerprint, query.cursor)) if query.cursor else 0
    listing = Listing(call.store, folder_of(call, job), job)
    found, last = listing.page(query.outcome, after, query.limit)
    cursor = None if last is None else cursors.issue(tenant, fingerprint, str(last))
    return RowPage(items=tuple(found), cursor=cursor)


def error_link(call: AnyCall, job_id: str) -> Link:
    """Where the rows to correct can be fetched. Raises NotFound when there are none."""
    job = call.load(ImportJob, job_id)
    if not job.has_error_file or job.layout is None:
        raise NotFound("No row of this import needs a correction, or it is still at work.")
    name = error_file_name(job.file_name, Layout.model_validate(job.layout))
    return folder_of(call, job).download_link(error_object(job), name)
