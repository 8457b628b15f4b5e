"""Errors as RFC 9457 problem details: one table from error class to status, one body shape."""

import json
from typing import Any

from pydantic import ValidationError

from shared.domain import errors
from shared.domain.errors import FieldError, InvalidInput, RapportError

PROBLEM_JSON = "application/problem+json"


class MalformedBody(RapportError):
    """The body is not JSON."""

    code = "malformed_json"


class UnsupportedMediaType(RapportError):
    """Send the body as application/json."""

    code = "unsupported_media_type"


STATUS: dict[type[RapportError], int] = {
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Moved: 301,
    errors.Gone: 410,
    errors.InvalidInput: 422,
    errors.PayloadTooLarge: 413,
    errors.RateLimited: 429,
    errors.Conflict: 409,
    errors.AlreadyExists: 409,
    errors.DuplicatesFound: 409,
    errors.AlreadyHandled: 409,
    errors.IdempotencyKeyReused: 409,
    errors.InvalidState: 409,
    errors.TooManyActions: 409,
    errors.ConcurrentChange: 409,
    errors.StaleVersion: 412,
    errors.Unavailable: 503,
    MalformedBody: 400,
    UnsupportedMediaType: 415,
}
"""A test proves that every class of the tree is here."""

TITLES = {
    301: "Moved",
    400: "Malformed request",
    401: "Sign in first",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    410: "Gone",
    412: "Changed meanwhile",
    413: "Too large",
    415: "Unsupported media type",
    422: "Invalid input",
    429: "Too many requests",
    500: "Internal error",
    503: "Try again later",
}


def status_of(error: RapportError) -> int:
    """The status of an error: its own class's, or the nearest ancestor's."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def problem(error: RapportError, request_id: str) -> tuple[int, str, dict[str, str]]:
    """Status, JSON text and headers of the answer to a refused request."""
    status = status_of(error)
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES[status],
        "status": status,
        "code": error.code,
        "detail": error.message,
        "request_id": request_id,
    }
    if isinstance(error, InvalidInput):
        content["errors"] = [field.as_dict() for field in error.errors]
    if error.details:
        content["details"] = error.details
    headers = {"Content-Type": PROBLEM_JSON}
    if status in (429, 503):
        headers["Retry-After"] = str(error.details.get("retry_after", 1))
    if status == 301:
        headers["Location"] = str(error.details["location"])
    return status, json.dumps(content, ensure_ascii=False, default=str), headers


def unexpected(status: int, code: str, request_id: str) -> tuple[int, str, dict[str, str]]:
    """The answer where no error of ours tells more: it never shows what went wrong inside."""
    content = {
        "type": "about:blank",
        "title": TITLES[status],
        "status": status,
        "code": code,
        "detail": TITLES[status],
        "request_id": request_id,
    }
    return status, json.dumps(content), {"Content-Type": PROBLEM_JSON}


def invalid_input(error: ValidationError, prefix: str = "") -> InvalidInput:
    """Every bad field pydantic found, as our error; the offending values are not repeated."""
    found: list[FieldError] = []
    for entry in error.errors(include_url=False, include_input=False, include_context=False):
        path = ".".join(str(part) for part in entry["loc"])
        found.append(FieldError(prefix + path, _code(entry["type"]), entry["msg"]))
    return InvalidInput(found)


def _code(pydantic_type: str) -> str:
    return {"missing": "required", "extra_forbidden": "unknown_field"}.get(
        pydantic_type, pydantic_type
    )
