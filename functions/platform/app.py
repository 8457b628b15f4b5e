"""The product about itself: is it up, what can it do, what can happen."""

from typing import Literal

from pydantic import Field

from functions.platform import pages
from functions.platform.catalogue import EventCatalogue, event_catalogue
from shared.domain.entity import Value
from shared.http.call import AnyCall, Reply
from shared.http.endpoint import endpoint
from shared.runtime.app import create_app

app = create_app("platform")

TAG = "Platform"
_SAFE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_FRESH = {**_SAFE, "Cache-Control": "public, max-age=60"}
_LASTING = {**_SAFE, "Cache-Control": "public, max-age=31536000, immutable"}


class Health(Value):
    """The functions answer."""

    status: Literal["ok"] = "ok"


class Release(Value):
    """Which release of the page asks."""

    release: str = Field(default="", description="Makes the address new when the content is.")


@app.route("/healthz", methods=["GET"])
@endpoint("Whether the system answers", resource=None, tag=TAG, returns=Health)
def health(call: AnyCall) -> Health:
    """Asks nothing else: it tells whether gateway and functions stand."""
    return Health()


@app.route("/openapi.json", methods=["GET"])
@endpoint("This description", resource=None, tag=TAG, media="application/json")
def description(call: AnyCall) -> Reply:
    """The OpenAPI 3.1 document of every route."""
    return Reply(pages.api_description(), headers=_FRESH)


@app.route("/docs", methods=["GET"])
@endpoint("The interactive page", resource=None, tag=TAG, media="text/html")
def docs(call: AnyCall) -> Reply:
    """Shows this description and lets you try it, with your own token."""
    headers = {**_FRESH, "Content-Security-Policy": pages.CONTENT_SECURITY_POLICY}
    return Reply(pages.docs_page(), headers=headers, media="text/html; charset=utf-8")


@app.route("/docs/start.js", methods=["GET"])
@endpoint("The page's own script", resource=None, tag=TAG, query=Release, media="text/javascript")
def docs_start(call: AnyCall) -> Reply:
    """Opens the description in the page."""
    return _script(pages.start_script())


@app.route("/docs/swagger-ui.js", methods=["GET"])
@endpoint("Swagger UI's script", resource=None, tag=TAG, query=Release, media="text/javascript")
def docs_script(call: AnyCall) -> Reply:
    """Swagger UI, licensed under Apache-2.0."""
    return _script(pages.swagger_script())


@app.route("/docs/swagger-ui.css", methods=["GET"])
@endpoint("Swagger UI's style sheet", resource=None, tag=TAG, query=Release, media="text/css")
def docs_style(call: AnyCall) -> Reply:
    """Swagger UI, licensed under Apache-2.0."""
    return Reply(pages.swagger_style(), headers=_LASTING, media="text/css; charset=utf-8")


@app.route("/v1/events", methods=["GET"])
@endpoint(
    "The events that can happen, with their schemas",
    resource="event",
    action="read",
    tag=TAG,
    returns=EventCatalogue,
)
def list_event_types(call: AnyCall) -> EventCatalogue:
    """What subscribers of the event bus (and of webhooks) can expect."""
    return event_catalogue()


def _script(text: str) -> Reply:
    return Reply(text, headers=_LASTING, media="text/javascript; charset=utf-8")
