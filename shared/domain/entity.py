"""The base of all entities: immutable pydantic values that record what happened to them.

A change gives a new value (`evolve`) that carries its events until the unit of work stores both
in one write. `version` counts stored states: 0 means never stored.
"""

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr
from pydantic_core import PydanticCustomError

from shared.domain.context import Context
from shared.domain.events.base import Event

if TYPE_CHECKING:
    from shared.domain.card import Card

_ISO = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)")


def _moment(value: object) -> datetime:
    """Left to itself pydantic takes any number for seconds since 1970, and times without zone."""
    at = _read_iso(value) if isinstance(value, str) else value
    if not isinstance(at, datetime) or at.tzinfo is None:
        raise PydanticCustomError(
            "time_invalid", "Write the time with its zone, as in 2026-03-02T09:30:00Z."
        )
    return at


def _read_iso(text: str) -> datetime | None:
    if not _ISO.fullmatch(text):
        return None
    try:
        at = datetime.fromisoformat(text.upper())
        at.astimezone(UTC)
    except (ValueError, OverflowError):  # no such day, or in UTC beyond the years 1 to 9999
        return None
    return at


Moment = Annotated[datetime, BeforeValidator(_moment)]
"""An aware point in time, as text in ISO 8601."""


class Value(BaseModel):
    """An immutable value without identity; unknown fields are refused."""

    # Built at first use: a cold start pays only for the models that its first request needs.
    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True
    )


class Entity(Value):
    """A stored thing with identity, version and authorship.

    Class variables say how it is kept: `kind` and id `prefix`; `state_field`, `owner_field`
    and `relation_field` name the attributes that the indexes of the same names use.
    """

    model_config = ConfigDict(extra="ignore")

    kind: ClassVar[str]
    prefix: ClassVar[str]
    state_field: ClassVar[str | None] = None
    owner_field: ClassVar[str | None] = None
    relation_field: ClassVar[str | None] = None
    listed: ClassVar[bool] = True
    promoted: ClassVar[tuple[str, ...]] = ()
    history: ClassVar[bool] = True

    id: str
    version: int = 0
    created_at: Moment
    created_by: str
    updated_at: Moment
    updated_by: str
    deleted_at: Moment | None = None
    timers: dict[str, Moment] = Field(default_factory=dict)

    _events: tuple[Event, ...] = PrivateAttr(default=())
    _stored: "Entity | None" = PrivateAttr(default=None)
    _document: str | None = PrivateAttr(default=None)

    @classmethod
    def stamp(cls, context: Context, entity_id: str | None = None) -> dict[str, Any]:
        """The identity and authorship fields of a new entity."""
        return {
            "id": entity_id or context.new_id(cls.prefix),
            "created_at": context.now,
            "created_by": context.actor,
            "updated_at": context.now,
            "updated_by": context.actor,
        }

    def evolve(self, context: Context, *events: Event, **changes: Any) -> Self:
        """A copy with validated changes, the new author and time, and `events` added."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        fields |= {"updated_at": context.now, "updated_by": context.actor} | changes
        changed = type(self).model_validate(fields)
        changed._events = (*self._events, *events)
        changed._stored = self.stored
        return changed

    def recording(self, *events: Event) -> Self:
        """The same state with `events` added, for creations."""
        copy = self.model_copy()
        copy._events = (*self._events, *events)
        copy._stored = self.stored
        return copy

    def telling(self, *events: Event) -> Self:
        """The same state with no other events than these, where another one decided what it is."""
        copy = self.recording()
        copy._events = events
        return copy

    @property
    def events(self) -> tuple[Event, ...]:
        """What happened since the last stored state."""
        return self._events

    @property
    def stored(self) -> "Entity | None":
        """The state this one was made from as the table holds it, None for a new entity."""
        if self._stored is None and self.version > 0:
            return self
        return self._stored

    def as_stored(self) -> Self:
        """The state after its write: the next version, with nothing left to tell."""
        after = self.model_copy(update={"version": self.version + 1})
        after._document, after._stored, after._events = None, None, ()
        return after

    @classmethod
    def from_document(cls, document: str) -> Self:
        """The entity in a JSON document, which it keeps, so that it need not be written again."""
        entity = cls.model_validate_json(document)
        entity._document = document
        return entity

    def document(self) -> str:
        """The entity as JSON: what the table stores and what clients see."""
        if self._document is None:
            self._document = self.model_dump_json()
        return self._document

    def unique_keys(self) -> dict[str, str]:
        """Natural keys that no other entity of the tenant may hold: name -> value."""
        return {}

    def held_identities(self) -> frozenset[tuple[str, str]]:
        """(channel, value) pairs that only one customer of the tenant, of any kind, may hold."""
        return frozenset()

    def match_keys(self) -> frozenset[str]:
        """Keys that records meaning the same person or company have in common (`type:value`)."""
        return frozenset()

    def concerns(self) -> tuple[str, ...]:
        """Ids of the accounts, contacts and leads on whose timeline this record's events stand."""
        return ()

    def card(self) -> "Card | None":
        """What this record adds to the overview of the customers it concerns, itself apart."""
        return None

    @property
    def hidden(self) -> bool:
        """Whether only its author and reviewers may know of it: no list, search or check has it."""
        return False

    def search_texts(self) -> tuple[str, ...]:
        """The texts by any part of which this entity is found.

        Of one that starts with CODE_MARK, an outside id say, only the beginnings of its words.
        """
        return ()

    def state_value(self) -> str | None:
        """The value of `state_field`, for the state index."""
        return str(getattr(self, self.state_field)) if self.state_field else None

    def next_timer(self) -> Moment | None:
        """The earliest of the timers, or None."""
        return min(self.timers.values(), default=None) if self.deleted_at is None else None


CODE_MARK = "="
Name = Annotated[str, Field(min_length=1, max_length=200)]
Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
