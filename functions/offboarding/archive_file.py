"""The file of an archive: a ZIP of one NDJSON file a kind, the uploaded files, and a manifest.

The manifest names each file with its SHA-256 and, for records, their count and JSON schema, so that
the archive can be read without this product.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import IO, Any, cast

from functions.offboarding.archive_parts import Part
from functions.offboarding.archive_rows import LEFT_OUT
from functions.offboarding.archives import FILE
from functions.offboarding.model import Counts, TenantArchive
from functions.offboarding.record_schemas import schemas_of_kinds
from shared.domain.exports import Manifest
from shared.domain.tenancy import Tenant
from shared.runtime.files import Folder
from shared.storage.store import Store

FORMAT = "rapport-archive/1"
UPLOADS = "imports"
"""The area whose objects are the tenant's own: exports and archives only repeat the records."""


def write_archive(
    store: Store, folder: Folder, archive: TenantArchive, parts: list[Part], now: datetime
) -> tuple[Manifest, Counts]:
    """Write the file from the parts that were read; gives what it holds."""
    counts: Counts = {}
    for part in parts:
        for file, lines in part.counts.items():
            counts[file] = counts.get(file, 0) + lines
    with (
        folder.create(FILE, "application/zip") as upload,
        zipfile.ZipFile(cast(IO[bytes], upload), "w", zipfile.ZIP_DEFLATED) as target,
    ):
        written = _ArchiveWriter(target, archive.created_at)
        records = [
            _record_file(written, folder, parts, file, counts[file]) for file in sorted(counts)
        ]
        uploads = folder.sibling(UPLOADS)
        files = [
            written.add(f"files/{UPLOADS}/{name}", uploads.chunks(name)) for name in uploads.names()
        ]
        about = _about(store, archive, now) | {"records": records, "files": files}
        written.add("manifest.json", [json.dumps(about, ensure_ascii=False, indent=1).encode()])
    rows = sum(counts.values())
    as_of = archive.created_at
    return Manifest(rows=rows, bytes=upload.bytes, sha256=upload.sha256, as_of=as_of), counts


class _ArchiveWriter:
    """Adds files to a ZIP piece by piece and says what they are."""

    def __init__(self, target: zipfile.ZipFile, at: datetime) -> None:
        self._target = target
        self._at = at.timetuple()[:6]

    def add(self, name: str, content: Iterable[bytes]) -> dict[str, Any]:
        """Name, size and SHA-256 of the file that was added."""
        digest, size = hashlib.sha256(), 0
        info = zipfile.ZipInfo(name, self._at)
        info.compress_type = zipfile.ZIP_DEFLATED
        with self._target.open(info, "w", force_zip64=True) as entry:
            for chunk in content:
                entry.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        return {"file": name, "bytes": size, "sha256": digest.hexdigest()}


def _record_file(
    written: _ArchiveWriter, folder: Folder, parts: list[Part], name: str, count: int
) -> dict[str, Any]:
    told = written.add(f"data/{name}.ndjson", _lines(folder, parts, name))
    schema = schemas_of_kinds().get(name, {"type": "object"})
    return {"kind": name, "count": count, **told, "schema": schema}


def _lines(folder: Folder, parts: list[Part], name: str) -> Iterator[bytes]:
    for part in parts:
        if name in part.counts:
            yield from folder.chunks(f"{part.name}/{name}")


def _about(store: Store, archive: TenantArchive, now: datetime) -> dict[str, Any]:
    tenant = store.load(Tenant, store.tenant)
    return {
        "format": FORMAT,
        "tenant": tenant.id,
        "name": tenant.name,
        "requested_at": archive.created_at.isoformat(),
        "requested_by": archive.created_by,
        "completed_at": now.isoformat(),
        "records_are": "one JSON document a line, as they were between the two times",
        "left_out": list(LEFT_OUT),
    }
