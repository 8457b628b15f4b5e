"""An object of the files bucket that is written part by part."""

import hashlib
from typing import Any

PART_BYTES = 8 * 1024 * 1024
"""S3 takes 10,000 parts, none but the last below 5 MB."""


class Upload:
    """An object that comes into being part by part; leaving it with an error leaves nothing."""

    def __init__(self, client: Any, bucket: str, key: str, media: str) -> None:
        self._client = client
        self._where = {"Bucket": bucket, "Key": key}
        self._media = media
        self._buffer = bytearray()
        self._parts: list[dict[str, Any]] = []
        self._digest = hashlib.sha256()
        self.bytes = 0

    def __enter__(self) -> "Upload":
        answer = self._client.create_multipart_upload(**self._where, ContentType=self._media)
        self._id = str(answer["UploadId"])
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:
            self._client.abort_multipart_upload(**self._where, UploadId=self._id)
            return
        self._send()
        whole = {"Parts": self._parts}
        self._client.complete_multipart_upload(
            **self._where, UploadId=self._id, MultipartUpload=whole
        )

    @property
    def sha256(self) -> str:
        """The digest of what was written (hexadecimal)."""
        return self._digest.hexdigest()

    def write(self, content: bytes) -> int:
        """Add to the file."""
        self._digest.update(content)
        self._buffer += content
        self.bytes += len(content)
        if len(self._buffer) >= PART_BYTES:
            self._send()
        return len(content)

    def flush(self) -> None:
        """Parts leave when they are full."""

    def _send(self) -> None:
        number = len(self._parts) + 1
        answer = self._client.upload_part(
            **self._where, UploadId=self._id, PartNumber=number, Body=bytes(self._buffer)
        )
        self._parts.append({"PartNumber": number, "ETag": answer["ETag"]})
        self._buffer.clear()
