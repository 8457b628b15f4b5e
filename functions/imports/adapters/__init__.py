"""What an import must know of a kind of record: one module for each kind, found by its name."""

from functions.imports.adapters.accounts import ACCOUNTS
from functions.imports.adapters.base import Making, RecordKind, Source
from functions.imports.adapters.contacts import CONTACTS
from functions.imports.adapters.leads import LEADS
from shared.domain.errors import InvalidInput

__all__ = ["KINDS", "Making", "RecordKind", "Source", "record_kind"]

KINDS: dict[str, RecordKind] = {"lead": LEADS, "account": ACCOUNTS, "contact": CONTACTS}


def record_kind(name: str) -> RecordKind:
    """The kind of this name. Raises InvalidInput (`unknown_kind`)."""
    found = KINDS.get(name)
    if found is None:
        known = ", ".join(KINDS)
        raise InvalidInput.of("kind", "unknown_kind", f"Only these can be imported: {known}.")
    return found
