"""Everything about one person, collected for them: what a request for access is answered with."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

from functions.privacy import traces
from functions.privacy.pages import overview_page
from functions.privacy.persons import records_of, timeline_of
from functions.privacy.requests import FILE, folder_of
from functions.privacy.work import Work
from shared.domain.audit import AuditEntry
from shared.domain.consents.model import ConsentEntry
from shared.domain.context import Context
from shared.domain.customers.links import Affiliation
from shared.domain.errors import StaleVersion
from shared.domain.exports import Manifest
from shared.domain.notes import Note
from shared.domain.opportunities.model import Opportunity
from shared.domain.privacy.erasure import needles_of
from shared.domain.privacy.requests import PrivacyRequest
from shared.runtime.runtime import Runtime
from shared.storage import keys
from shared.storage.driver import Item
from shared.storage.partitions import every
from shared.storage.store import Store

RELATED = (Opportunity.kind,)
"""Kinds of records that stand on a person's timeline and tell of their dealings with us."""

Parts = dict[str, list[dict[str, Any]]]


def export(store: Store, runtime: Runtime, context: Context, request: PrivacyRequest) -> None:
    """Make the file and complete the request. Repeating it makes the same file again."""
    records = records_of(store, request.subject)
    work = Work(store, context, runtime, request, records, needles_of(records))
    parts = collect(work)
    content = packed(request, parts, context)
    folder_of(runtime, store.tenant, request.id).put(FILE, content)
    manifest = Manifest(
        rows=sum(map(len, parts.values())),
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        as_of=context.now,
    )
    unit = store.begin(context)
    unit.put(request.complete(context, manifest=manifest))
    try:
        unit.commit()
    except StaleVersion as lost:
        if store.load(PrivacyRequest, request.id).status == "running":
            raise lost


def collect(work: Work) -> Parts:
    """What there is about the person, by file."""
    store, records = work.store, work.records
    notes = {n["id"]: n for n in _documents(work, Note.kind, work.subjects(Note.kind))}
    notes |= {n["id"]: n for n in _children(work, Note.kind, keys.RELATION)}
    related = [d for kind in RELATED for d in _documents(work, kind, work.subjects(kind))]
    submissions = traces.submissions_of(store, records, work.needles)
    imports = traces.imports_of(store, work.runtime, work.context, records)
    return {
        "records": [json.loads(record.document()) for record in records],
        "history": list(_history(work)),
        "timeline": [{"record": r.id, **e} for r in records for e in timeline_of(store, r.id)],
        "notes": [notes[note] for note in sorted(notes)],
        "affiliations": list(_children(work, Affiliation.kind, keys.OWNER)),
        "consents": list(_children(work, ConsentEntry.kind, keys.RELATION)),
        "who_looked": [_looked(d) for d in _children(work, AuditEntry.kind, keys.RELATION)],
        "dealings": related,
        "form_answers": [json.loads(s.model_dump_json()) for s in submissions],
        "files": [
            {"import": j.id, "name": j.file_name, "at": str(j.created_at)} for j, _ in imports
        ],
    }


def packed(request: PrivacyRequest, parts: Parts, context: Context) -> bytes:
    """A ZIP of one JSON file a part, and a page to read."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, entries in parts.items():
            text = json.dumps(entries, ensure_ascii=False, indent=1)
            archive.writestr(_info(f"data/{name}.json", context), text)
        page = overview_page(request, parts, context.now)
        archive.writestr(_info("index.html", context), page)
    return target.getvalue()


def _info(name: str, context: Context) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, context.now.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _history(work: Work) -> Iterator[dict[str, Any]]:
    for record in work.records:
        partition, _ = keys.entity(work.store.tenant, record.id)
        for row in every(work.store.table, partition, prefix=keys.HISTORY):
            yield {"record": record.id, **json.loads(row["entry"]["S"])}


def _children(work: Work, kind: str, index: keys.Index) -> Iterator[dict[str, Any]]:
    """The documents of a kind that an index shows under the person's records."""
    for record in sorted(work.ids):
        partition = keys.related_to(work.store.tenant, kind, record)
        for item in every(work.store.table, partition, index=index):
            yield _document(item)


def _documents(work: Work, kind: str, ids: Iterable[str]) -> Iterator[dict[str, Any]]:
    found = work.store.table.get_many(keys.entity(work.store.tenant, i) for i in ids)
    for key in sorted(found):
        if found[key].get("kind", {}).get("S") == kind:
            yield _document(found[key])


def _document(item: Item) -> dict[str, Any]:
    return json.loads(item["doc"]["S"])


def _looked(entry: dict[str, Any]) -> dict[str, Any]:
    """An audit entry without what is our users' own: their network address and browser."""
    return {name: entry.get(name) for name in ("at", "action", "fields", "actor", "reason")}
