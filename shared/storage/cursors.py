"""Opaque, tamper-proof list cursors: where to go on, for whom and for which query.

A cursor carries the last id and a signature over tenant, query and id (HMAC-SHA256). Changed
filters or another tenant's cursor are refused instead of giving a wrong page.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable

from shared.domain.errors import InvalidInput

_SIGNATURE_BYTES = 16


class Cursors:
    """Signs and reads cursors with the installation's signing secret, fetched when first needed."""

    def __init__(self, secret: Callable[[], bytes]) -> None:
        self._secret = secret

    def issue(self, tenant: str, query: str, position: str) -> str:
        """The cursor that continues `query` after `position`."""
        signed = self._sign(tenant, query, position) + position.encode()
        return base64.urlsafe_b64encode(signed).rstrip(b"=").decode()

    def read(self, tenant: str, query: str, cursor: str) -> str:
        """The position inside a cursor. Raises InvalidInput `invalid_cursor`."""
        try:
            raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            signature, position = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:].decode()
        except ValueError:
            raise _invalid() from None
        if not hmac.compare_digest(signature, self._sign(tenant, query, position)):
            raise _invalid()
        return position

    def _sign(self, tenant: str, query: str, position: str) -> bytes:
        message = "\x1f".join((tenant, query, position)).encode()
        return hmac.new(self._secret(), message, hashlib.sha256).digest()[:_SIGNATURE_BYTES]


def _invalid() -> InvalidInput:
    message = "This cursor does not belong to this query; start again without one."
    return InvalidInput.of("cursor", "invalid_cursor", message)
