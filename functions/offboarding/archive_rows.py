"""What of a tenant's rows goes into an archive: the records, their history, their timelines.

All else is made from these, or is nobody's business outside: search and match rows, indexes, locks,
counters, kept answers.
"""

import json
from typing import Any

from shared.storage import keys
from shared.storage.driver import Item

SECRETS = frozenset({"secret_hash", "previous_hash"})
"""Fields that open something here and are of no use elsewhere."""

LEFT_OUT = (
    "search rows, match rows and natural keys (made from the records)",
    "counters, kept answers, marks of consumers (of use only while the system runs)",
    "hashes of the secrets of API keys",
)
_ENTRIES = {keys.HISTORY: "history", keys.TIMELINE: "timeline"}


def line_of(item: Item) -> tuple[str, str] | None:
    """The file of the archive and the line in it; None for what is left out."""
    if "doc" in item:
        return item["kind"]["S"], _without_secrets(item["doc"]["S"])
    name = _ENTRIES.get(item["sk"]["S"][:2])
    if name is None or "entry" not in item:
        return None
    record = item["pk"]["S"].partition("#")[2]
    return name, _text({"record": record, **json.loads(item["entry"]["S"])})


def _without_secrets(document: str) -> str:
    if not any(name in document for name in SECRETS):
        return document
    fields: dict[str, Any] = json.loads(document)
    return _text(fields | {name: "" for name in SECRETS if fields.get(name)})


def _text(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
