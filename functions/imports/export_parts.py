"""Exports in the background: records are read part by part, then joined into one file.

Each part is read once and noted; a delivery that comes twice goes on from what was noted first.
"""

import json
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from functions.imports.adapters import record_kind
from functions.imports.companies import with_companies
from functions.imports.export_checkpoints import ExportCheckpoints, Part
from functions.imports.export_usage import count
from functions.imports.files import Folder, export_folder
from functions.imports.formats import CONTENT_TYPES, ExportColumn, Manifest, export
from functions.imports.messages import EXPORT, ExportPart
from shared.domain.access import Principal, apply_field_rules, field_rules, grant
from shared.domain.context import Context
from shared.domain.errors import InvalidState, StaleVersion
from shared.domain.exports import ExportJob, ExportPolicy
from shared.domain.exports import Manifest as ManifestNote
from shared.domain.tenancy import Tenant, User
from shared.runtime.consumers import Delivery, Job
from shared.runtime.runtime import runtime
from shared.storage.reviews import ReviewDesk
from shared.storage.store import DocumentPage, Store
from shared.storage.unit_of_work import UnitOfWork

PART_ROWS = 2_000
PAGE_ROWS = 250
MAX_ROWS = {"ndjson": 1_000_000, "csv": 1_000_000, "vcard": 200_000, "xlsx": 200_000}
FILE = "file"


def begin(delivery: Delivery) -> None:
    """An export was asked for: read its first part. One was approved: its last part makes the
    file."""
    store, export = delivery.store, delivery.envelope.subject.id
    message = ExportPart(tenant=delivery.context.tenant, export=export)
    job = store.find(ExportJob, export)
    if job is not None and job.approved:
        last = max(len(ExportCheckpoints(store, job).all()) - 1, 0)
        message = message.model_copy(update={"part": last})
    _send(delivery.context, message)


def policy_of(store: Store, context: Context) -> ExportPolicy:
    """The tenant's rules of exports, or those of the product (version 0)."""
    return store.sole(ExportPolicy, context)


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
        _finish(context, store, folder, job, checkpoints.all())
    else:
        following = message.model_copy(
            update={"part": message.part + 1, "cursor": part.cursor, "rows": part.rows}
        )
        _send(context, following)


def file_name_of(job: ExportJob) -> str:
    """`leads-2026-03-02.csv`."""
    ending = "vcf" if job.format == "vcard" else job.format
    return f"{job.record_kind}s-{job.created_at:%Y-%m-%d}.{ending}"


def _finish(
    context: Context, store: Store, folder: Folder, job: ExportJob, parts: list[Part]
) -> None:
    """Make the file, or ask first whether so many rows may leave the house."""
    policy = policy_of(store, context)
    rows = parts[-1].rows
    if not job.approved and policy.approval_above is not None and rows > policy.approval_above:
        _ask(context, store, job.model_copy(update={"rows": rows}))
        return
    watermark = _watermark(store, job) if policy.watermark else ""
    manifest = _join(store, folder, job, parts, watermark)
    _end(context, store, job.complete(context, manifest), rows=manifest.rows)


def _ask(context: Context, store: Store, job: ExportJob) -> None:
    unit = store.begin(context)
    asked = job.recording()
    try:
        waiting = ReviewDesk(store, context).ask(unit, asked, "export", job.owner, ("many_rows",))
    except InvalidState as nobody:
        _end(context, store, job.fail(context, "nobody_to_ask", nobody.message))
        return
    unit.put(waiting)
    _commit(store, job, unit)


def _watermark(store: Store, job: ExportJob) -> str:
    """Who took the file out, and when."""
    user = store.find(User, job.owner)
    who = f"{user.name} ({job.owner})" if user else job.owner
    return f"Exported by {who} at {job.created_at:%Y-%m-%d %H:%M} UTC, {job.id}"


def _read(
    context: Context, store: Store, folder: Folder, job: ExportJob, message: ExportPart
) -> Part:
    """The records of a part as the creator of the export may see them."""
    principal = job.runner.principal(store.tenant)
    rules, kind = field_rules(principal, job.record_kind), record_kind(job.record_kind)
    names = {column.field.partition(".")[0] for column in job.columns}
    lines: list[str] = []
    cursor = message.cursor
    while True:
        page = _page(store, principal, job, cursor)
        for text in page.documents:
            document: dict[str, Any] = json.loads(text)
            if document.get("restricted"):  # kept, but not to be used
                continue
            shown = apply_field_rules(rules, {n: document[n] for n in names if n in document})
            if job.format != "vcard":
                shown = kind.shown(shown)
            lines.append(json.dumps(shown, ensure_ascii=False, separators=(",", ":")))
        cursor = page.cursor
        if cursor is None or len(lines) >= PART_ROWS:
            break
    # A name of its own: who is slower must not write into a part that others go on from.
    name = f"parts/{message.part:06d}-{context.entropy().hex()}.ndjson"
    folder.put(name, "\n".join(lines).encode())
    return Part(name, message.rows + len(lines), cursor)


def _page(store: Store, principal: Principal, job: ExportJob, cursor: str | None) -> DocumentPage:
    kind = record_kind(job.record_kind)
    filters = kind.filters.model_validate(job.filters)
    now_included = job.created_at + timedelta(milliseconds=1)
    ceiling = min(filter(None, (filters.created_before, now_included)))
    query = filters.model_copy(update={"created_before": ceiling}).to_list_query(principal.actor)
    entity, right = kind.entity, grant(principal, job.record_kind, "read")
    if filters.q:
        return store.search(entity, filters.q, query, right, limit=PAGE_ROWS, cursor=cursor)
    return store.page(entity, query, right, limit=PAGE_ROWS, cursor=cursor)


def _join(
    store: Store, folder: Folder, job: ExportJob, parts: list[Part], watermark: str
) -> ManifestNote:
    columns = [ExportColumn(field=c.field, title=c.title or c.field) for c in job.columns]
    tenant = store.find(Tenant, store.tenant)
    zone = tenant.time_zone if tenant else "UTC"
    manifest = Manifest()
    with tempfile.TemporaryFile() as file:
        rows = _rows(folder, parts)
        if job.format == "vcard":
            rows = with_companies(store, job, rows)
        for chunk in export(job.format, columns, rows, manifest, zone, watermark):
            file.write(chunk)
        folder.put_file(FILE, file, CONTENT_TYPES[job.format])
    return ManifestNote(
        rows=manifest.rows,
        bytes=manifest.bytes,
        sha256=manifest.sha256,
        as_of=job.created_at,
        watermark=watermark,
    )


def _rows(folder: Folder, parts: list[Part]) -> Iterator[dict[str, Any]]:
    for part in parts:
        for line in folder.get(part.name).splitlines():
            yield json.loads(line)


def _end(context: Context, store: Store, job: ExportJob, *, rows: int = 0) -> None:
    unit = store.begin(context)
    unit.put(job)
    if rows:
        count(unit, job.owner, context.now, rows=rows)
    _commit(store, job, unit)


def _commit(store: Store, job: ExportJob, unit: UnitOfWork) -> None:
    """Somebody who was faster decided; that is an error only while the export still runs."""
    try:
        unit.commit()
    except StaleVersion as lost:
        if store.load(ExportJob, job.id).status == "running":
            raise lost


def _send(context: Context, message: ExportPart) -> None:
    told = message.model_copy(update={"correlation_id": context.correlation_id})
    runtime().send(EXPORT, [told])
