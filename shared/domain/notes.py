"""Notes: what somebody wrote about a record, and through which channel they were in contact."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.domain.entity import Entity, Moment, Value
from shared.domain.text import Line, Lines

NoteChannel = Literal["internal", "call", "email", "meeting", "visit", "message"]
CONTACT_CHANNELS: frozenset[str] = frozenset({"call", "email", "meeting", "visit", "message"})
"""Channels that mean the customer was really reached: they end a first-touch clock."""


class Touch(Value):
    """What is worth knowing of a contact with a customer. `minutes` is how long it took."""

    outcome: Annotated[Line, Field(max_length=500)] | None = None
    next_step: Annotated[Line, Field(max_length=500)] | None = None
    next_at: Moment | None = None
    minutes: Annotated[int, Field(ge=0, le=1440)] | None = None
    participants: Annotated[
        tuple[Annotated[Line, Field(min_length=1, max_length=200)], ...], Field(max_length=50)
    ] = ()


class Note(Touch, Entity):  # pyright: ignore[reportIncompatibleVariableOverride]
    """A note on a record; readable by whoever may read the record.

    `concerning`: what the record concerned when the note was written. `lead`: the lead on which it
    was written; when that is converted the note goes to the customer, and is read on both.
    """

    kind: ClassVar[str] = "note"
    prefix: ClassVar[str] = "note"
    relation_field: ClassVar[str | None] = "about"
    owner_field: ClassVar[str | None] = "lead"
    listed: ClassVar[bool] = False
    promoted: ClassVar[tuple[str, ...]] = ("about",)
    model_config = Entity.model_config

    about: str
    lead: str | None = None
    concerning: tuple[str, ...] = ()
    text: Annotated[Lines, Field(min_length=1, max_length=20_000)]
    channel: NoteChannel = "internal"

    def concerns(self) -> tuple[str, ...]:
        """The customers that the record concerns."""
        return self.concerning
