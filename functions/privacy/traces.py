"""Traces of people in what came in from outside: answers on forms, and uploaded files.

Uploads and what an import keeps to be undone vanish after 35 days by themselves; until then the
import jobs of that time are looked through.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import timedelta

from functions.privacy.persons import Record
from shared.domain.access import Grant, Principal, Role, Scope
from shared.domain.context import Context
from shared.domain.forms.form import Form
from shared.domain.forms.submission import Submission
from shared.domain.imports import ImportJob
from shared.domain.leads.model import Lead
from shared.domain.privacy.erasure import Needles
from shared.runtime.files import Folder
from shared.runtime.runtime import Runtime
from shared.storage import keys
from shared.storage.driver import Item
from shared.storage.list_query import ListQuery
from shared.storage.partitions import every
from shared.storage.record import from_item
from shared.storage.store import Store

KEPT = timedelta(days=35)
RESULTS = "results/"
WHOLE_FILES = ("source", "inspection.json", "errors")
"""Objects of an import (or beginnings of their names) that repeat rows of the file."""

Chunks = Mapping[str, frozenset[str]]
"""Run of an import -> the names of its chunks that hold rows of the person."""


def submissions_of(store: Store, records: list[Record], needles: Needles) -> Iterator[Submission]:
    """What the person sent through forms: as one of these leads, or with their name or address."""
    leads = {record.id for record in records if isinstance(record, Lead)}
    for form in store.list_all(Form, ListQuery(), _reader(store, Form.kind)):
        partition = keys.related_to(store.tenant, Submission.kind, form.id)
        for item in every(store.table, partition, index=keys.RELATION):
            submission = from_item(Submission, item)
            if submission.lead in leads or needles.within(item["doc"]["S"]):
                yield submission


def imports_of(
    store: Store, runtime: Runtime, context: Context, records: list[Record]
) -> Iterator[tuple[ImportJob, Chunks]]:
    """The finished imports that wrote these records, with the chunks in which they stand."""
    wanted = ListQuery(created_from=context.now - KEPT)
    ids = {record.id for record in records}
    for job in store.list_all(ImportJob, wanted, _reader(store, ImportJob.kind)):
        if job.finished_at is None:
            continue
        if chunks := _chunks_with(Folder(runtime, "imports", store.tenant, job.id), ids):
            yield job, chunks


def objects_with(folder: Folder, chunks: Chunks) -> list[str]:
    """The objects of an import that hold rows of the person, or of everybody."""
    rows = {f"chunks/{name}.ndjson" for names in chunks.values() for name in names}
    return [n for n in folder.names() if n in rows or n.startswith(WHOLE_FILES)]


def images_of(
    store: Store, job: ImportJob, chunks: Chunks, records: list[Record]
) -> Iterator[Item]:
    """The rows from which an undo of the import would bring former values back."""
    ids = {record.id for record in records}
    for run, names in chunks.items():
        for name in sorted(names):
            partition, _ = keys.note(store.tenant, f"import#{job.id}#{run}#{name}")
            for row in every(store.table, partition):
                if "images" in row and row.get("record", {}).get("S") in ids:
                    yield row


def _chunks_with(folder: Folder, ids: set[str]) -> Chunks:
    found: dict[str, set[str]] = defaultdict(set)
    for name in [name for name in folder.names() if name.startswith(RESULTS)]:
        if any(json.loads(line).get("id") in ids for line in folder.get(name).splitlines()):
            _, run, chunk = name.split("/")
            found[run].add(chunk.removesuffix(".ndjson"))
    return {run: frozenset(names) for run, names in found.items()}


def _reader(store: Store, kind: str) -> Grant:
    return Grant(Principal(store.tenant, "", Role.SYSTEM), kind, Scope.ALL)
