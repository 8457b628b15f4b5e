"""The first look at an uploaded file, and the mapping that suggests itself."""

import re

from functions.imports.adapters import record_kind
from functions.imports.files import INSPECTION, Folder
from functions.imports.findings import Hints, Inspection
from functions.imports.inspection import inspect
from functions.imports.jobs import UPLOADING, folder_of, uploaded_size
from functions.imports.presets import recognise
from functions.imports.proposals import Locality
from functions.imports.schemas import InspectionView
from functions.imports.splitting import copied
from functions.imports.suggestion import Known, Suggestion, suggest
from shared.domain.errors import Gone, InvalidState
from shared.domain.imports import ImportJob
from shared.domain.tenancy import Tenant
from shared.http.call import AnyCall

_CUSTOM = re.compile(r"custom\.[a-z][a-z0-9_]{0,63}")


def look(call: AnyCall, job_id: str, hints: Hints) -> InspectionView:
    """Inspect the file and keep what was found; a mapping chosen before is dropped."""
    job = call.load(ImportJob, job_id)
    job.require(*UPLOADING)
    folder = folder_of(call, job)
    size = uploaded_size(folder)
    given = Hints(**{name: getattr(hints, name) for name in Hints.model_fields})
    with copied(folder) as file:
        found = inspect(file, given, size)
    answer = InspectionView(inspection=found, suggestion=_suggestion(call, job, found))
    if not call.context.dry_run:
        folder.put(INSPECTION, answer.model_dump_json().encode())
    layout = found.layout.model_dump(mode="json")
    call.unit.put(
        job.evolve(
            call.context,
            status="inspected",
            layout=layout,
            mapping=None,
            saved_mapping=None,
            rows_estimated=found.rows,
            file_size=size,
        )
    )
    return answer


def last_look(call: AnyCall, job_id: str) -> InspectionView:
    """What the last inspection found. Raises InvalidState before the first."""
    return inspection_of(folder_of(call, job := call.load(ImportJob, job_id)), job)


def inspection_of(folder: Folder, job: ImportJob) -> InspectionView:
    """The stored inspection of a job."""
    if job.layout is None:
        raise InvalidState("Inspect the file first.", code="not_inspected")
    try:
        return InspectionView.model_validate_json(folder.get(INSPECTION))
    except Gone:
        raise InvalidState("Inspect the file first.", code="not_inspected") from None


def _suggestion(call: AnyCall, job: ImportJob, found: Inspection) -> Suggestion:
    tenant = call.store.find(Tenant, call.context.tenant)
    zone = tenant.time_zone if tenant else "UTC"
    locality = Locality(region=call.context.principal.region, zone=zone)
    kind = record_kind(job.record_kind)
    preset = recognise(tuple(column.name for column in found.columns), kind.name)
    known = Known(preset, kind.name, kind.target) if preset else None
    proposed = suggest(found.columns, kind.targets, locality, custom=True, known=known)
    fields = tuple(
        each
        if not each.field.startswith("custom.") or _CUSTOM.fullmatch(each.field)
        else each.model_copy(update={"field": f"custom.column_{position}"})
        for position, each in enumerate(proposed.fields, start=1)
    )
    return proposed.model_copy(update={"fields": fields})
