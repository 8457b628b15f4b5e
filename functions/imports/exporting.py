"""Exports as people order them: what they may take out, how far it is, and the link to the file."""

from collections.abc import Mapping as ReadOnly

from functions.imports.adapters import RecordKind, record_kind
from functions.imports.export_checkpoints import ExportCheckpoints
from functions.imports.export_parts import FILE, file_name_of
from functions.imports.export_schemas import ExportQuery, ExportView, NewExport
from functions.imports.files import export_folder
from shared.domain.access import FieldRule, field_rules, grant, refuse_ruled_fields
from shared.domain.errors import FieldError, InvalidInput
from shared.domain.events.exports import ExportRequested
from shared.domain.exports import KEPT, ExportedColumn, ExportJob
from shared.domain.imports import Runner
from shared.http.call import AnyCall
from shared.storage.listing import ListQuery
from shared.storage.store import DocumentPage


def request(call: AnyCall, given: NewExport) -> ExportJob:
    """A new export; it reads what its creator may read, and nothing newer than itself."""
    kind = record_kind(given.kind)
    principal = call.context.principal
    grant(principal, kind.name, "read")
    filters = given.filters.model_dump(mode="json", exclude_unset=True)
    rules = field_rules(principal, kind.name)
    refuse_ruled_fields(rules, _fields_of(filters), "filter by")
    columns = _columns(kind, given.columns, rules)
    job = ExportJob(
        **ExportJob.stamp(call.context),
        record_kind=kind.name,
        owner=call.context.actor,
        format=given.format,
        columns=columns,
        filters=filters,
        runner=Runner.of(principal),
    )
    asked = ExportRequested(
        record_kind=kind.name,
        format=given.format,
        fields=tuple(column.field for column in columns),
        filters=tuple(sorted(filters)),
    )
    return call.unit.put(job.recording(asked))


def read(call: AnyCall, export_id: str) -> ExportView:
    """An export: the rows read so far, and the link while the file is there."""
    job = call.load(ExportJob, export_id)
    fields = {name: getattr(job, name) for name in ExportJob.model_fields}
    if job.status == "running":
        fields["rows"] = ExportCheckpoints(call.store, job).rows()
    link = None
    if job.finished_at is not None and job.manifest and call.context.now < job.finished_at + KEPT:
        folder = export_folder(call.runtime, call.context.tenant, job.id)
        link = folder.download_link(FILE, file_name_of(job))
    return ExportView(**fields, link=link)


def page(call: AnyCall, query: ExportQuery) -> DocumentPage:
    """Exports within the caller's reach, newest first."""
    wanted = ListQuery(state=query.status)
    return call.store.page(ExportJob, wanted, call.grant, limit=query.limit, cursor=query.cursor)


def cancel(call: AnyCall, export_id: str) -> ExportJob:
    """Call the export off."""
    return call.unit.put(call.load(ExportJob, export_id).cancel(call.context))


def _columns(
    kind: RecordKind, asked: tuple[ExportedColumn, ...], rules: ReadOnly[str, FieldRule]
) -> tuple[ExportedColumn, ...]:
    """The columns asked for, else the usual ones; what is hidden from the caller is no column."""
    unknown = [
        FieldError(f"columns.{n}.field", "unknown_field", f"There is no field {column.field}.")
        for n, column in enumerate(asked)
        if not kind.readable(column.field)
    ]
    if unknown:
        raise InvalidInput(unknown)
    hidden = {name for name, rule in rules.items() if rule == "hide"}
    refuse_ruled_fields(
        dict.fromkeys(hidden, "hide"), (c.field.partition(".")[0] for c in asked), "export"
    )
    usual = (ExportedColumn(field=name) for name in kind.export_fields)
    return asked or tuple(c for c in usual if c.field.partition(".")[0] not in hidden)


def _fields_of(filters: ReadOnly[str, object]) -> set[str]:
    """The fields that filters look at; a search looks at all that people are found by."""
    names = {name.removesuffix("_min").removesuffix("_max") for name in filters}
    return names | ({"name", "company", "email", "phone"} if "q" in filters else set())
