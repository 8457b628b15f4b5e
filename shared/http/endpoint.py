"""The endpoint contract under `@app.route`: everything a route does besides its use case.

Identity, rights, validation, preconditions, idempotency, the commit, field rules, error mapping.
A view gets a Call and gives an entity, a model, a page or a Reply; its unit of work is committed
here, after the answer is rendered, so that the answer can be stored with the effect.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, cast
from urllib.parse import unquote

from chalice.app import Response
from pydantic import BaseModel

from shared.domain.access import (
    Grant,
    Principal,
    Role,
    Scope,
    field_rules,
    grant,
    refuse_ruled_fields,
)
from shared.domain.errors import ConcurrentChange, RapportError, StaleVersion
from shared.http.call import AnyCall, Call
from shared.http.contract import DEFAULT_BODY_LIMIT, JSON, Contract, Nothing, kind_of
from shared.http.idempotency import Attempt
from shared.http.problems import problem, unexpected
from shared.http.rendering import Rendered, render
from shared.http.request import (
    Control,
    GatewayRequest,
    origin_of,
    principal_of,
    read_body,
    read_control,
    read_query,
)
from shared.runtime.app import current_request
from shared.runtime.observability import logger
from shared.runtime.runtime import runtime

ATTEMPTS = 5
"""How often a write without If-Match is decided anew when somebody else was faster."""

_NOBODY = Principal("", "public", Role.SYSTEM, kind="public")
View = Callable[..., Any]


def endpoint(
    summary: str,
    *,
    resource: str | None,
    action: str | None = None,
    tag: str,
    body: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    returns: type[BaseModel] | None = None,
    listed: bool = False,
    kind: str | None = None,
    status: int = 200,
    other_statuses: tuple[int, ...] = (),
    precondition: bool = False,
    writes: bool = False,
    rehearsable: bool = True,
    body_limit: int = DEFAULT_BODY_LIMIT,
    media: str | None = None,
    secret: bool = False,
    piecemeal: bool = False,
    body_media: str = JSON,
) -> Callable[[View], View]:
    """Declare a route's contract (see Contract) and carry it out around the view."""
    contract = Contract(
        summary=summary,
        resource=resource,
        action=action,
        tag=tag,
        body=body,
        query=query,
        returns=returns,
        listed=listed,
        kind=kind or kind_of(returns),
        status=status,
        other_statuses=other_statuses,
        precondition=precondition,
        writes=writes,
        rehearsable=rehearsable,
        body_limit=body_limit,
        media=media,
        secret=secret,
        piecemeal=piecemeal,
        body_media=body_media,
    )

    def decorate(view: View) -> View:
        @wraps(view)
        def run(**path: str) -> Response:
            request = cast(GatewayRequest, current_request())
            request_id = str(request.context.get("requestId") or "")
            try:
                arguments = {name: unquote(value) for name, value in path.items()}
                done = _serve(contract, view, request, request_id, arguments)
            except RapportError as error:
                status_code, text, headers = problem(error, request_id)
                done = Rendered(status_code, text, headers)
            except Exception:
                logger().exception("request failed", route=request.path, method=request.method)
                done = Rendered(*unexpected(500, "internal_error", request_id))
            headers = {"Cache-Control": "no-store", **done.headers, "X-Request-Id": request_id}
            return Response(body=done.text, status_code=done.status, headers=headers)  # pyright: ignore[reportArgumentType]

        run.contract = contract  # pyright: ignore[reportAttributeAccessIssue]
        return run

    return decorate


def _serve(
    contract: Contract,
    view: View,
    request: GatewayRequest,
    request_id: str,
    path: dict[str, str],
) -> Rendered:
    principal = _NOBODY if contract.public else principal_of(request)
    right = _right(contract, principal)
    control = _control(contract, request)
    body = read_body(
        request,
        contract.body or Nothing,
        contract.body_limit,
        contract.body_media,
        principal.region,
    )
    if contract.kind and contract.writes:
        refuse_ruled_fields(field_rules(principal, contract.kind), body.model_fields_set)
    ignored = frozenset({"dry_run"}) if contract.writes else frozenset[str]()
    query = read_query(request, contract.query or Nothing, ignored)
    for attempt in range(ATTEMPTS):
        call = _call(principal, right, control, request, request_id, body, query)
        try:
            return _answer(contract, view, call, control, request, path)
        except (StaleVersion, ConcurrentChange) as lost:
            told = "your_version" in lost.details
            if told or attempt == ATTEMPTS - 1 or not contract.writes:
                raise
    raise AssertionError("unreachable")


def _answer(
    contract: Contract,
    view: View,
    call: AnyCall,
    control: Control,
    request: GatewayRequest,
    path: dict[str, str],
) -> Rendered:
    if not control.idempotency_key or control.dry_run:
        return _carry_out(contract, view, call, path, None)
    route = f"{request.method} {request.path} {sorted(path.items())}"
    key, content = control.idempotency_key, _content(contract, request)

    def attempt() -> Attempt:
        return Attempt.of(call.context, route, key, content)

    table = call.runtime.table
    if contract.piecemeal and (kept := attempt().answer_kept(table)):
        return kept
    try:
        return _carry_out(contract, view, call, path, attempt)
    except RapportError:
        # What stands in the way may be the effect of the first request with this key.
        if contract.secret or not (kept := attempt().answer_kept(table)):
            raise
        return kept


def _carry_out(
    contract: Contract,
    view: View,
    call: AnyCall,
    path: dict[str, str],
    attempt: Callable[[], Attempt] | None,
) -> Rendered:
    answer = render(contract, call.context.principal, view(call, **path))
    if contract.writes:
        if attempt is not None:  # made after the view, which binds a public call to its tenant
            attempt().store(call.unit, call.context, _keepable(contract, answer))
        call.unit.commit()
    return answer


def _content(contract: Contract, request: GatewayRequest) -> bytes:
    """What a repetition must repeat; a digest of passwords could be guessed."""
    return b"" if contract.secret else request.raw_body or b""


def _keepable(contract: Contract, answer: Rendered) -> Rendered:
    return Rendered(answer.status, "", {}) if contract.secret else answer


def _control(contract: Contract, request: GatewayRequest) -> Control:
    if not contract.writes:
        return Control(None, None, False)
    return read_control(request, rehearsable=contract.rehearsable)


def _right(contract: Contract, principal: Principal) -> Grant:
    if contract.resource is None or contract.action is None:
        return Grant(principal, contract.resource or "public", Scope.OWN)
    return grant(principal, contract.resource, contract.action)


def _call(
    principal: Principal,
    right: Grant,
    control: Control,
    request: GatewayRequest,
    request_id: str,
    body: BaseModel,
    query: BaseModel,
) -> AnyCall:
    now = runtime()
    context = now.context(principal, correlation_id=request_id, dry_run=control.dry_run)
    store = now.store(principal.tenant)
    return Call(
        body=body,
        query=query,
        context=context,
        grant=replace(right, at=context.now),
        store=store,
        unit=store.begin(context),
        runtime=now,
        origin=origin_of(request),
        if_match=control.if_match,
    )
