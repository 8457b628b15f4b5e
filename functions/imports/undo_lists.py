"""What an undo did with each row, as people ask for it."""

from collections.abc import Iterator

from functions.imports.chunk_files import read_manifest
from functions.imports.files import Folder
from functions.imports.jobs import folder_of
from functions.imports.schemas import UndonePage, UndoneQuery
from functions.imports.undo_marks import UndoneRow
from functions.imports.undoing import backwards, undone_name
from shared.domain.errors import Gone
from shared.domain.imports import ImportJob
from shared.http.call import AnyCall


def rows(call: AnyCall, job_id: str, query: UndoneQuery) -> UndonePage:
    """Undone rows, from the end of the file backwards chunk by chunk."""
    job = call.load(ImportJob, job_id)
    if job.status not in ("undoing", "undone"):
        return UndonePage(items=())
    tenant, cursors = call.context.tenant, call.runtime.cursors
    fingerprint = f"undone rows of {job.id} {query.outcome}"
    start = cursors.read(tenant, fingerprint, query.cursor) if query.cursor else "0:0"
    position, _, offset = start.partition(":")
    found: list[UndoneRow] = []
    for place, row in _from(folder_of(call, job), int(position), int(offset)):
        if len(found) == query.limit:
            cursor = cursors.issue(tenant, fingerprint, place)
            return UndonePage(items=tuple(found), cursor=cursor)
        if query.outcome in (None, row.outcome):
            found.append(row)
    return UndonePage(items=tuple(found))


def _from(folder: Folder, position: int, offset: int) -> Iterator[tuple[str, UndoneRow]]:
    """Each row with its place, from a place on, as far as the undo is."""
    for number in range(position, len(backwards(read_manifest(folder)))):
        try:
            lines = folder.get(undone_name(number)).splitlines()
        except Gone:
            return
        first = offset if number == position else 0
        for place, line in enumerate(lines[first:], start=first):
            yield f"{number}:{place}", UndoneRow.model_validate_json(line)
