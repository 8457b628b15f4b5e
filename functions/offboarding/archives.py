"""Archives as people order them, and the link to the file."""

from functions.offboarding.model import TenantArchive
from shared.domain.errors import Gone, InvalidState
from shared.domain.events.privacy import TenantArchiveRequested
from shared.http.call import AnyCall
from shared.http.record_schemas import PageQuery
from shared.http.trail import note_in_trail
from shared.runtime.files import Folder, Link
from shared.runtime.runtime import Runtime
from shared.storage.list_query import ListQuery
from shared.storage.store import DocumentPage

FILE = "archive.zip"


def request(call: AnyCall) -> TenantArchive:
    """A new archive. Raises InvalidState while another one is being made."""
    running = ListQuery(state="running")
    if call.store.page(TenantArchive, running, call.grant, limit=1).documents:
        raise InvalidState("An archive is being made already.", code="archive_running")
    archive = TenantArchive(**TenantArchive.stamp(call.context))
    note_in_trail(call, "tenant_archive", archive.id)
    return call.unit.put(archive.recording(TenantArchiveRequested()))


def link(call: AnyCall, archive_id: str) -> Link:
    """The address of the file, for fifteen minutes; who asked is kept in the audit trail.

    Raises InvalidState before it is complete, Gone when its week is over. A rehearsal gives none.
    """
    archive = call.load(TenantArchive, archive_id)
    if archive.finished_at is None:
        raise InvalidState("The archive is not complete.", details={"status": archive.status})
    if not archive.fetchable(call.context):
        raise Gone("The file was kept for seven days.", code="file_gone")
    note_in_trail(call, "tenant_archive", archive.id, reason="link")
    name = f"rapport-{archive.created_at:%Y-%m-%d}.zip"
    found = folder_of(call.runtime, call.context.tenant, archive.id).download_link(FILE, name)
    return found.model_copy(update={"url": ""}) if call.context.dry_run else found


def page(call: AnyCall, query: PageQuery) -> DocumentPage:
    """Archives, newest first."""
    return call.store.page(
        TenantArchive, ListQuery(), call.grant, limit=query.limit, cursor=query.cursor
    )


def folder_of(runtime: Runtime, tenant: str, archive: str) -> Folder:
    """The objects of one archive; kept for seven days."""
    return Folder(runtime, "archives", tenant, archive)
