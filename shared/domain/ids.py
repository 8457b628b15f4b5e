"""Identifiers: a kind prefix and a ULID (`lead_01J...`), sortable by time of creation.

Time and randomness are arguments, so the domain stays pure; `derived_id` gives the same id for the
same seed, which makes a repeated command write the same record instead of a second one.
"""

import hashlib
import re
from datetime import datetime

from ulid import ULID

_ID = re.compile(r"^[a-z]{2,5}_[0-9A-HJKMNP-TV-Z]{26}$")


def make_id(prefix: str, at: datetime, entropy: bytes) -> str:
    """`<prefix>_<ULID>` of the moment `at` (milliseconds) and 10 bytes of entropy."""
    milliseconds = int(at.timestamp() * 1000)
    return f"{prefix}_{ULID(milliseconds.to_bytes(6, 'big') + entropy[:10])}"


def derived_id(prefix: str, at: datetime, *seed: str) -> str:
    """An id that depends on nothing but its arguments: the same seed gives the same id."""
    digest = hashlib.sha256("\x1f".join(seed).encode()).digest()
    return make_id(prefix, at, digest[:10])


def sole_id(prefix: str) -> str:
    """The id of the one entity of its kind that a tenant has (its scoring model, say)."""
    return f"{prefix}_{'0' * 26}"


def is_id(value: str, prefix: str) -> bool:
    """Whether `value` has the form of an id of this kind (it may still not exist)."""
    return value.startswith(prefix + "_") and _ID.match(value) is not None
