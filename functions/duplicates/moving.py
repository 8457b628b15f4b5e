"""One record's move to the survivor of a merge, and its way back: each is one transaction."""

from typing import Any, TypeVar

from shared.domain.context import Context
from shared.domain.customers.links import Affiliation
from shared.domain.entity import Entity
from shared.domain.merging import affiliations
from shared.domain.merging.children import CHILDREN, moved, moved_back, references
from shared.domain.merging.model import Merge
from shared.storage import keys, merges
from shared.storage.record import from_item
from shared.storage.store import Store

E = TypeVar("E", bound=Entity)


def move(store: Store, context: Context, merge: Merge, record: Entity) -> None:
    """Lead the record from the loser to the survivor; nothing if it does not refer to the loser.

    Raises StaleVersion when the record or the merge changed meanwhile: the chunk is repeated.
    """
    if isinstance(record, Affiliation):
        _move_affiliation(store, context, merge, record)
        return
    if record.id in (merge.survivor, merge.loser):
        return
    after = moved(context, record, merge.loser, merge.survivor)
    if after is record:
        return
    unit = store.begin(context)
    unit.expect(merge)
    stored = unit.put(after)
    details = {"before": references(record), "after": references(after)}
    merges.remember_move(unit, merge, stored, details)
    unit.commit()


def move_back(
    store: Store, context: Context, merge: Merge, kind: str, record_id: str, details: dict[str, Any]
) -> bool:
    """Lead the record back; False when what it refers to was changed since, so that it stays."""
    if kind == Affiliation.kind:
        return _affiliation_back(store, context, merge, record_id, details)
    record = _find(store, CHILDREN[kind].entity, record_id)
    if record is None:
        return True
    after, left = moved_back(context, record, details["before"], details["after"])
    if after is not record:
        unit = store.begin(context)
        unit.expect(merge)
        unit.put(after)
        unit.commit()
    return not left


def _move_affiliation(
    store: Store, context: Context, merge: Merge, affiliation: Affiliation
) -> None:
    """The other end keeps one affiliation with the survivor, which says what both said."""
    twin_id = affiliations.led_id(affiliation, merge.loser, merge.survivor)
    if twin_id is None or affiliation.deleted_at is not None:
        return
    twin = _find(store, Affiliation, twin_id)
    united = affiliations.led(context, affiliation, twin, merge.loser, merge.survivor)
    unit = store.begin(context)
    unit.expect(merge)
    if united is not twin:
        unit.put(united)
    stored = unit.put(affiliations.ended(context, affiliation))
    details = {
        "own": affiliation.model_dump(mode="json"),
        "twin": twin_id,
        "before": twin.model_dump(mode="json") if twin else None,
        "after": affiliations.says(united),
    }
    merges.remember_move(unit, merge, stored, details)
    unit.commit()


def _affiliation_back(
    store: Store, context: Context, merge: Merge, record_id: str, details: dict[str, Any]
) -> bool:
    """Both affiliations as they were; one edited since stays as it is."""
    affiliation = _find(store, Affiliation, record_id)
    twin = _find(store, Affiliation, details["twin"])
    if affiliation is not None and affiliation.deleted_at is None:
        return True
    unit = store.begin(context)
    unit.expect(merge)
    own = Affiliation.model_validate(details["own"])
    unit.put(affiliations.begun_again(context, affiliation, own))
    same = twin is not None and affiliations.says(twin) == details["after"]
    if twin is not None and same:
        before = details["before"] and Affiliation.model_validate(details["before"])
        if before is None or affiliations.says(before) != details["after"]:
            unit.put(affiliations.as_it_was(context, twin, before))
    unit.commit()
    return same


def _find(store: Store, entity: type[E], record_id: str) -> E | None:
    item = store.table.get(keys.entity(store.tenant, record_id))
    return from_item(entity, item) if item else None
