"""The files behind the public pages, read once a process from where they were installed.

Swagger UI (Apache-2.0) is the copy that the installed Powertools package carries: nothing is
fetched from another site, and the page says so to the browser.
"""

import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The checkout, or the deployment package: both hold docs/openapi.json at the same place."""

_PAGE = Path(__file__).parent / "page"
_SWAGGER_UI = "event_handler/openapi/swagger_ui"

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)


@cache
def api_description() -> str:
    """The OpenAPI document as committed."""
    return (ROOT / "docs" / "openapi.json").read_text("utf-8")


@cache
def docs_page() -> str:
    """The interactive page; its assets' addresses change with their content."""
    return (_PAGE / "index.html").read_text("utf-8").replace("RELEASE", _release())


@cache
def start_script() -> str:
    """The script that opens the description."""
    return (_PAGE / "start.js").read_text("utf-8")


@cache
def swagger_script() -> str:
    """Swagger UI's script."""
    return _installed("swagger-ui-bundle.min.js")


@cache
def swagger_style() -> str:
    """Swagger UI's style sheet."""
    return _installed("swagger-ui.min.css")


def _installed(name: str) -> str:
    return (files("aws_lambda_powertools") / _SWAGGER_UI / name).read_text("utf-8")


def _release() -> str:
    content = start_script() + swagger_script() + swagger_style()
    return hashlib.sha256(content.encode()).hexdigest()[:12]
