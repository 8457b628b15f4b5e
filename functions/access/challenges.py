"""What a client holds between a right password and its tokens: the pool's session, sealed.

The seal (HMAC-SHA256) binds challenge, account and time, so that none of them can be exchanged.
"""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.access.accounts import Asked, SessionExpired

KEPT = timedelta(minutes=15)
_MAC_BYTES = 16


@dataclass(frozen=True, slots=True)
class Pending:
    """A sign-in that waits for an answer."""

    username: str
    asked: Asked


def seal(pending: Pending, secret: bytes, now: datetime) -> str:
    """The text for the client."""
    asked = pending.asked
    content = [pending.username, asked.challenge, asked.session, int((now + KEPT).timestamp())]
    text = json.dumps(content, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_mac(secret, text) + text).rstrip(b"=").decode()


def unseal(sealed: str, secret: bytes, now: datetime) -> Pending:
    """What was sealed. Raises SessionExpired for anything else, and when it is too old."""
    try:
        raw = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
    except ValueError:
        raise SessionExpired() from None
    mac, text = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(secret, text)):
        raise SessionExpired()
    username, challenge, session, until = json.loads(text)
    if now.timestamp() >= until:
        raise SessionExpired()
    return Pending(username, Asked(challenge, session))


def _mac(secret: bytes, text: bytes) -> bytes:
    return hmac.new(secret, b"sign-in challenge\x1f" + text, hashlib.sha256).digest()[:_MAC_BYTES]
