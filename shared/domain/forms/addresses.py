"""Web addresses in a form's settings and answers: exact, and never a script in disguise."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from shared.domain.text import Line

_LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})


def is_web_address(text: str) -> bool:
    """Whether this is an http or https address with a host and without a password."""
    try:
        parts = urlsplit(text)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        return False
    plain = " " not in text and "\\" not in text and parts.username is None
    return plain and port_fits and parts.scheme in ("http", "https") and bool(parts.hostname)


def origin_of(address: str) -> str:
    """The origin of a web address as browsers send it: `https://www.example.com`.

    Raises ValueError for a host that no browser would accept.
    """
    parts = urlsplit(address)
    host = (parts.hostname or "").encode("idna").decode("ascii").lower()
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else host
    default = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (
        f":{parts.port}" if parts.port not in (None, default) else ""
    )


def _safe(text: str) -> str:
    if not is_web_address(text) or not _encrypted(text):
        raise PydanticCustomError(
            "address_invalid", "A full web address that starts with https://."
        )
    return text


def _origin(text: str) -> str:
    parts = urlsplit(_safe(text))
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise PydanticCustomError(
            "origin_invalid", "An origin has no path: https://www.example.com"
        )
    try:
        return origin_of(text)
    except UnicodeError as refusal:
        raise PydanticCustomError("origin_invalid", "There is no such host.") from refusal


def _encrypted(text: str) -> bool:
    """Plain http only on the machine itself, for trying things out."""
    parts = urlsplit(text)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return parts.scheme == "https" or host in _LOCAL


WebAddress = Annotated[Line, Field(max_length=2000), AfterValidator(_safe)]
"""An https address (http on the machine itself)."""

WebOrigin = Annotated[Line, Field(max_length=300), AfterValidator(_origin)]
"""An https origin, in the form in which browsers send it."""
