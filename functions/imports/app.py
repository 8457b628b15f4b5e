"""Every trigger of imports and exports: routes, what follows from events, work in chunks."""

from functions.imports import (
    chunks,
    export_parts,
    export_usage,
    exporting,
    inspecting,
    jobs,
    mappings,
    row_lists,
    running,
    undo_lists,
    undoing,
)
from functions.imports.export_schemas import ExportQuery, ExportView, NewExport, Usage, UsageQuery
from functions.imports.files import Link
from functions.imports.messages import ExportPart, ImportChunk, UndoChunk
from functions.imports.schemas import (
    ImportQuery,
    ImportView,
    InspectionView,
    MappingChange,
    MappingChoice,
    NewImport,
    NewInspection,
    NewMapping,
    NewUpload,
    PageQuery,
    RowPage,
    RowQuery,
    RunOrder,
    UndonePage,
    UndoneQuery,
)
from shared.domain.events.exports import ExportApproved, ExportRequested
from shared.domain.events.imports import (
    ImportResumed,
    ImportStarted,
    ImportStopRequested,
    ImportUndoRequested,
)
from shared.domain.exports import ExportJob, ExportPolicy, ExportRules
from shared.domain.imports import ImportJob, ImportMapping
from shared.http.call import AnyCall, Reply
from shared.http.endpoint import endpoint
from shared.runtime.app import create_app
from shared.runtime.consumers import Delivery, Job, consumes, works
from shared.storage.store import DocumentPage

app = create_app("imports")
TAG = "Imports"


@app.route("/v1/imports", methods=["POST"])
@endpoint(
    "Create an import; the answer says where to put the file",
    resource="import",
    action="create",
    tag=TAG,
    body=NewImport,
    returns=ImportView,
    status=201,
    writes=True,
)
def create_import(call: AnyCall) -> Reply:
    """Create."""
    job = jobs.create(call, call.body)
    return Reply(job, headers={"Location": f"/v1/imports/{job.id}"})


@app.route("/v1/imports", methods=["GET"])
@endpoint(
    "List imports, newest first",
    resource="import",
    action="read",
    tag=TAG,
    query=ImportQuery,
    returns=ImportJob,
    listed=True,
)
def list_imports(call: AnyCall) -> DocumentPage:
    """List."""
    return jobs.page(call, call.query)


@app.route("/v1/imports/{import_id}", methods=["GET"])
@endpoint(
    "Read an import with its progress",
    resource="import",
    action="read",
    tag=TAG,
    returns=ImportView,
)
def read_import(call: AnyCall, import_id: str) -> ImportView:
    """Read."""
    return jobs.read(call, import_id)


@app.route("/v1/imports/{import_id}/upload", methods=["POST"])
@endpoint(
    "A fresh address to upload the file to",
    resource="import",
    action="update",
    tag=TAG,
    body=NewUpload,
    returns=Link,
    writes=True,
)
def renew_upload(call: AnyCall, import_id: str) -> Link:
    """Renew the upload address."""
    return jobs.renew_upload(call, import_id, call.body)


@app.route("/v1/imports/{import_id}/inspection", methods=["POST"])
@endpoint(
    "Inspect the uploaded file and suggest a mapping",
    resource="import",
    action="update",
    tag=TAG,
    body=NewInspection,
    returns=InspectionView,
    writes=True,
)
def inspect_file(call: AnyCall, import_id: str) -> InspectionView:
    """Inspect."""
    return inspecting.look(call, import_id, call.body)


@app.route("/v1/imports/{import_id}/inspection", methods=["GET"])
@endpoint(
    "What the last inspection found",
    resource="import",
    action="read",
    tag=TAG,
    returns=InspectionView,
    other_statuses=(409,),
)
def read_inspection(call: AnyCall, import_id: str) -> InspectionView:
    """Read the inspection."""
    return inspecting.last_look(call, import_id)


@app.route("/v1/imports/{import_id}/mapping", methods=["PUT"])
@endpoint(
    "Choose how columns become fields",
    resource="import",
    action="update",
    tag=TAG,
    body=MappingChoice,
    returns=ImportJob,
    precondition=True,
    writes=True,
)
def choose_mapping(call: AnyCall, import_id: str) -> ImportJob:
    """Map."""
    return mappings.choose(call, import_id, call.body)


@app.route("/v1/imports/{import_id}/runs", methods=["POST"])
@endpoint(
    "Run an import in the background, or rehearse it without writing",
    resource="import",
    action="update",
    tag=TAG,
    body=RunOrder,
    returns=ImportJob,
    status=202,
    precondition=True,
    writes=True,
)
def run_import(call: AnyCall, import_id: str) -> ImportJob:
    """Run."""
    return running.start(call, import_id, call.body)


