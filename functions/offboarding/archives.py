"""Archives as people order them, and the link to the file."""

from functions.offboarding.model import TenantArchive
from functions.offboarding.schemas import ArchiveView
from shared.domain.errors import InvalidState
from shared.domain.events.privacy import TenantArchiveRequested
from shared.http.call import AnyCall
from shared.http.record_schemas import PageQuery
from shared.http.trail import note_in_trail
from shared.runtime.files import Folder
from shared.runtime.runtime import Runtime
from shared.storage.listing import ListQuery
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


def read(call: AnyCall, archive_id: str) -> ArchiveView:
    """An archive, with the link while the file is there."""
    archive = call.load(TenantArchive, archive_id)
    link = None
    if archive.fetchable(call.context):
        name = f"rapport-{archive.created_at:%Y-%m-%d}.zip"
        link = folder_of(call.runtime, call.context.tenant, archive.id).download_link(FILE, name)
    fields = {name: getattr(archive, name) for name in TenantArchive.model_fields}
    return ArchiveView(**fields, link=link)


def page(call: AnyCall, query: PageQuery) -> DocumentPage:
    """Archives, newest first."""
    return call.store.page(
        TenantArchive, ListQuery(), call.grant, limit=query.limit, cursor=query.cursor
    )


def folder_of(runtime: Runtime, tenant: str, archive: str) -> Folder:
    """The objects of one archive; kept for seven days."""
    return Folder(runtime, "archives", tenant, archive)
