"""What happens to tags and segments, and who enters and leaves them. Ids and decisions only."""

from typing import ClassVar, Literal

from shared.domain.events.base import Event

Cause = Literal["change", "run", "time", "hand"]


class SegmentCreated(Event):
    """A segment was defined."""

    name: ClassVar[str] = "segment.created"
    timeline: ClassVar[str | None] = None

    record_kind: str
    type: Literal["dynamic", "static"]
    snapshot_of: str | None = None


class SegmentChanged(Event):
    """Somebody changed a segment; `fields` names what."""

    name: ClassVar[str] = "segment.changed"
    timeline: ClassVar[str | None] = None

    fields: tuple[str, ...]


class SegmentDeleted(Event):
    """A segment is no more; its members are let go in the background."""

    name: ClassVar[str] = "segment.deleted"
    timeline: ClassVar[str | None] = None


class SegmentRunStarted(Event):
    """The members of a segment are to be found anew, by this definition."""

    name: ClassVar[str] = "segment.run_started"
    timeline: ClassVar[str | None] = None

    run: int


class SegmentRunFinished(Event):
    """Every record was looked at for this definition."""

    name: ClassVar[str] = "segment.run_finished"
    timeline: ClassVar[str | None] = None

    run: int
    seen: int
    changed: int


class SegmentRunFailed(Event):
    """Finding the members came to a standstill and was given up."""

    name: ClassVar[str] = "segment.run_failed"
    timeline: ClassVar[str | None] = None

    run: int


class SegmentEntered(Event):
    """A record became a member of a segment: by its own change, a run, passing time, or by hand."""

    name: ClassVar[str] = "segment.entered"
    timeline: ClassVar[str | None] = None

    segment: str
    record: str
    record_kind: str
    cause: Cause


class SegmentLeft(Event):
    """A record is no longer a member of a segment."""

    name: ClassVar[str] = "segment.left"
    timeline: ClassVar[str | None] = None

    segment: str
    record: str
    record_kind: str
    cause: Cause


class TagCreated(Event):
    """A tag was added to the vocabulary."""

    name: ClassVar[str] = "tag.created"
    timeline: ClassVar[str | None] = None

    has_rule: bool


class TagChanged(Event):
    """Somebody changed a tag; `fields` names what."""

    name: ClassVar[str] = "tag.changed"
    timeline: ClassVar[str | None] = None

    fields: tuple[str, ...]


class TagRetired(Event):
    """A tag can no longer be given; records keep it."""

    name: ClassVar[str] = "tag.retired"
    timeline: ClassVar[str | None] = None


class TagReinstated(Event):
    """A retired tag can be given again."""

    name: ClassVar[str] = "tag.reinstated"
    timeline: ClassVar[str | None] = None


class TagMerged(Event):
    """A tag went over into another one; records follow in the background."""

    name: ClassVar[str] = "tag.merged"
    timeline: ClassVar[str | None] = None

    into: str


class TagRunStarted(Event):
    """Records are to be looked at for a tag: by its rule, or to carry another name."""

    name: ClassVar[str] = "tag.run_started"
    timeline: ClassVar[str | None] = None

    run: int


class TagRunFinished(Event):
    """Every record was looked at for a tag."""

    name: ClassVar[str] = "tag.run_finished"
    timeline: ClassVar[str | None] = None

    run: int
    seen: int
    changed: int


class TagRunFailed(Event):
    """Work on the records of a tag came to a standstill and was given up."""

    name: ClassVar[str] = "tag.run_failed"
    timeline: ClassVar[str | None] = None

    run: int
