"""Objects in the files bucket: names, reading, writing, signed links, removal.

Everything of a tenant lies under `<area>/<tenant>/`; names are built here only, never from what a
client says.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import IO, Any, BinaryIO

from shared.domain.entity import Value
from shared.domain.errors import Gone
from shared.runtime.file_parts import Upload
from shared.runtime.file_removal import Area, keys_under, remove_versions
from shared.runtime.runtime import Runtime

UPLOAD_VALID = timedelta(hours=1)
DOWNLOAD_VALID = timedelta(minutes=15)
READ_BYTES = 256 * 1024


class Link(Value):
    """A signed address that works without further sign-in until it expires."""

    method: str
    url: str
    headers: dict[str, str]
    expires_at: datetime


class Folder:
    """The objects of one job: `imports/<tenant>/<job>/...`."""

    def __init__(self, runtime: Runtime, area: Area, tenant: str, job: str) -> None:
        self._client = runtime.client("s3")
        self._bucket = runtime.settings.files_bucket
        self._clock = runtime.clock
        self._runtime, self._tenant = runtime, tenant
        self._prefix = f"{area}/{tenant}/{job}/" if job else f"{area}/{tenant}/"

    def put(self, name: str, content: bytes) -> None:
        """Store an object."""
        self._client.put_object(Bucket=self._bucket, Key=self._prefix + name, Body=content)

    def put_json(self, name: str, content: Any) -> None:
        """Store JSON."""
        self.put(name, json.dumps(content, separators=(",", ":")).encode())

    def put_file(self, name: str, file: IO[bytes], media: str) -> None:
        """Store a file of any size, read from its beginning."""
        file.seek(0)
        self._client.upload_fileobj(
            file, self._bucket, self._prefix + name, ExtraArgs={"ContentType": media}
        )

    def open(self, name: str) -> Any:
        """The object as a stream to read. Raises Gone when it is not there (any more)."""
        return self._ask("get_object", name)["Body"]

    def get(self, name: str) -> bytes:
        """The whole object. Raises Gone."""
        return bytes(self.open(name).read())

    def get_json(self, name: str) -> Any:
        """The object as JSON. Raises Gone."""
        return json.loads(self.get(name))

    def fetch(self, name: str, into: BinaryIO) -> None:
        """Copy the object into a file and rewind it. Raises Gone."""
        body = self.open(name)
        while chunk := body.read(READ_BYTES):
            into.write(chunk)
        into.seek(0)

    def chunks(self, name: str) -> Iterator[bytes]:
        """The object piece by piece. Raises Gone."""
        body = self.open(name)
        while chunk := body.read(READ_BYTES):
            yield chunk

    def size(self, name: str) -> int:
        """Bytes of the object. Raises Gone."""
        return int(self._ask("head_object", name)["ContentLength"])

    def upload_link(self, name: str, size: int | None) -> Link:
        """Where a client puts the file; with a known size only a file of that size."""
        wanted = {} if size is None else {"ContentLength": size}
        url = self._sign("put_object", name, UPLOAD_VALID, wanted)
        return Link(method="PUT", url=url, headers={}, expires_at=self._clock() + UPLOAD_VALID)

    def download_link(self, name: str, file_name: str) -> Link:
        """Where a client gets the object, to be saved under `file_name`."""
        quoted = "".join(f"%{byte:02X}" for byte in file_name.encode())
        wanted = {"ResponseContentDisposition": f"attachment; filename*=UTF-8''{quoted}"}
        url = self._sign("get_object", name, DOWNLOAD_VALID, wanted)
        return Link(method="GET", url=url, headers={}, expires_at=self._clock() + DOWNLOAD_VALID)

    def _sign(self, operation: str, name: str, valid: timedelta, more: dict[str, Any]) -> str:
        where = {"Bucket": self._bucket, "Key": self._prefix + name}
        seconds = int(valid.total_seconds())
        url = self._client.generate_presigned_url(
            operation, Params={**where, **more}, ExpiresIn=seconds
        )
        return str(url)

    def _ask(self, operation: str, name: str) -> Any:
        from botocore.exceptions import ClientError

        try:
            return getattr(self._client, operation)(Bucket=self._bucket, Key=self._prefix + name)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in ("NoSuchKey", "404"):
                raise Gone("There is no such file, or no longer.", code="file_gone") from error
            raise

    def sibling(self, area: Area) -> "Folder":
        """All that the same tenant has in an area."""
        return Folder(self._runtime, area, self._tenant, "")

    def names(self) -> Iterator[str]:
        """The names of all objects there are, in order."""
        for key in keys_under(self._client, self._bucket, self._prefix):
            yield key.removeprefix(self._prefix)

    def remove(self, *names: str) -> None:
        """Remove objects; what is not there is no error."""
        remove_versions(self._client, self._bucket, [self._prefix + name for name in names])

    def create(self, name: str, media: str) -> "Upload":
        """A file of any size to be written from its beginning, without a disk."""
        return Upload(self._client, self._bucket, self._prefix + name, media)
