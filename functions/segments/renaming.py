"""A tag's new name on the records that carry the old one: after a merge, or when it is respelt."""

from collections.abc import Sequence

from shared.domain.context import Context
from shared.domain.entity import Entity
from shared.domain.errors import ConcurrentChange, StaleVersion
from shared.domain.segments.kinds import KINDS, kind_of_id, tags_of, with_tags
from shared.domain.segments.run import Lane
from shared.domain.segments.tag import Tag
from shared.domain.text import fold
from shared.storage import keys
from shared.storage.record import from_item
from shared.storage.store import Store

ATTEMPTS = 5


def rename(store: Store, context: Context, tag: Tag, lane: Lane, ids: Sequence[str]) -> int:
    """Replace the old names on each of these records; gives how many carried one.

    Records of a merged tag get the name of the tag that took it in.
    """
    if not tag.rewriting or lane.kind not in KINDS:
        return 0
    new = store.load(Tag, tag.merged_into).name if tag.merged_into else tag.name
    old = frozenset(map(fold, tag.rewriting))
    return sum(_rename(store, context, old, new, found) for found in _records(store, ids))


def _rename(store: Store, context: Context, old: frozenset[str], new: str, record: Entity) -> bool:
    """Whether the record carried an old name, which it does no more."""
    found: Entity | None = record
    for _ in range(ATTEMPTS):
        if found is None:
            return False
        names = (new if fold(tag) in old else tag for tag in tags_of(found))
        changed = with_tags(context, found, names)
        if changed is found:
            return False
        unit = store.begin(context)
        unit.put(changed)
        try:
            unit.commit()
        except StaleVersion:
            found = next(iter(_records(store, [record.id])), None)
        else:
            return True
    raise ConcurrentChange(details={"record": record.id})


def _records(store: Store, ids: Sequence[str]) -> list[Entity]:
    """The records of these ids as they are now, archived ones and those in review too."""
    wanted = [keys.entity(store.tenant, i) for i in ids]
    items = store.table.get_many(wanted, consistent=True)
    found: list[Entity] = []
    for item in items.values():
        kind = kind_of_id(item["id"]["S"])
        if kind is not None:
            found.append(from_item(KINDS[kind].entity, item))
    return found
