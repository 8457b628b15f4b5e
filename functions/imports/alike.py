"""What new records look like: the tenant's duplicate policy, applied to each row of a chunk.

The match keys of all rows are asked for together, several at once; records that the chunk itself
makes count too, though nobody can find them in the table yet.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from functions.imports.finding import AT_ONCE
from shared.domain.access import may
from shared.domain.context import Context
from shared.domain.entity import Entity
from shared.domain.errors import DuplicatesFound
from shared.domain.events.base import Event
from shared.domain.events.duplicates import DuplicateAllowed
from shared.domain.matching.keys import keys_of
from shared.domain.matching.profile import Profile
from shared.domain.matching.profiles import profile_of
from shared.domain.matching.score import score
from shared.storage import keys, matching
from shared.storage.driver import Item
from shared.storage.duplicates import MOST_COMPARED, MOST_TOLD, Hit, policy_of, told
from shared.storage.record import from_item
from shared.storage.store import Store


class Alike:
    """The records of one kind that new ones of a chunk look like."""

    def __init__(
        self, store: Store, context: Context, entity: type[Entity], reason: str | None
    ) -> None:
        self._store, self._context, self._entity = store, context, entity
        self._rule = policy_of(store, context).rules.of(entity.kind)
        self._reason = reason
        self._holders: dict[str, set[str]] = {}
        self._items: dict[str, Item | None] = {}
        self._made: dict[str, Entity] = {}

    def learn(self, drafts: Iterable[Entity]) -> None:
        """Ask for all that shares a key with one of these; at most 16 queries for each, and one
        batch for each hundred records found."""
        if self._rule.mode == "queue":
            return
        wanted = {key for draft in drafts for key in keys_of(profile_of(draft))}
        missing = sorted(wanted - self._holders.keys())
        if not missing:
            return
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for key, found in zip(missing, pool.map(self._ask, missing), strict=True):
                self._holders[key] = found
        self._load({entity_id for key in missing for entity_id in self._holders[key]})

    def _ask(self, key: str) -> set[str]:
        found = matching.find(self._store.table, self._store.tenant, [key])
        return {match.id for match in found if match.kind == self._entity.kind}

    def _load(self, ids: set[str]) -> None:
        by_key = {keys.entity(self._store.tenant, i): i for i in ids if i not in self._items}
        items = self._store.table.get_many(by_key, consistent=True) if by_key else {}
        self._items |= {entity_id: items.get(key) for key, entity_id in by_key.items()}

    def made(self, record: Entity) -> None:
        """The chunk itself makes this record: later rows may mean the same."""
        if self._rule.mode == "queue" or record.hidden:
            return
        self._made[record.id] = record
        for key in keys_of(profile_of(record)):
            self._holders.setdefault(key, set()).add(record.id)

    def judge(self, record: Entity) -> tuple[Event, ...]:
        """Nothing when the record may come in, the event to record when it is let in for a reason.

        Raises DuplicatesFound.
        """
        hits = [] if self._rule.mode == "queue" else self._hits(profile_of(record))
        if not hits:
            return ()
        blocked = self._rule.mode == "block" and hits[0].points >= self._rule.block
        overriding = may(self._context.principal, "duplicate", "override")
        if self._reason is None or (blocked and not overriding):
            raise DuplicatesFound(details=told(self._context, hits, blocked=blocked))
        ids = tuple(hit.id for hit in hits[:MOST_TOLD])
        return (DuplicateAllowed(points=hits[0].points, candidates=ids),)

    def _hits(self, profile: Profile) -> list[Hit]:
        shared: dict[str, int] = {}
        for key in keys_of(profile):
            for entity_id in self._holders.get(key, ()):
                shared[entity_id] = shared.get(entity_id, 0) + 1
        shared.pop(profile.id, None)
        ranked = sorted(shared, key=lambda entity_id: (-shared[entity_id], entity_id))
        found = (self._record(entity_id) for entity_id in ranked[:MOST_COMPARED])
        hits = [hit for record in found if record and (hit := self._hit(profile, record))]
        return sorted(hits, key=lambda hit: (-hit.points, hit.id))

    def _record(self, entity_id: str) -> Entity | None:
        if entity_id in self._made:
            return self._made[entity_id]
        item = self._items.get(entity_id)
        if item is None or "deleted" in item:
            return None
        return from_item(self._entity, item)

    def _hit(self, profile: Profile, record: Entity) -> Hit | None:
        judged = score(profile, profile_of(record))
        if judged.points < self._rule.review:
            return None
        return Hit(record, judged.points, judged.reasons, ())  # pyright: ignore[reportArgumentType]
