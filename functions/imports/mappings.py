"""Mappings, chosen for one import or kept under a name; all that is wrong is said at once."""

from collections.abc import Sequence

from functions.imports.adapters import record_kind
from functions.imports.inspecting import inspection_of
from functions.imports.jobs import folder_of
from functions.imports.mapping import Mapping
from functions.imports.policies import policy_problems, require_rights
from functions.imports.schemas import MappingChange, MappingChoice, NewMapping, PageQuery
from shared.domain.access import field_rules, grant, refuse_ruled_fields
from shared.domain.errors import FieldError, InvalidInput
from shared.domain.imports import READY, ImportJob, ImportMapping
from shared.http.call import AnyCall
from shared.storage.list_query import ListQuery
from shared.storage.store import DocumentPage

MAX_BYTES = 100_000
"""A mapping is stored with its job."""


def choose(call: AnyCall, job_id: str, choice: MappingChoice) -> ImportJob:
    """Set the mapping of an import, checked against its file. Raises InvalidInput."""
    job = call.load(ImportJob, job_id)
    job.require(*READY)
    mapping = _chosen(call, choice)
    if mapping.kind != job.record_kind:
        message = f"The import brings in records of kind {job.record_kind}."
        raise InvalidInput.of("mapping.kind", "another_kind", message)
    found = inspection_of(folder_of(call, job), job).inspection
    check(call, mapping, [column.name for column in found.columns], "mapping.")
    chosen = job.evolve(
        call.context,
        status="inspected",
        mapping=mapping.model_dump(mode="json"),
        saved_mapping=choice.saved,
    )
    return call.unit.put(chosen)


def _chosen(call: AnyCall, choice: MappingChoice) -> Mapping:
    if (choice.mapping is None) == (choice.saved is None):
        raise InvalidInput.of("mapping", "required", "Give a mapping, or the id of a saved one.")
    if choice.mapping is not None:
        return choice.mapping
    right = grant(call.context.principal, "import", "read")
    saved = right.require(call.store.load(ImportMapping, choice.saved or ""))
    return Mapping.model_validate(saved.mapping)


def save(call: AnyCall, given: NewMapping) -> ImportMapping:
    """Keep a mapping under a name."""
    check(call, given.mapping, None, "mapping.")
    kept = ImportMapping(
        **ImportMapping.stamp(call.context),
        name=given.name,
        owner=call.context.actor,
        mapping=given.mapping.model_dump(mode="json"),
    )
    return call.unit.put(kept)


def change(call: AnyCall, mapping_id: str, given: MappingChange) -> ImportMapping:
    """Change a saved mapping; imports that used it keep the one they had."""
    saved = call.load(ImportMapping, mapping_id)
    changes: dict[str, object] = {}
    if given.name is not None:
        changes["name"] = given.name
    if given.mapping is not None:
        check(call, given.mapping, None, "mapping.")
        changes["mapping"] = given.mapping.model_dump(mode="json")
    return call.unit.put(saved.evolve(call.context, **changes)) if changes else saved


def delete(call: AnyCall, mapping_id: str) -> ImportMapping:
    """Move a saved mapping to the bin."""
    saved = call.load(ImportMapping, mapping_id)
    return call.unit.put(saved.evolve(call.context, deleted_at=call.context.now))


def page(call: AnyCall, query: PageQuery) -> DocumentPage:
    """Saved mappings, newest first."""
    return call.store.page(
        ImportMapping, ListQuery(), call.grant, limit=query.limit, cursor=query.cursor
    )


def check(call: AnyCall, mapping: Mapping, columns: Sequence[str] | None, prefix: str) -> None:
    """Raises InvalidInput with all that is wrong, Forbidden for fields the caller may not write."""
    kind = record_kind(mapping.kind)
    fields = {each.field.partition(".")[0] for each in mapping.fields} | mapping.defaults.keys()
    refuse_ruled_fields(field_rules(call.context.principal, kind.name), fields)
    errors = [*kind.problems(mapping), *policy_problems(mapping, kind)]
    require_rights(call.context.principal, mapping)
    if columns is not None:
        errors += _column_problems(mapping, columns)
    if len(mapping.model_dump_json()) > MAX_BYTES:
        errors.append(FieldError("", "mapping_too_large", f"A mapping has {MAX_BYTES} bytes."))
    if errors:
        raise InvalidInput([FieldError(prefix + e.path, e.code, e.message) for e in errors])


def _column_problems(mapping: Mapping, columns: Sequence[str]) -> list[FieldError]:
    known = set(columns)
    return [
        FieldError(f"fields.{n}.columns", "column_missing", f"The file has no column '{column}'.")
        for n, each in enumerate(mapping.fields)
        for column in each.columns
        if column not in known
    ]
