"""The rows that follow an entity's keys: guards that make natural keys unique, and match rows."""

from dataclasses import dataclass, field

from shared.domain.entity import Entity
from shared.domain.errors import AlreadyExists, ConcurrentChange, RapportError
from shared.storage import actions, keys
from shared.storage.actions import Action, Refusal
from shared.storage.driver import Item


@dataclass(frozen=True, slots=True)
class Claim:
    """Who holds a natural key, and the refusal of a second holder."""

    holder: str
    refusal: Refusal


@dataclass(slots=True)
class Guard:
    """What a unit does to one natural key: taken from some, given to one (a merge does both)."""

    released_by: list[str] = field(default_factory=list[str])
    claim: Claim | None = None

    def action(self, key: keys.Key) -> Action:
        """The one step that does it. With no claim the key becomes free."""
        if self.claim is None:
            return actions.delete(key, held_by=self.released_by[0])
        holder = self.claim.holder
        before = (holder, *self.released_by)
        return actions.put_if_absent(
            key, {"ref": {"S": holder}}, self.claim.refusal, replaceable_by=before
        )


def guards_of(tenant: str, entity: Entity | None) -> dict[keys.Key, Claim]:
    """The natural keys that an entity holds: its kind's own, and what customers share."""
    if entity is None or entity.hidden:
        return {}
    held = {
        keys.guard(tenant, entity.kind, name, value): Claim(entity.id, _taken(entity.kind, name))
        for name, value in entity.unique_keys().items()
    }
    for channel, value in entity.held_identities():
        key = keys.guard(tenant, keys.CUSTOMERS, channel, value)
        held[key] = Claim(entity.id, lambda _: ConcurrentChange())
    return held


def match_rows_of(tenant: str, entity: Entity | None) -> set[keys.Key]:
    """What is in review or in the bin meets nobody."""
    if entity is None or entity.hidden or entity.deleted_at is not None:
        return set()
    return {keys.match(tenant, key, entity.kind, entity.id) for key in entity.match_keys()}


def _taken(kind: str, name: str) -> Refusal:
    def refusal(found: Item | None) -> RapportError:
        existing = found["ref"]["S"] if found else None
        return AlreadyExists(f"Another {kind} has this {name}.", field=name, existing_id=existing)

    return refusal
