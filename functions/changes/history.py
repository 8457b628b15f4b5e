"""History: one row per stored version: which fields changed from what to what, and by whom.

It goes with the record: what is purged leaves none.
"""

import json
from collections.abc import Iterator
from typing import Any

from functions.changes.images import Change
from shared.storage import keys
from shared.storage.driver import Item, Table

UNTOLD = frozenset({"version", "updated_at", "updated_by", "timers", "scoring", "id"})
"""Fields that change with every write or only repeat, in detail, what another field says."""


def history_row(change: Change) -> Item | None:
    """The row of this version, or None for a purge or when nothing worth telling changed.

    A kind that says so keeps no history: what is removed for good must not live on in it.
    """
    if change.after is None or "untold" in change.after:
        return None
    after = _document(change.after)
    before = _document(change.before) if change.before else {}
    changes = changed_fields(before, after)
    if not changes:
        return None
    version = int(after["version"])
    pk, sk = keys.history(change.after["tenant"]["S"], after["id"], version)
    entry = {
        "version": version,
        "at": after["updated_at"],
        "by": after["updated_by"],
        "changes": changes,
    }
    return {
        "pk": {"S": pk},
        "sk": {"S": sk},
        "entry": {"S": json.dumps(entry, ensure_ascii=False, separators=(",", ":"))},
    }


def own_rows(table: Table, purged: Item) -> Iterator[keys.Key]:
    """The keys of whatever else lies in the partition of a record that was removed for good."""
    own = keys.entity(purged["tenant"]["S"], purged["id"]["S"])
    after: Item | None = None
    while True:
        page = table.query(own[0], attributes=("pk", "sk"), after=after, consistent=True)
        found = ((item["pk"]["S"], item["sk"]["S"]) for item in page.items)
        yield from (key for key in found if key != own)
        if (after := page.last_key) is None:
            return


def changed_fields(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """Field, old and new value of everything that differs; empty values count as absent."""
    names = sorted((before.keys() | after.keys()) - UNTOLD)
    return [
        {"field": name, "before": before.get(name), "after": after.get(name)}
        for name in names
        if (before.get(name) or None) != (after.get(name) or None)
    ]


def _document(image: Item) -> dict[str, Any]:
    return json.loads(image["doc"]["S"])
