"""Calls to the embedded cloud's JSON services, as the pollers need them: small and unparsed.

boto3 would turn every stream record into Python types, only for the runtime to turn them back
into the JSON that Lambda hands to a function.
"""

from __future__ import annotations

import http.client
import json
import threading
from typing import Any
from urllib.parse import urlsplit

REGION = "us-east-1"
ACCOUNT = "000000000000"
_TYPES = {"sqs": "1.0", "dynamodb": "1.0"}


class CloudError(Exception):
    """The embedded cloud refused a call; `code` is the service's error code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class Wire:
    """One kept connection per thread to the embedded cloud at `endpoint`.

    `patience`: seconds to wait for an answer.
    """

    def __init__(self, endpoint: str, patience: float = 60) -> None:
        self._address = urlsplit(endpoint).netloc
        self._patience = patience
        self._local = threading.local()

    def sqs(self, action: str, **body: Any) -> dict[str, Any]:
        """An SQS action, for example `sqs("ReceiveMessage", QueueUrl=...)`."""
        return self._service("sqs", f"AmazonSQS.{action}", body)

    def streams(self, action: str, **body: Any) -> dict[str, Any]:
        """A DynamoDB Streams action."""
        return self._service("dynamodb", f"DynamoDBStreams_20120810.{action}", body)

    def control(self, path: str, **body: Any) -> dict[str, Any]:
        """A control path of `infra.local.cloud`."""
        return self._post(f"/_local/{path}", body, {})

    def close(self) -> None:
        """Close this thread's connection."""
        kept: http.client.HTTPConnection | None = self._local.__dict__.pop("connection", None)
        if kept is not None:
            kept.close()

    def _service(self, service: str, target: str, body: dict[str, Any]) -> dict[str, Any]:
        scope = f"test/20200101/{REGION}/{service}/aws4_request"
        return self._post(
            "/",
            body,
            {
                "Content-Type": f"application/x-amz-json-{_TYPES[service]}",
                "X-Amz-Target": target,
                "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, "
                "SignedHeaders=host, Signature=0",
            },
        )

    def _post(self, path: str, body: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
        content = json.dumps(body).encode()
        status, answer = self._exchange(path, content, headers)
        parsed: dict[str, Any] = json.loads(answer) if answer else {}
        if status >= 300:
            code = str(parsed.get("__type", status)).rpartition("#")[2]
            raise CloudError(code, str(parsed.get("message", parsed.get("Message", ""))))
        return parsed

    def _exchange(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """Send once; once more on a new connection when the kept one had been closed."""
        kept: http.client.HTTPConnection | None = self._local.__dict__.pop("connection", None)
        if kept is not None:
            try:
                return self._send(kept, path, body, headers)
            except (http.client.RemoteDisconnected, ConnectionError):
                kept.close()
        fresh = http.client.HTTPConnection(self._address, timeout=self._patience)
        return self._send(fresh, path, body, headers)

    def _send(
        self,
        connection: http.client.HTTPConnection,
        path: str,
        body: bytes,
        headers: dict[str, str],
    ) -> tuple[int, bytes]:
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        content = response.read()
        self._local.connection = connection
        return response.status, content
