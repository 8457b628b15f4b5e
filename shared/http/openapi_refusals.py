"""Which error answers a route can give, and what they look like.

Derived from what the endpoint contract does: a status stands here because something on the way
of the request can raise it.
"""

from collections.abc import Iterator

from shared.http.contract import Contract
from shared.http.openapi_components import Json, ref
from shared.http.problems import PROBLEM_JSON, STATUS, TITLES

HTML = "text/html"
_WAITS = (429, 503)


def refusals(contract: Contract, *, found_by_path: bool) -> list[tuple[int, str]]:
    """Status and component name of every error answer of a route, ascending."""
    # Unknown parameters are refused everywhere; the gateway throttles, and answers for a function
    # that does not.
    statuses = {422, 429, 500, 503, *(s for s in contract.other_statuses if s >= 400)}
    statuses |= {400, 413, 415} if contract.body is not None else set()
    statuses |= set() if contract.public else {401, 403}
    statuses |= {404} if found_by_path else set()
    statuses |= {409, 412} if contract.writes or contract.precondition else set()
    return [(status, _name(status)) for status in sorted(statuses)]


def refusal_responses() -> Json:
    """The error answers as response components, one a status."""
    return {_name(status): _response(status) for status in TITLES}


def refusal_page(status: int) -> Json:
    """The error answer of a route that people open in a browser: a page where it has one."""
    response = _response(status)
    return {**response, "content": response["content"] | {HTML: {"schema": {"type": "string"}}}}


def problem_schemas() -> Json:
    """The schemas of problem details."""
    text = {"type": "string"}
    return {
        "Problem": {
            "type": "object",
            "description": "What was refused and why (RFC 9457).",
            "required": ["type", "title", "code", "request_id"],
            "properties": {
                "type": text,
                "title": text,
                "status": {"type": "integer"},
                "code": {**text, "description": "Stable; decide by this, not by the texts."},
                "detail": {**text, "description": "For people."},
                "request_id": text,
                "errors": {"type": "array", "items": ref("schemas", "FieldProblem")},
                "details": {"type": "object", "description": "What else is worth knowing."},
            },
        },
        "FieldProblem": {
            "type": "object",
            "description": "One bad field, parameter (`query.`) or header (`header.`).",
            "required": ["path", "code", "message"],
            "properties": {"path": text, "code": text, "message": text},
        },
    }


def _response(status: int) -> Json:
    headers: Json = {"X-Request-Id": ref("headers", "RequestId")}
    if status in _WAITS:
        headers["Retry-After"] = ref("headers", "RetryAfter")
    codes = ", ".join(f"`{code}`" for code in sorted(set(_codes(status))))
    return {
        "description": f"{TITLES[status]}: {codes}" if codes else TITLES[status],
        "headers": headers,
        "content": {PROBLEM_JSON: {"schema": ref("schemas", "Problem")}},
    }


def _codes(status: int) -> Iterator[str]:
    yield from (kind.code for kind, mapped in STATUS.items() if mapped == status)
    if status == 500:
        yield "internal_error"


def _name(status: int) -> str:
    """`404` -> `NotFound`: the component is called after its title."""
    return "".join(word.capitalize() for word in TITLES[status].split())