@app.route("/v1/imports/{import_id}/pause", methods=["POST"])
@endpoint(
    "Pause a run after the chunks at work",
    resource="import",
    action="update",
    tag=TAG,
    returns=ImportJob,
    precondition=True,
    writes=True,
)
def pause_import(call: AnyCall, import_id: str) -> ImportJob:
    """Pause."""
    return running.pause(call, import_id)


@app.route("/v1/imports/{import_id}/resume", methods=["POST"])
@endpoint(
    "Go on with a paused run",
    resource="import",
    action="update",
    tag=TAG,
    returns=ImportJob,
    precondition=True,
    writes=True,
)
def resume_import(call: AnyCall, import_id: str) -> ImportJob:
    """Resume."""
    return running.resume(call, import_id)


@app.route("/v1/imports/{import_id}/stop", methods=["POST"])
@endpoint(
    "End a run early; rows it did not reach are skipped",
    resource="import",
    action="update",
    tag=TAG,
    returns=ImportJob,
    precondition=True,
    writes=True,
)
def stop_import(call: AnyCall, import_id: str) -> ImportJob:
    """Stop."""
    return running.stop(call, import_id)


@app.route("/v1/imports/{import_id}/undo", methods=["POST"])
@endpoint(
    "Take back what an import wrote, except where records were edited since",
    resource="import",
    action="undo",
    tag=TAG,
    returns=ImportJob,
    status=202,
    precondition=True,
    writes=True,
)
def undo_import(call: AnyCall, import_id: str) -> ImportJob:
    """Undo."""
    return running.undo(call, import_id)


@app.route("/v1/imports/{import_id}/undone-rows", methods=["GET"])
@endpoint(
    "What an undo did with each row",
    resource="import",
    action="read",
    tag=TAG,
    query=UndoneQuery,
    returns=UndonePage,
)
def list_undone_rows(call: AnyCall, import_id: str) -> UndonePage:
    """List undone rows."""
    return undo_lists.rows(call, import_id, call.query)


@app.route("/v1/imports/{import_id}/rows", methods=["GET"])
@endpoint(
    "What became of each row, in file order",
    resource="import",
    action="read",
    tag=TAG,
    query=RowQuery,
    returns=RowPage,
)
def list_rows(call: AnyCall, import_id: str) -> RowPage:
    """List row results."""
    return row_lists.rows(call, import_id, call.query)


@app.route("/v1/imports/{import_id}/error-file", methods=["GET"])
@endpoint(
    "Where to fetch the rows to correct; the file can be uploaded again",
    resource="import",
    action="read",
    tag=TAG,
    returns=Link,
)
def link_error_file(call: AnyCall, import_id: str) -> Link:
    """Link the error file."""
    return row_lists.error_link(call, import_id)


@app.route("/v1/import-mappings", methods=["POST"])
@endpoint(
    "Keep a mapping for the next file",
    resource="import",
    action="create",
    tag=TAG,
    body=NewMapping,
    returns=ImportMapping,
    status=201,
    writes=True,
)
def save_mapping(call: AnyCall) -> Reply:
    """Save a mapping."""
    saved = mappings.save(call, call.body)
    return Reply(saved, headers={"Location": f"/v1/import-mappings/{saved.id}"})


@app.route("/v1/import-mappings", methods=["GET"])
@endpoint(
    "List saved mappings, newest first",
    resource="import",
    action="read",
    tag=TAG,
    query=PageQuery,
    returns=ImportMapping,
    listed=True,
)
def list_mappings(call: AnyCall) -> DocumentPage:
    """List mappings."""
    return mappings.page(call, call.query)


@app.route("/v1/import-mappings/{mapping}", methods=["GET"])
@endpoint("Read a saved mapping", resource="import", action="read", tag=TAG, returns=ImportMapping)
def read_mapping(call: AnyCall, mapping: str) -> ImportMapping:
    """Read a mapping."""
    return call.load(ImportMapping, mapping)


@app.route("/v1/import-mappings/{mapping}", methods=["PATCH"])
@endpoint(
    "Change a saved mapping",
    resource="import",
    action="update",
    tag=TAG,
    body=MappingChange,
    returns=ImportMapping,
    precondition=True,
    writes=True,
)
def change_mapping(call: AnyCall, mapping: str) -> ImportMapping:
    """Change a mapping."""
    return mappings.change(call, mapping, call.body)


@app.route("/v1/import-mappings/{mapping}", methods=["DELETE"])
@endpoint(
    "Move a saved mapping to the bin",
    resource="import",
    action="update",
    tag=TAG,
    returns=ImportMapping,
    precondition=True,
    writes=True,
)
def delete_mapping(call: AnyCall, mapping: str) -> ImportMapping:
    """Delete a mapping."""
    return mappings.delete(call, mapping)


