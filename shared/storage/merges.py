"""What a merge keeps beside its record: images for an undo, what was moved, and who holds what.

Images and moves are rows that vanish some time after the merge can no longer be undone.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.customers.customer import Customer
from shared.domain.entity import Entity
from shared.domain.errors import Gone
from shared.domain.merging.fields import Record
from shared.domain.merging.model import Merge
from shared.storage import identities, keys
from shared.storage.driver import Item, RowChanges
from shared.storage.store import Store
from shared.storage.unit_of_work import UnitOfWork

LONGER = timedelta(days=2)
"""Rows are kept this much longer than a merge can be undone, while it is being undone."""

CHUNK = 25


def keep_images(
    unit: UnitOfWork, merge: Merge, *, before: Customer, after: Customer, loser: Customer
) -> None:
    """The survivor before and after the merge, and the loser before it."""
    for name, record in (("before", before), ("after", after), ("loser", loser)):
        document = {"image": {"S": record.model_dump_json()}, "ttl": _ttl(merge)}
        unit.row(keys.note(unit.tenant, _images(merge.id), name), document)
    unit.row(keys.note(unit.tenant, _taken_in(after.id), merge.id), {"ttl": _ttl(merge)})


def images(store: Store, merge: Merge) -> tuple[Record, Record, Record]:
    """Survivor before and after, loser before. Raises Gone once they are forgotten."""
    wanted = [
        keys.note(store.tenant, _images(merge.id), name) for name in ("before", "after", "loser")
    ]
    found = store.table.get_many(wanted, consistent=True)
    if len(found) < len(wanted):
        raise Gone("What the records were before the merge is no longer kept.")
    kind = Account if merge.record_kind == "account" else Contact
    before, after, loser = (kind.model_validate_json(found[k]["image"]["S"]) for k in wanted)
    return before, after, loser


def forget_images(unit: UnitOfWork, merge_id: str) -> None:
    """Forget what the two records were, as an erasure must; the merge is final from then on."""
    for name in ("before", "after", "loser"):
        unit.forget(keys.note(unit.tenant, _images(merge_id), name))


def forget_images_of(store: Store, survivor: str) -> None:
    """Forget the images of all merges by which this record took others in."""
    rows = RowChanges()
    for item in store.rows(keys.note(store.tenant, _taken_in(survivor), "")):
        for name in ("before", "after", "loser"):
            rows.delete(keys.note(store.tenant, _images(item["sk"]["S"]), name))
    rows.apply(store.table)


def remember_move(
    unit: UnitOfWork, merge: Merge, record: Entity, details: Mapping[str, Any]
) -> None:
    """How a record was moved, so that it can be moved back."""
    member = f"{record.kind}#{record.id}#{record.version:010d}"
    row: Item = {"move": {"S": json.dumps(dict(details))}, "ttl": _ttl(merge)}
    unit.row(keys.note(unit.tenant, _moves(merge.id), member), row)


def moves(
    store: Store, merge_id: str, before: str | None = None
) -> tuple[list[tuple[str, str, dict[str, Any]]], str | None]:
    """Some moves of a merge, (kind, id, details), the latest of a record first; where to go on."""
    partition, _ = keys.note(store.tenant, _moves(merge_id), "")
    page = store.table.query(
        partition,
        limit=CHUNK,
        after=None if before is None else {"pk": {"S": partition}, "sk": {"S": before}},
        newest_first=True,
        consistent=True,
    )
    found: list[tuple[str, str, dict[str, Any]]] = []
    for item in page.items:
        kind, record_id, _ = item["sk"]["S"].split("#")
        found.append((kind, record_id, json.loads(item["move"]["S"])))
    return found, page.last_key["sk"]["S"] if page.last_key else None


def count_moves(store: Store, merge_id: str) -> int:
    """How many records a merge has moved."""
    partition, _ = keys.note(store.tenant, _moves(merge_id), "")
    records: set[str] = set()
    after = None
    while True:
        page = store.table.query(partition, attributes=("sk",), after=after, consistent=True)
        records |= {item["sk"]["S"].rpartition("#")[0] for item in page.items}
        after = page.last_key
        if after is None:
            return len(records)


def contested(
    store: Store, survivor: Customer, loser: Customer, changed: Mapping[str, Any]
) -> tuple[str, ...]:
    """The claims of the merged record that a third customer holds."""
    claims = survivor.model_copy(update=dict(changed)).claims()
    return _held_by_others(store, claims, {survivor.id, loser.id})


def contested_after_undo(
    store: Store, survivor: Customer, loser: Customer, before: Customer
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of both restored records the claims that another one holds.

    What both show is the survivor's, unless it was contested `before` the merge.
    """
    mine, theirs = survivor.claims(), loser.claims()
    others = set(_held_by_others(store, {**mine, **theirs}, {survivor.id, loser.id}))
    both = mine.keys() & theirs.keys()
    losers = both & set(before.contested)
    of_survivor = (others & mine.keys()) | losers
    of_loser = (others & theirs.keys()) | (both - losers)
    return tuple(sorted(of_survivor)), tuple(sorted(of_loser))


def _held_by_others(
    store: Store, claims: Mapping[str, identities.Claim], two: set[str]
) -> tuple[str, ...]:
    held = identities.holders(store, claims.values()) if claims else {}
    return tuple(sorted(t for t, c in claims.items() if c in held and held[c] not in two))


def _taken_in(survivor: str) -> str:
    return f"merges-of#{survivor}"


def _images(merge_id: str) -> str:
    return f"merge-images#{merge_id}"


def _moves(merge_id: str) -> str:
    return f"merge-moves#{merge_id}"


def _ttl(merge: Merge) -> dict[str, str]:
    return {"N": str(int((merge.undo_until + LONGER).timestamp()))}
