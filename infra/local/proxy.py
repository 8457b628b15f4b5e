"""HTTP requests as API Gateway's proxy events (REST API, payload 1.0), and answers back again."""

from __future__ import annotations

import base64
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from infra.local.wire import ACCOUNT

STAGE = "local"
API_ID = "local"
Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class HttpRequest:
    """A request as it came over the wire; `path` is still percent-encoded."""

    method: str
    path: str
    query: str
    headers: Headers
    body: bytes
    source_ip: str

    def header(self, name: str) -> str | None:
        """The last header of that name."""
        wanted = name.lower()
        return next((v for n, v in reversed(self.headers) if n.lower() == wanted), None)


@dataclass(frozen=True)
class HttpResponse:
    """What goes back to the client."""

    status: int
    headers: Headers
    body: bytes


def event_of(
    request: HttpRequest,
    resource: str,
    parameters: Mapping[str, str],
    authorizer: Mapping[str, Any] | None,
    binary_types: tuple[str, ...],
) -> dict[str, Any]:
    """The event for a request on a resource such as `/v1/leads/{lead_id}`."""
    query = parse_qsl(request.query, keep_blank_values=True)
    body, encoded = _body(request, binary_types)
    return {
        "resource": resource,
        "path": request.path,
        "httpMethod": request.method,
        "headers": dict(request.headers) or None,
        "multiValueHeaders": _grouped(request.headers) or None,
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": _grouped(query) or None,
        "pathParameters": dict(parameters) or None,
        "stageVariables": None,
        "requestContext": _context(request, resource, authorizer),
        "body": body,
        "isBase64Encoded": encoded,
    }


def response_of(answer: Any) -> HttpResponse:
    """A handler's answer as a response. Raises ValueError for what the gateway would refuse."""
    if not isinstance(answer, dict) or "statusCode" not in answer:
        raise ValueError("the answer has no statusCode")
    single: dict[str, Any] = answer.get("headers") or {}
    several: dict[str, list[Any]] = answer.get("multiValueHeaders") or {}
    named = {name.lower() for name in several}
    headers = [(name, str(v)) for name, v in single.items() if name.lower() not in named]
    headers += [(name, str(value)) for name, values in several.items() for value in values]
    body = answer.get("body") or ""
    if not isinstance(body, str):
        raise ValueError("the body is not text")
    content = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    return HttpResponse(int(answer["statusCode"]), headers, content)


def _context(
    request: HttpRequest, resource: str, authorizer: Mapping[str, Any] | None
) -> dict[str, Any]:
    now = time.time()
    context: dict[str, Any] = {
        "resourceId": "local",
        "resourcePath": resource,
        "httpMethod": request.method,
        "extendedRequestId": uuid.uuid4().hex[:16],
        "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "path": f"/{STAGE}{request.path}",
        "accountId": ACCOUNT,
        "protocol": "HTTP/1.1",
        "stage": STAGE,
        "domainPrefix": API_ID,
        "requestTimeEpoch": int(now * 1000),
        "requestId": str(uuid.uuid4()),
        "identity": {
            "sourceIp": request.source_ip,
            "userAgent": request.header("user-agent"),
            "accountId": None,
            "caller": None,
            "user": None,
            "userArn": None,
        },
        "domainName": request.header("host") or "localhost",
        "apiId": API_ID,
    }
    if authorizer is not None:
        context["authorizer"] = dict(authorizer)
    return context


def _body(request: HttpRequest, binary_types: tuple[str, ...]) -> tuple[str | None, bool]:
    if not request.body:
        return None, False
    content_type = (request.header("content-type") or "").partition(";")[0].strip().lower()
    if content_type in binary_types or "*/*" in binary_types:
        return base64.b64encode(request.body).decode(), True
    return request.body.decode("utf-8", errors="replace"), False


def _grouped(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return grouped
