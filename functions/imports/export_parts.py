"""Exports in the background: records are read part by part, then joined into one file.

Each part is read once and noted; a delivery that comes twice goes on from what was noted first.
"""

import json
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from functions.imports.adapters import record_kind
from functions.imports.export_checkpoints import ExportCheckpoints, Part
from functions.imports.files import Folder, export_folder
from functions.imports.formats import CONTENT_TYPES, ExportColumn, Manifest, export
from functions.imports.messages import EXPORT, ExportPart
from shared.domain.access import Principal, apply_field_rules, field_rules, grant
from shared.domain.context import Context
from shared.domain.errors import StaleVersion
from shared.domain.exports import ExportJob
from shared.domain.exports import Manifest as ManifestNote
from shared.domain.tenancy import Tenant
from shared.runtime.consumers import Delivery, Job
from shared.runtime.runtime import runtime
from shared.storage.lead_filters import LeadFilters
from shared.storage.store import DocumentPage, Store

PART_ROWS = 2_000
PAGE_ROWS = 250
MAX_ROWS = {"ndjson": 1_000_000, "csv": 1_000_000, "xlsx": 200_000}
FILE = "file"


def begin(delivery: Delivery) -> None:
    """An export was asked for: read its first part."""
    _send(delivery.context, ExportPart(tenant=delivery.context.tenant, export=_subject(delivery)))


def read_part(order: Job[ExportPart]) -> None:
    """Read one part and send the next; at the end, write the file."""
    message, store, context = order.message, order.store, order.context
    job = store.find(ExportJob, message.export)
    if job is None or job.status != "running":
        return
    folder = export_folder(runtime(), store.tenant, job.id)
    checkpoints = ExportCheckpoints(store, job)
    part = checkpoints.get(message.part)
    if part is None:
        part = checkpoints.record(
            context, message.part, _read(context, store, folder, job, message)
        )
    limit = MAX_ROWS[job.format]
    if part.rows > limit:
        _end(context, store, job.fail(context, "too_many_rows", f"{job.format}: {limit} rows."))
    elif part.cursor is None:
        manifest = _join(store, folder, job, checkpoints.all())
        _end(context, store, job.complete(context, manifest))
    else:
        following = message.model_copy(
            update={"part": message.part + 1, "cursor": part.cursor, "rows": part.rows}
        )
        _send(context, following)


def file_name_of(job: ExportJob) -> str:
    """`leads-2026-03-02.csv`."""
    return f"{job.record_kind}s-{job.created_at:%Y-%m-%d}.{job.format}"


def _subject(delivery: Delivery) -> str:
    return delivery.envelope.subject.id


def _read(
    context: Context, store: Store, folder: Folder, job: ExportJob, message: ExportPart
) -> Part:
    """The records of a part as the creator of the export may see them."""
    principal = job.runner.principal(store.tenant)
    rules = field_rules(principal, job.record_kind)
    names = {column.field.partition(".")[0] for column in job.columns}
    lines: list[str] = []
    cursor = message.cursor
    while True:
        page = _page(store, principal, job, cursor)
        for text in page.documents:
            document: dict[str, Any] = json.loads(text)
            shown = apply_field_rules(rules, {n: document[n] for n in names if n in document})
            lines.append(json.dumps(shown, ensure_ascii=False, separators=(",", ":")))
        cursor = page.cursor
        if cursor is None or len(lines) >= PART_ROWS:
            break
    # A name of its own: who is slower must not write into a part that others go on from.
    name = f"parts/{message.part:06d}-{context.entropy().hex()}.ndjson"
    folder.put(name, "\n".join(lines).encode())
    return Part(name, message.rows + len(lines), cursor)


def _page(store: Store, principal: Principal, job: ExportJob, cursor: str | None) -> DocumentPage:
    filters = LeadFilters.model_validate(job.filters)
    now_included = job.created_at + timedelta(milliseconds=1)
    ceiling = min(filter(None, (filters.created_before, now_included)))
    query = filters.model_copy(update={"created_before": ceiling}).to_list_query(principal.actor)
    entity, right = record_kind(job.record_kind).entity, grant(principal, job.record_kind, "read")
    if filters.q:
        return store.search(entity, filters.q, query, right, limit=PAGE_ROWS, cursor=cursor)
    return store.page(entity, query, right, limit=PAGE_ROWS, cursor=cursor)


def _join(store: Store, folder: Folder, job: ExportJob, parts: list[Part]) -> ManifestNote:
    columns = [ExportColumn(field=c.field, title=c.title or c.field) for c in job.columns]
    tenant = store.find(Tenant, store.tenant)
    zone = tenant.time_zone if tenant else "UTC"
    manifest = Manifest()
    with tempfile.TemporaryFile() as file:
        for chunk in export(job.format, columns, _rows(folder, parts), manifest, zone):
            file.write(chunk)
        folder.put_file(FILE, file, CONTENT_TYPES[job.format])
    return ManifestNote(
        rows=manifest.rows, bytes=manifest.bytes, sha256=manifest.sha256, as_of=job.created_at
    )


def _rows(folder: Folder, parts: list[Part]) -> Iterator[dict[str, Any]]:
    for part in parts:
        for line in folder.get(part.name).splitlines():
            yield json.loads(line)


def _end(context: Context, store: Store, job: ExportJob) -> None:
    unit = store.begin(context)
    unit.put(job)
    try:
        unit.commit()
    except StaleVersion as lost:
        if store.load(ExportJob, job.id).status == "running":
            raise lost


def _send(context: Context, message: ExportPart) -> None:
    told = message.model_copy(update={"correlation_id": context.correlation_id})
    runtime().send(EXPORT, [told])
