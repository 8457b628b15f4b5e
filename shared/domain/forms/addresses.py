"""Web addresses in a form's settings and answers: exact, and never a script in disguise."""

import re
from typing import Annotated
from urllib.parse import SplitResult, quote, urlsplit

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from shared.domain.text import Line

_LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\]")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_PATH = "/%:@!$&'()*+,;=~"


def is_web_address(text: str) -> bool:
    """Whether this is an http or https address with a host and without a password."""
    try:
        parts = urlsplit(text)
        host_fits = _HOST.fullmatch(_host(parts)) is not None
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        return False
    plain = " " not in text and "\\" not in text and parts.username is None
    return plain and host_fits and port_fits and parts.scheme in _DEFAULT_PORTS


def origin_of(address: str) -> str:
    """The origin of a web address as browsers send it: `https://www.example.com`."""
    parts = urlsplit(address)
    port = "" if parts.port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{_host(parts)}{port}"


def _host(parts: SplitResult) -> str:
    """The host in ASCII; ValueError for one that no browser would accept."""
    name = parts.hostname or ""
    return f"[{name}]" if ":" in name else name.encode("idna").decode("ascii").lower()


def _address(text: str) -> str:
    _require_encrypted(text)
    parts = urlsplit(text)
    # Headers carry ASCII only, and people paste addresses as they read them.
    query = f"?{quote(parts.query, safe=_PATH + '?')}" if parts.query else ""
    fragment = f"#{quote(parts.fragment, safe=_PATH + '?')}" if parts.fragment else ""
    return f"{origin_of(text)}{quote(parts.path, safe=_PATH)}{query}{fragment}"


def _origin(text: str) -> str:
    _require_encrypted(text)
    parts = urlsplit(text)
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise PydanticCustomError(
            "origin_invalid", "An origin has no path: https://www.example.com"
        )
    return origin_of(text)


def _require_encrypted(text: str) -> None:
    """Plain http only on the machine itself, for trying things out."""
    fits = is_web_address(text)
    if not fits or not (urlsplit(text).scheme == "https" or _host(urlsplit(text)) in _LOCAL):
        raise PydanticCustomError(
            "address_invalid", "A full web address that starts with https://."
        )


WebAddress = Annotated[Line, Field(max_length=2000), AfterValidator(_address)]
"""An https address (http on the machine itself), in ASCII."""

WebOrigin = Annotated[Line, Field(max_length=300), AfterValidator(_origin)]
"""An https origin, in the form in which browsers send it."""
