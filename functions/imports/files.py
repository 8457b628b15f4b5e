"""The objects of imports and exports in the files bucket."""

from shared.runtime.files import DOWNLOAD_VALID, READ_BYTES, UPLOAD_VALID, Folder, Link
from shared.runtime.runtime import Runtime

__all__ = [
    "DOWNLOAD_VALID",
    "ERRORS",
    "INSPECTION",
    "MAX_UPLOAD_BYTES",
    "READ_BYTES",
    "SOURCE",
    "UPLOAD_VALID",
    "Folder",
    "Link",
    "export_folder",
    "import_folder",
]

MAX_UPLOAD_BYTES = 250 * 1024 * 1024
"""A file as it is uploaded; decompressed it may have twice that."""

SOURCE = "source"
INSPECTION = "inspection.json"
ERRORS = "errors"


def import_folder(runtime: Runtime, tenant: str, job: str) -> Folder:
    """The objects of one import; kept for 35 days."""
    return Folder(runtime, "imports", tenant, job)


def export_folder(runtime: Runtime, tenant: str, job: str) -> Folder:
    """The objects of one export; kept for 7 days."""
    return Folder(runtime, "exports", tenant, job)
