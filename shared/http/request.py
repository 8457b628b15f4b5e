"""What a request says, read strictly: identity, body, query, preconditions.

Unknown fields, unknown parameters and malformed values are refused, all bad fields at once.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, cast
from urllib.parse import parse_qsl

from pydantic import BaseModel, ValidationError

from shared.domain.access import Principal, Role
from shared.domain.errors import InvalidInput, PayloadTooLarge, Unauthenticated
from shared.http.call import Origin
from shared.http.contract import FORM, JSON
from shared.http.problems import MalformedBody, UnsupportedMediaType, invalid_input

M = TypeVar("M", bound=BaseModel)
IDEMPOTENCY_KEY_MAX = 255
MAX_INPUTS = 500
_ETAG = re.compile(r'^(?:W/)?"(\d{1,12})"$')
_KEY = re.compile(r"^[\x21-\x7e]+$")


class GatewayRequest(Protocol):
    """The parts of Chalice's request that are read here."""

    method: str
    path: str
    context: dict[str, Any]
    headers: Mapping[str, str]
    query_params: Any
    raw_body: bytes
    uri_params: dict[str, str] | None


@dataclass(frozen=True, slots=True)
class Control:
    """How a write wants to be done."""

    if_match: int | None
    idempotency_key: str | None
    dry_run: bool


def principal_of(request: GatewayRequest) -> Principal:
    """The identity the authorizer put into the request context. Raises Unauthenticated."""
    told = cast(dict[str, str], request.context.get("authorizer") or {})
    if not told.get("tenant"):
        raise Unauthenticated()
    scopes = told.get("scopes") or None
    return Principal(
        tenant=told["tenant"],
        actor=told["actor"],
        role=Role(told["role"]),
        teams=tuple(json.loads(told.get("teams") or "[]")),
        tree=tuple(json.loads(told.get("tree") or "[]")),
        kind="api_key" if told.get("kind") == "api_key" else "user",
        scopes=None if scopes is None else frozenset(json.loads(scopes)),
        region=told.get("region") or None,
    )


def origin_of(request: GatewayRequest) -> Origin:
    """Address and headers (names in lower case) of the caller."""
    identity = cast(dict[str, Any], request.context.get("identity") or {})
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Origin(str(identity.get("sourceIp") or ""), headers, headers.get("host", ""))


def read_body(
    request: GatewayRequest,
    model: type[M],
    limit: int,
    expected: str = JSON,
    region: str | None = None,
) -> M:
    """The validated body, its types taken strictly; an absent one is `{}`.

    `region` is the caller's, by which telephone numbers are read.
    Raises PayloadTooLarge, UnsupportedMediaType, MalformedBody, InvalidInput.
    """
    raw = request.raw_body or b""
    if len(raw) > limit:
        raise PayloadTooLarge(f"The body is larger than {limit} bytes.", details={"limit": limit})
    media = request.headers.get("content-type", JSON).split(";")[0].strip().lower()
    if raw and media != expected:
        raise UnsupportedMediaType(f"Send the body as {expected}.")
    try:
        if expected == FORM:
            return model.model_validate(_inputs(raw), context={"region": region})
        return model.model_validate_json(raw or b"{}", strict=True, context={"region": region})
    except ValidationError as error:
        if any(entry["type"] == "json_invalid" for entry in error.errors(include_input=False)):
            raise MalformedBody() from None
        raise invalid_input(error) from None


def _inputs(raw: bytes) -> dict[str, str]:
    """The inputs of a page's form; of a repeated one the last. Raises MalformedBody."""
    try:
        pairs = parse_qsl(
            raw.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_INPUTS
        )
    except ValueError:
        raise MalformedBody("The body is not what a form sends.") from None
    return dict(pairs)


def read_query(request: GatewayRequest, model: type[M], ignored: frozenset[str]) -> M:
    """The validated query parameters; repeated ones become lists. Raises InvalidInput."""
    given: dict[str, Any] = {}
    for name in request.query_params or ():
        if name in ignored:
            continue
        values = request.query_params.getlist(name)
        given[name] = values if _takes_list(model, name) else values[-1]
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise invalid_input(error, prefix="query.") from None


def read_control(request: GatewayRequest, *, rehearsable: bool) -> Control:
    """If-Match, Idempotency-Key and dry_run, where a dry run is possible. Raises InvalidInput."""
    key = request.headers.get("idempotency-key")
    if key is not None and (len(key) > IDEMPOTENCY_KEY_MAX or not _KEY.match(key)):
        message = "1 to 255 visible ASCII characters"
        raise InvalidInput.of("header.Idempotency-Key", "invalid_header", message)
    return Control(_if_match(request), key, _dry_run(request, rehearsable))


def _if_match(request: GatewayRequest) -> int | None:
    header = request.headers.get("if-match")
    if header is None or header.strip() == "*":
        return None
    found = _ETAG.match(header.strip())
    if found is None:
        message = 'an ETag as answered before, such as "3"'
        raise InvalidInput.of("header.If-Match", "invalid_header", message)
    return int(found.group(1))


def _dry_run(request: GatewayRequest, rehearsable: bool) -> bool:
    parameters: Any = request.query_params or {}
    value = str(parameters.get("dry_run", "false"))
    if value not in ("true", "false"):
        raise InvalidInput.of("query.dry_run", "invalid_parameter", "true or false")
    if value == "true" and not rehearsable:
        message = "this action cannot be rehearsed: it is done outside the table"
        raise InvalidInput.of("query.dry_run", "not_rehearsable", message)
    return value == "true"


def _takes_list(model: type[BaseModel], name: str) -> bool:
    found = model.model_fields.get(name)
    return found is not None and "list" in str(found.annotation)
