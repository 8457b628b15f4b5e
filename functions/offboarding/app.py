"""Every trigger of offboarding: routes of archives and deletion, their work, the end of grace."""

from functools import partial

from functions.offboarding import archives, archiving, closing, deletions, removing
from functions.offboarding.messages import ArchivePart, RemovalStep
from functions.offboarding.model import TenantArchive
from functions.offboarding.schemas import DeletionOrder, DeletionView
from shared.domain.events.privacy import TenantArchiveRequested
from shared.http.call import AnyCall, Reply
from shared.http.endpoint import endpoint
from shared.http.record_schemas import PageQuery
from shared.runtime.app import create_app
from shared.runtime.consumers import Delivery, Job, consumes, works
from shared.runtime.files import Link
from shared.runtime.timers import TimerDue
from shared.storage.store import DocumentPage

app = create_app("offboarding")
_archive = partial(endpoint, resource="archive", tag="Offboarding")


@app.route("/v1/tenant/archives", methods=["POST"])
@_archive(
    "Take everything along: an archive in open formats, made in the background",
    action="create",
    returns=TenantArchive,
    status=202,
    writes=True,
)
def request_tenant_archive(call: AnyCall) -> Reply:
    """Request an archive."""
    archive = archives.request(call)
    return Reply(archive, headers={"Location": f"/v1/tenant/archives/{archive.id}"})


@app.route("/v1/tenant/archives", methods=["GET"])
@_archive(
    "List archives, newest first",
    action="read",
    query=PageQuery,
    returns=TenantArchive,
    listed=True,
)
def list_tenant_archives(call: AnyCall) -> DocumentPage:
    """List."""
    return archives.page(call, call.query)


@app.route("/v1/tenant/archives/{archive}", methods=["GET"])
@_archive("Read an archive and how far it is", action="read", returns=TenantArchive)
def read_tenant_archive(call: AnyCall, archive: str) -> TenantArchive:
    """Read."""
    return call.load(TenantArchive, archive)


@app.route("/v1/tenant/archives/{archive}/link", methods=["POST"])
@_archive(
    "Get a link to the file; that is kept in the audit trail",
    action="create",
    returns=Link,
    other_statuses=(410,),
    writes=True,
)
def link_tenant_archive(call: AnyCall, archive: str) -> Link:
    """Link."""
    return archives.link(call, archive)


@app.route("/v1/tenant/deletion", methods=["POST"])
@_archive(
    "Remove the tenant with everything it has, after seven days of grace",
    action="delete",
    body=DeletionOrder,
    returns=DeletionView,
    status=202,
    writes=True,
)
def schedule_deletion(call: AnyCall) -> DeletionView:
    """Schedule."""
    return deletions.schedule(call, call.body)


@app.route("/v1/tenant/deletion", methods=["GET"])
@_archive(
    "Where the deletion of the tenant stands",
    action="read",
    returns=DeletionView,
    other_statuses=(404,),
)
def read_deletion(call: AnyCall) -> DeletionView:
    """Read."""
    return deletions.read(call)


@app.route("/v1/tenant/deletion", methods=["DELETE"])
@_archive(
    "Call the deletion of the tenant off",
    action="delete",
    returns=DeletionView,
    other_statuses=(404,),
    precondition=True,
    writes=True,
)
def cancel_deletion(call: AnyCall) -> DeletionView:
    """Cancel."""
    return deletions.cancel(call)


@app.on_sqs_message(queue="tenant-archives", batch_size=1)
@consumes(TenantArchiveRequested)
def begin_archive(delivery: Delivery) -> None:
    """The archive was asked for: read its first part."""
    archiving.begin(delivery)


@app.on_sqs_message(queue="tenant-archive-parts", batch_size=1)
@works(ArchivePart)
def archive_part(job: Job[ArchivePart]) -> None:
    """Read a part; the last one also writes the file."""
    archiving.read_part(job)


@app.on_sqs_message(queue="tenant_deletion-timers", batch_size=1)
@works(TimerDue)
def end_grace(job: Job[TimerDue]) -> None:
    """The time of grace is over."""
    closing.act_on_timer(job)


@app.on_sqs_message(queue="tenant-removals", batch_size=1)
@works(RemovalStep)
def remove_tenant(job: Job[RemovalStep]) -> None:
    """Take a step of the removal."""
    removing.remove(job)
