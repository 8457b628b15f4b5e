"""Where tenants have objects in the files bucket, and how these are removed for good."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Literal

from shared.domain.errors import Unavailable
from shared.runtime.runtime import Runtime

Area = Literal["imports", "exports", "archives", "privacy"]
AREAS: tuple[Area, ...] = ("imports", "exports", "archives", "privacy")
"""Every place where a tenant has objects: all of them are emptied when it is removed."""

MOST_REMOVED = 1000
"""Objects that one request removes."""


def keys_under(client: Any, bucket: str, prefix: str) -> Iterator[str]:
    """The keys of all objects that begin with `prefix`, in order."""
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for entry in page.get("Contents", ()):
            yield str(entry["Key"])


def empty_area(runtime: Runtime, area: Area, tenant: str) -> int:
    """Remove all that a tenant has in an area, former versions too; gives how many objects."""
    client, bucket = runtime.client("s3"), runtime.settings.files_bucket
    return _remove(client, bucket, _versions(client, bucket, f"{area}/{tenant}/"))


def remove_versions(client: Any, bucket: str, wanted: Sequence[str]) -> int:
    """Remove these objects with all their former versions."""
    found = (
        version
        for key in wanted
        for version in _versions(client, bucket, key)
        if version["Key"] == key
    )
    return _remove(client, bucket, found)


def _versions(client: Any, bucket: str, prefix: str) -> Iterator[dict[str, str]]:
    pages = client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix)
    for page in pages:
        for entry in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
            yield {"Key": entry["Key"], "VersionId": entry["VersionId"]}


def _remove(client: Any, bucket: str, versions: Iterator[dict[str, str]]) -> int:
    keys: set[str] = set()
    while part := list(islice(versions, MOST_REMOVED)):
        answer = client.delete_objects(Bucket=bucket, Delete={"Objects": part, "Quiet": True})
        if refused := answer.get("Errors"):
            raise Unavailable("Objects were not removed.", details={"codes": _codes(refused)})
        keys |= {version["Key"] for version in part}
    return len(keys)


def _codes(refused: list[dict[str, str]]) -> list[str]:
    return sorted({entry["Code"] for entry in refused})