@app.route("/v1/exports", methods=["POST"])
@endpoint(
    "Export records to a file in the background",
    resource="export",
    action="create",
    tag="Exports",
    body=NewExport,
    returns=ExportJob,
    status=202,
    writes=True,
)
def request_export(call: AnyCall) -> Reply:
    """Export."""
    job = exporting.request(call, call.body)
    return Reply(job, headers={"Location": f"/v1/exports/{job.id}"})


@app.route("/v1/exports", methods=["GET"])
@endpoint(
    "List exports, newest first",
    resource="export",
    action="read",
    tag="Exports",
    query=ExportQuery,
    returns=ExportJob,
    listed=True,
)
def list_exports(call: AnyCall) -> DocumentPage:
    """List exports."""
    return exporting.page(call, call.query)


@app.route("/v1/exports/usage", methods=["GET"])
@endpoint(
    "Who took out how much, by day",
    resource="export",
    action="usage",
    tag="Exports",
    query=UsageQuery,
    returns=Usage,
)
def read_export_usage(call: AnyCall) -> Usage:
    """Read the counters of exports."""
    return export_usage.of_month(call, call.query)


@app.route("/v1/export-policy", methods=["GET"])
@endpoint(
    "Read the rules of exports",
    resource="export",
    action="policy",
    tag="Exports",
    returns=ExportPolicy,
)
def read_export_policy(call: AnyCall) -> ExportPolicy:
    """Read the rules."""
    return exporting.policy(call)


@app.route("/v1/export-policy", methods=["PUT"])
@endpoint(
    "Say above how many rows an export must be approved",
    resource="export",
    action="policy",
    tag="Exports",
    body=ExportRules,
    returns=ExportPolicy,
    precondition=True,
    writes=True,
)
def set_export_policy(call: AnyCall) -> ExportPolicy:
    """Replace the rules."""
    return exporting.set_policy(call, call.body)


@app.route("/v1/exports/{export}/link", methods=["POST"])
@endpoint(
    "Get a link to the file; that is kept in the audit trail",
    resource="export",
    action="read",
    tag="Exports",
    returns=Link,
    writes=True,
)
def link_export(call: AnyCall, export: str) -> Link:
    """Link the file."""
    return exporting.link(call, export)


@app.route("/v1/exports/{export}", methods=["GET"])
@endpoint(
    "Read an export",
    resource="export",
    action="read",
    tag="Exports",
    returns=ExportView,
)
def read_export(call: AnyCall, export: str) -> ExportView:
    """Read an export."""
    return exporting.read(call, export)


@app.route("/v1/exports/{export}/cancel", methods=["POST"])
@endpoint(
    "Call an export off",
    resource="export",
    action="create",
    tag="Exports",
    returns=ExportJob,
    precondition=True,
    writes=True,
)
def cancel_export(call: AnyCall, export: str) -> ExportJob:
    """Cancel an export."""
    return exporting.cancel(call, export)


@app.on_sqs_message(queue="import-start", batch_size=1)
@consumes(ImportStarted)
def begin_run(delivery: Delivery) -> None:
    """A run began: split its file."""
    running.begin(delivery)


@app.on_sqs_message(queue="import-resume", batch_size=1)
@consumes(ImportResumed, ImportStopRequested)
def continue_run(delivery: Delivery) -> None:
    """A run that stood still shall go on, or end."""
    running.go_on(delivery)


@app.on_sqs_message(queue="import-chunks", batch_size=1)
@works(ImportChunk)
def import_chunk(job: Job[ImportChunk]) -> None:
    """Carry out one chunk."""
    chunks.work_off(job)


@app.on_sqs_message(queue="import-undo", batch_size=1)
@consumes(ImportUndoRequested)
def begin_undo(delivery: Delivery) -> None:
    """An import is to be undone: start at its end."""
    undoing.begin(delivery)


@app.on_sqs_message(queue="import-undo-chunks", batch_size=1)
@works(UndoChunk)
def undo_chunk(job: Job[UndoChunk]) -> None:
    """Take back one chunk."""
    undoing.take_back(job)


@app.on_sqs_message(queue="export-start", batch_size=1)
@consumes(ExportRequested, ExportApproved)
def begin_export(delivery: Delivery) -> None:
    """An export was asked for, or approved."""
    export_parts.begin(delivery)


@app.on_sqs_message(queue="export-parts", batch_size=1)
@works(ExportPart)
def export_part(job: Job[ExportPart]) -> None:
    """Read one part of an export, or write its file."""
    export_parts.read_part(job)
