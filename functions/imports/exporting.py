"""Exports as people order them: what they may take out, how far it is, and the link to the file."""

import json
from collections.abc import Mapping as ReadOnly
from typing import Any

from pydantic import ValidationError

from functions.imports.adapters import RecordKind, record_kind
from functions.imports.export_checkpoints import ExportCheckpoints
from functions.imports.export_parts import FILE, file_name_of, policy_of
from functions.imports.export_schemas import ExportQuery, ExportView, NewExport
from functions.imports.export_usage import count
from functions.imports.files import Link, export_folder
from functions.imports.vcards.writing import CARD_FIELDS
from shared.domain.access import FieldRule, field_rules, grant, refuse_ruled_fields
from shared.domain.audit import audit
from shared.domain.errors import FieldError, InvalidInput
from shared.domain.events.exports import ExportRequested
from shared.domain.exports import ExportedColumn, ExportJob, ExportPolicy, ExportRules
from shared.domain.imports import Runner
from shared.http.call import AnyCall
from shared.http.problems import invalid_input
from shared.storage.list_query import ListQuery
from shared.storage.store import DocumentPage


def request(call: AnyCall, given: NewExport) -> ExportJob:
    """A new export; it reads what its creator may read, and nothing newer than itself."""
    kind = record_kind(given.kind)
    principal = call.context.principal
    grant(principal, kind.name, "read")
    filters = _filters(kind, given.filters)
    rules = field_rules(principal, kind.name)
    refuse_ruled_fields(rules, _fields_of(filters), "filter by")
    columns = _columns_of_cards(kind, rules) if given.format == "vcard" else ()
    columns = columns or _columns(kind, given.columns, rules)
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
    count(call.unit, call.context.actor, call.context.now, exports=1)
    return call.unit.put(job.recording(asked))


def read(call: AnyCall, export_id: str) -> ExportView:
    """An export with the rows read so far."""
    job = call.load(ExportJob, export_id)
    fields = {name: getattr(job, name) for name in ExportJob.model_fields}
    if job.status == "running":
        fields["rows"] = ExportCheckpoints(call.store, job).rows()
    return ExportView(**fields)


def link(call: AnyCall, export_id: str) -> Link:
    """The address of the file, for fifteen minutes. That somebody asked is kept in the audit
    trail and counted. Raises InvalidState, Gone."""
    job = call.load(ExportJob, export_id)
    call.unit.put(job.hand_out(call.context))
    count(call.unit, call.context.actor, call.context.now, links=1)
    entry = audit(
        call.context,
        "export_link",
        "ok",
        actor=call.context.actor,
        subject=job.id,
        fields=tuple(column.field for column in job.columns),
        ip=call.origin.source_ip,
        user_agent=call.origin.header("user-agent"),
    )
    call.unit.put(entry)
    folder = export_folder(call.runtime, call.context.tenant, job.id)
    return folder.download_link(FILE, file_name_of(job))


def policy(call: AnyCall) -> ExportPolicy:
    """The tenant's rules; those of the product (version 0) until they are set."""
    return policy_of(call.store, call.context)


def set_policy(call: AnyCall, given: ExportRules) -> ExportPolicy:
    """Replace the rules."""
    before = call.expect(policy_of(call.store, call.context))
    rules = {name: getattr(given, name) for name in ExportRules.model_fields}
    if before.version == 0:
        return call.unit.put(before.model_copy(update=rules))
    return call.unit.put(before.evolve(call.context, **rules))


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


def _columns_of_cards(
    kind: RecordKind, rules: ReadOnly[str, FieldRule]
) -> tuple[ExportedColumn, ...]:
    """What a card is made of, without what is hidden from the caller."""
    if kind.name != "contact":
        raise InvalidInput.of("format", "not_possible", "Only contacts are written as cards.")
    hidden = {name for name, rule in rules.items() if rule == "hide"}
    return tuple(ExportedColumn(field=name) for name in CARD_FIELDS if name not in hidden)


def _filters(kind: RecordKind, given: ReadOnly[str, Any]) -> dict[str, Any]:
    """The filters as the kind's list takes them. Raises InvalidInput."""
    try:
        found = kind.filters.model_validate_json(json.dumps(given))
    except ValidationError as error:
        refusal = invalid_input(error)
        errors = [FieldError(f"filters.{e.path}", e.code, e.message) for e in refusal.errors]
        raise InvalidInput(errors) from None
    return found.model_dump(mode="json", exclude_unset=True)


_SEARCHED = frozenset({"name", "company", "email", "phone", "phones", "emails", "identities"})


def _fields_of(filters: ReadOnly[str, object]) -> set[str]:
    """The fields that filters look at; a search looks at all that people are found by."""
    names = {name.removesuffix("_min").removesuffix("_max") for name in filters}
    return names | (_SEARCHED if "q" in filters else set())
