"""One decision, one write: collects what a use case changes and stores it all or not at all.

A single entity without natural keys is one conditional PutItem; anything more is one
TransactWriteItems. More than 100 actions is an error, never a silent split.
"""

from datetime import datetime
from typing import TypeVar

from shared.domain.context import Context
from shared.domain.entity import Entity
from shared.domain.errors import (
    AlreadyExists,
    ConcurrentChange,
    RapportError,
    StaleVersion,
    TooManyActions,
)
from shared.domain.events.base import Envelope, Event, Subject
from shared.storage import actions, keys
from shared.storage.actions import Action, CounterChange, Refusal
from shared.storage.driver import ConditionFailed, Item, Table
from shared.storage.natural_keys import Guard, guards_of, match_rows_of
from shared.storage.record import to_item

E = TypeVar("E", bound=Entity)
MAX_ACTIONS = 100


class UnitOfWork:
    """Collects actions for one tenant and commits them once.

    In a dry run `commit` makes the same checks against the table and writes nothing.
    """

    def __init__(self, table: Table, context: Context) -> None:
        self._table = table
        self._context = context
        self._actions: list[Action] = []
        self._guards: dict[keys.Key, Guard] = {}
        self._write_id = context.entropy().hex()
        self.events: list[Envelope] = []

    @property
    def tenant(self) -> str:
        """The tenant everything in this unit belongs to."""
        return self._context.tenant

    def __len__(self) -> int:
        return len(self._actions) + len(self._guards)

    def put(self, entity: E, *, refusal: Refusal | None = None) -> E:
        """Store a new or changed entity with its events; gives it as it will be stored."""
        stored = entity.as_stored()
        envelopes = [self._envelope(event, stored) for event in entity.events]
        self.events += envelopes
        item = to_item(self._context.tenant, stored, envelopes, self._write_id)
        before = entity.stored
        self._actions.append(
            actions.put(
                item,
                expected_version=before.version if before else None,
                refusal=refusal or (_changed_meanwhile if before else _exists_already),
            )
        )
        self._keep_rows(before, stored)
        return stored

    def purge(self, entity: Entity) -> None:
        """Remove the entity and its natural keys for good, unless it changed since it was read."""
        key = keys.entity(self._context.tenant, entity.id)
        self._actions.append(actions.remove(key, entity.version, _changed_meanwhile))
        self._keep_rows(entity.stored, None)

    def claim(
        self,
        key: keys.Key,
        attributes: Item,
        refusal: Refusal,
        *,
        expires: datetime | None = None,
    ) -> None:
        """Write a row that may not exist yet: an inbox mark, a send key, a stored answer.

        It is judged first: what was done before is told as such, not as a conflict with itself.
        """
        action = actions.put_if_absent(key, attributes, refusal, expires=expires)
        self._actions.insert(0, action)

    def row(self, key: keys.Key, attributes: Item | None = None) -> None:
        """Write a small row of a use case, whatever is there."""
        self._actions.append(actions.put_row(key, attributes))

    def forget(self, key: keys.Key) -> None:
        """Remove a small row of a use case, if it is there."""
        self._actions.append(actions.delete(key))

    def expect(self, entity: Entity) -> None:
        """Commit only if a record that was read, and is not written here, is as it was read."""
        key = keys.entity(self._context.tenant, entity.id)
        self._actions.append(actions.unchanged(key, entity.version, _changed_meanwhile))

    def count(self, change: CounterChange, refusal: Refusal) -> None:
        """Change a counter under its conditions."""
        self._actions.append(actions.count(change, refusal))

    def commit(self) -> None:
        """Write everything, or raise the refusal of the first action that does not hold."""
        steps = [*self._actions, *(guard.action(key) for key, guard in self._guards.items())]
        if len(steps) > MAX_ACTIONS:
            raise TooManyActions(details={"actions": len(steps)})
        if not steps:
            return
        if self._context.dry_run:
            self._rehearse(steps)
            return
        try:
            self._table.write([action.request for action in steps])
        except ConditionFailed as lost:
            if self._was_written(lost):
                return
            raise _refusal(steps, lost) from None

    def _rehearse(self, steps: list[Action]) -> None:
        found = self._table.get_many((a.key for a in steps), consistent=True)
        for action in steps:
            if not action.holds(item := found.get(action.key)):
                raise action.refusal(item)

    def _was_written(self, lost: ConditionFailed) -> bool:
        """A request repeated after a lost answer finds its own first write."""
        return any(
            item is not None and item.get("write_id", {}).get("S") == self._write_id
            for item in lost.failed.values()
        )

    def _envelope(self, event: Event, entity: Entity) -> Envelope:
        context = self._context
        return Envelope(
            id=context.new_id("evt"),
            name=event.name,
            version=event.version,
            tenant=context.tenant,
            at=context.now,
            actor=context.actor,
            subject=Subject(kind=entity.kind, id=entity.id, version=entity.version),
            concerns=() if entity.hidden else entity.concerns(),
            data=event.model_dump(mode="json"),
            correlation_id=context.correlation_id,
        )

    def _keep_rows(self, before: Entity | None, after: Entity | None) -> None:
        """Natural keys and match keys follow their entity in its own transaction."""
        was, will = guards_of(self.tenant, before), guards_of(self.tenant, after)
        for key in was.keys() - will.keys():
            self._guards.setdefault(key, Guard()).released_by.append(was[key].holder)
        for key in will.keys() - was.keys():
            guard = self._guards.setdefault(key, Guard())
            guard.claim = will[key]
        had, has = match_rows_of(self.tenant, before), match_rows_of(self.tenant, after)
        self._actions += [actions.put_row(key) for key in sorted(has - had)]
        self._actions += [actions.delete(key) for key in sorted(had - has)]


def _refusal(steps: list[Action], lost: ConditionFailed) -> RapportError:
    for position, item in sorted(lost.failed.items()):
        return steps[position].refusal(item)
    return ConcurrentChange()


def _changed_meanwhile(found: Item | None) -> RapportError:
    current = int(found["version"]["N"]) if found else None
    return StaleVersion(
        "The record was changed meanwhile; read it again.", details={"current_version": current}
    )


def _exists_already(_: Item | None) -> RapportError:
    return AlreadyExists("This record exists already.")
