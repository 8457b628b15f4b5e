"""What the gateway itself answers, instead of a function: problem details like all others."""

import json
from typing import Any

from shared.http.problems import PROBLEM_JSON, TITLES


def _problem(status: int | None, code: str, detail: str, **headers: str) -> dict[str, Any]:
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES[status] if status else "Request refused",
        "code": code,
        "detail": detail,
        "request_id": "$context.requestId",
    }
    if status is not None:
        problem["status"] = status
    fixed = {
        "Content-Type": PROBLEM_JSON,
        # A page on another site may read why it was refused; it learns nothing else.
        "Access-Control-Allow-Origin": "*",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    response: dict[str, Any] = {
        "responseTemplates": {"application/json": json.dumps(problem)},
        "responseParameters": {
            f"gatewayresponse.header.{name}": f"'{value}'" for name, value in fixed.items()
        },
    }
    return response if status is None else {"statusCode": str(status), **response}


_INTERNAL = _problem(500, "internal_error", "Something went wrong on our side.")
_UNREADABLE = _problem(400, "bad_request", "The request cannot be read.")
_UNAVAILABLE = _problem(503, "unavailable", "There is no answer just now.", Retry_After="1")
_UNKNOWN = _problem(404, "not_found", "Nothing has this address.")

GATEWAY_RESPONSES: dict[str, Any] = {
    "ACCESS_DENIED": _problem(403, "forbidden", "The caller may not do this."),
    "AUTHORIZER_CONFIGURATION_ERROR": _INTERNAL,
    "AUTHORIZER_FAILURE": _INTERNAL,
    "BAD_REQUEST_BODY": _UNREADABLE,
    "BAD_REQUEST_PARAMETERS": _UNREADABLE,
    "DEFAULT_4XX": _problem(None, "bad_request", "The request was refused."),
    "DEFAULT_5XX": _problem(None, "internal_error", "Something went wrong on our side."),
    "INTEGRATION_FAILURE": _UNAVAILABLE,
    "INTEGRATION_TIMEOUT": _UNAVAILABLE,
    # The gateway says "missing token" for an address or method that it does not know.
    "MISSING_AUTHENTICATION_TOKEN": _UNKNOWN,
    "QUOTA_EXCEEDED": _problem(429, "rate_limited", "Too many requests.", Retry_After="60"),
    "REQUEST_TOO_LARGE": _problem(413, "payload_too_large", "The body is above 10 MB."),
    "RESOURCE_NOT_FOUND": _UNKNOWN,
    "THROTTLED": _problem(429, "rate_limited", "Too many requests.", Retry_After="1"),
    "UNAUTHORIZED": _problem(401, "unauthenticated", "Sign in first.", WWW_Authenticate="Bearer"),
    "UNSUPPORTED_MEDIA_TYPE": _problem(415, "unsupported_media_type", "Send application/json."),
}
