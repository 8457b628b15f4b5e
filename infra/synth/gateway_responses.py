"""What the gateway itself answers, instead of a function: problem details like all others."""

import json
from typing import Any


def _problem(status: int | None, code: str, title: str, **headers: str) -> dict[str, Any]:
    problem = {"type": f"urn:rapport:problem:{code}", "title": title, "code": code}
    if status is not None:
        problem |= {"status": status}
    problem |= {"request_id": "$context.requestId"}
    fixed = {
        "Content-Type": "application/problem+json",
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


GATEWAY_RESPONSES: dict[str, Any] = {
    "ACCESS_DENIED": _problem(403, "forbidden", "The caller may not do this"),
    "AUTHORIZER_CONFIGURATION_ERROR": _problem(500, "internal", "Something went wrong on our side"),
    "AUTHORIZER_FAILURE": _problem(500, "internal", "Something went wrong on our side"),
    "BAD_REQUEST_BODY": _problem(400, "bad_request", "The request cannot be read"),
    "BAD_REQUEST_PARAMETERS": _problem(400, "bad_request", "The request cannot be read"),
    "DEFAULT_4XX": _problem(None, "bad_request", "The request was refused"),
    "DEFAULT_5XX": _problem(None, "internal", "Something went wrong on our side"),
    "INTEGRATION_FAILURE": _problem(502, "unavailable", "No answer just now; retry later"),
    "INTEGRATION_TIMEOUT": _problem(504, "unavailable", "No answer in time; retry later"),
    # The gateway says "missing token" for an address or method that it does not know.
    "MISSING_AUTHENTICATION_TOKEN": _problem(404, "not_found", "Nothing has this address"),
    "QUOTA_EXCEEDED": _problem(429, "rate_limited", "Too many requests", Retry_After="60"),
    "REQUEST_TOO_LARGE": _problem(413, "payload_too_large", "The body is above 10 MB"),
    "RESOURCE_NOT_FOUND": _problem(404, "not_found", "Nothing has this address"),
    "THROTTLED": _problem(429, "rate_limited", "Too many requests", Retry_After="1"),
    "UNAUTHORIZED": _problem(401, "unauthenticated", "Sign in first", WWW_Authenticate="Bearer"),
    "UNSUPPORTED_MEDIA_TYPE": _problem(415, "unsupported_media_type", "Send application/json"),
}
