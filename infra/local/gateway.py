"""The API: a WSGI application that finds the route, asks the authorizer and calls the function."""

from __future__ import annotations

import re
import traceback
import uuid
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from infra.local.apis import Route
from infra.local.authorizer import AccessDenied, AuthorizerFailure, Gate, Unauthorized
from infra.local.plan import Plan
from infra.local.proxy import HttpRequest, HttpResponse, event_of, response_of

BODY_LIMIT = 10 * 1024 * 1024
"""API Gateway's own limit for a request body."""

_DEFAULTS = {
    "UNAUTHORIZED": (401, "Unauthorized"),
    "ACCESS_DENIED": (403, "User is not authorized to access this resource"),
    "MISSING_AUTHENTICATION_TOKEN": (403, "Missing Authentication Token"),
    "AUTHORIZER_CONFIGURATION_ERROR": (500, "Internal server error"),
    "REQUEST_TOO_LARGE": (413, "HTTP content length exceeded 10485760 bytes."),
    "INTEGRATION_FAILURE": (502, "Internal server error"),
}
_Invoke = Callable[[str, Any], Any]


class Gateway:
    """Serves the plan's routes."""

    def __init__(self, plan: Plan, invoke: _Invoke) -> None:
        self._invoke = invoke
        self._binary_types = plan.binary_types
        self._responses = plan.gateway_responses
        self._gates = {name: Gate(given, invoke) for name, given in plan.authorizers.items()}
        self._paths = [_Path(path, plan) for path in {route.path: None for route in plan.routes}]
        self._paths.sort(key=lambda path: path.rank)

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        request = _request(environ)
        response = self.answer(request)
        phrase = HTTPStatus(response.status).phrase if response.status in _STATUSES else "Unknown"
        headers = [*response.headers, ("Content-Length", str(len(response.body)))]
        start_response(f"{response.status} {phrase}", headers)
        return [b"" if request.method == "HEAD" else response.body]

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The response to a request, as the deployed gateway and function would give it."""
        if len(request.body) > BODY_LIMIT:
            return self._own("REQUEST_TOO_LARGE")
        found = self._find(request.method, request.path)
        if found is None:
            return self._own("MISSING_AUTHENTICATION_TOKEN")
        route, parameters = found
        try:
            caller = self._gates[route.authorizer].admit(request) if route.authorizer else None
        except Unauthorized:
            return self._own("UNAUTHORIZED")
        except AccessDenied:
            return self._own("ACCESS_DENIED")
        except AuthorizerFailure:
            traceback.print_exc()
            return self._own("AUTHORIZER_CONFIGURATION_ERROR")
        if route.function is None:
            return response_of(route.fixed)
        event = event_of(request, route.path, parameters, caller, self._binary_types)
        return self._integrate(route.function, event)

    def _integrate(self, function: str, event: dict[str, Any]) -> HttpResponse:
        try:
            response = response_of(self._invoke(function, event))
        except Exception:  # whatever a function raises is a 502 at the gateway, and logged
            traceback.print_exc()
            return self._own("INTEGRATION_FAILURE")
        response.headers.append(("x-amzn-RequestId", event["requestContext"]["requestId"]))
        return response

    def _find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        for known in self._paths:
            parameters = known.match(path)
            if parameters is not None:
                route = known.routes.get(method)
                return (route, parameters) if route else None
        return None

    def _own(self, kind: str) -> HttpResponse:
        """A response of the gateway itself, in the form that the template gives it."""
        default_status, message = _DEFAULTS[kind]
        family = "DEFAULT_4XX" if default_status < 500 else "DEFAULT_5XX"
        custom = self._responses.get(kind) or self._responses.get(family) or {}
        templates = custom.get("responseTemplates") or {}
        template = templates.get("application/json", '{"message": $context.error.messageString}')
        request_id = str(uuid.uuid4())
        values = {
            "requestId": request_id,
            "error.messageString": f'"{message}"',
            "error.message": message,
            "error.responseType": kind,
        }
        body = re.sub(
            r"\$context\.([A-Za-z.]+[A-Za-z])", lambda found: values.get(found[1], "-"), template
        )
        headers = {"Content-Type": "application/json", "x-amzn-RequestId": request_id}
        for name, value in (custom.get("responseParameters") or {}).items():
            headers[name.removeprefix("gatewayresponse.header.")] = str(value).strip("'")
        status = int(custom.get("statusCode") or default_status)
        return HttpResponse(status, list(headers.items()), body.encode())


_STATUSES = {int(status) for status in HTTPStatus}


class _Path:
    """A path of the API with its methods; fixed segments win over parameters."""

    def __init__(self, path: str, plan: Plan) -> None:
        self.routes = {route.method: route for route in plan.routes if route.path == path}
        pattern = re.sub(r"\\{(\w+)\\\+\\}", r"(?P<\1>.+)", re.escape(path))
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", pattern)
        self._pattern = re.compile(f"{pattern}/?")
        self.rank = [
            (2 if segment.endswith("+}") else 1 if segment.startswith("{") else 0, segment)
            for segment in path.split("/")
        ]

    def match(self, path: str) -> dict[str, str] | None:
        """The path parameters, still percent-encoded, or None."""
        found = self._pattern.fullmatch(path)
        return found.groupdict() if found else None


def _request(environ: dict[str, Any]) -> HttpRequest:
    raw: str = environ.get("REQUEST_URI") or environ["PATH_INFO"]
    headers = [
        (name[5:].replace("_", "-").title(), value)
        for name, value in environ.items()
        if name.startswith("HTTP_")
    ]
    headers += [
        (name.replace("_", "-").title(), environ[name])
        for name in ("CONTENT_TYPE", "CONTENT_LENGTH")
        if environ.get(name)
    ]
    headers.append(("X-Forwarded-For", environ["REMOTE_ADDR"]))
    headers.append(("X-Forwarded-Proto", "http"))
    return HttpRequest(
        method=environ["REQUEST_METHOD"],
        path=raw.partition("?")[0],
        query=environ.get("QUERY_STRING", ""),
        headers=headers,
        body=environ["wsgi.input"].read(BODY_LIMIT + 1),
        source_ip=environ["REMOTE_ADDR"],
    )
