"""Short texts that leave the system and must come back unchanged: signed, each for one purpose.

A key is derived per purpose, so a text signed for one thing is worthless for another.
"""

import base64
import hashlib
import hmac

_SIGNATURE_BYTES = 16
LONGEST = 600


class Seal:
    """Signs and reads texts for one purpose (HMAC-SHA256 with a key of its own)."""

    def __init__(self, secret: bytes, purpose: str) -> None:
        self._key = hmac.new(secret, f"rapport:{purpose}".encode(), hashlib.sha256).digest()

    def sign(self, text: str) -> str:
        """`text` with its signature, fit for an address."""
        content = text.encode()
        return base64.urlsafe_b64encode(self._mac(content) + content).rstrip(b"=").decode()

    def read(self, signed: str) -> str | None:
        """The text, or None when it was not signed by this seal."""
        if len(signed) > LONGEST or not signed.isascii():
            return None
        try:
            raw = base64.b64decode(signed + "=" * (-len(signed) % 4), altchars=b"-_", validate=True)
            content = raw[_SIGNATURE_BYTES:]
            text = content.decode()
        except ValueError:
            return None
        genuine = hmac.compare_digest(raw[:_SIGNATURE_BYTES], self._mac(content))
        return text if genuine else None

    def digest(self, text: str) -> str:
        """A stable stand-in for a text that must not be kept itself: 32 hexadecimal digits."""
        return self._mac(text.encode()).hex()

    def _mac(self, content: bytes) -> bytes:
        return hmac.new(self._key, content, hashlib.sha256).digest()[:_SIGNATURE_BYTES]
