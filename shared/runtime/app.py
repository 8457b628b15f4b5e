"""The app factory: a Chalice app whose request is per thread, with logging around every call.

Chalice keeps the current request on the app object; the laptop serves many at once, so it is kept
per context here. Chalice's own refusals (unknown method) become problem details like all others.
"""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from chalice.app import Chalice, Request

from shared.http.problems import PROBLEM_JSON, unexpected
from shared.runtime.observability import logger, metrics, traced

_request: ContextVar[Request | None] = ContextVar("request", default=None)


def current_request() -> Request:
    """The request being served in this thread."""
    found = _request.get()
    if found is None:
        raise RuntimeError("no request is being served")
    return found


class RapportApp(Chalice):
    """A Chalice app for one use case."""

    @property
    def current_request(self) -> Request | None:
        """The request of this thread."""
        return _request.get()

    @current_request.setter
    def current_request(  # pyright: ignore[reportIncompatibleVariableOverride]
        self, value: Request | None
    ) -> None:
        _request.set(value)

    @property
    def lambda_context(self) -> Any:
        """Not kept: views get what they need in their Call."""
        return None

    @lambda_context.setter
    def lambda_context(  # pyright: ignore[reportIncompatibleVariableOverride]
        self, value: Any
    ) -> None:
        pass

    def route(self, path: str, **kwargs: Any) -> Callable[..., Any]:
        """Chalice's route; the content type is checked by the endpoint contract instead."""
        return super().route(path, content_types=[], **kwargs)

    def __call__(self, event: Any, context: Any) -> dict[str, Any]:
        about: dict[str, Any] = event.get("requestContext", {})
        with traced(self.app_name, route=str(about.get("resourcePath"))):
            answer = super().__call__(event, context)
        caller: dict[str, Any] = about.get("authorizer") or {}
        status = int(answer["statusCode"])
        logger().info(
            "request",
            route=about.get("resourcePath"),
            method=about.get("httpMethod"),
            status=status,
            request_id=about.get("requestId"),
            actor=caller.get("actor"),
        )
        if metrics().metric_set:
            metrics().flush_metrics()
        if status >= 400:
            _as_problem(answer, str(about.get("requestId") or ""))
        return answer


def create_app(use_case: str) -> RapportApp:
    """The app of `functions/<use_case>`; its decorators are the only place triggers are said."""
    return RapportApp(app_name=use_case, configure_logs=False)


def _as_problem(answer: dict[str, Any], request_id: str) -> None:
    """Give Chalice's own refusals (no such method, a failure outside any view) our form."""
    # A view's own refusal is a problem already, or a page for somebody who followed a link.
    if str(answer["headers"].get("Content-Type", "")).startswith((PROBLEM_JSON, "text/html")):
        return
    status = int(answer["statusCode"])
    code = {405: "method_not_allowed"}.get(status, "internal_error")
    _, answer["body"], headers = unexpected(status, code, request_id)
    answer["headers"] |= headers | {"X-Request-Id": request_id, "Cache-Control": "no-store"}
