"""The segment: records of one kind that a condition finds, or that somebody picked."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from shared.domain.conditions import Condition
from shared.domain.conditions.schema import Node
from shared.domain.entity import Moment, Value
from shared.domain.segments.kinds import RecordKind
from shared.domain.segments.run import Run, Status
from shared.domain.tenancy import Setup
from shared.domain.text import Line, Lines, fold

MOST_IDS = 500
MOST_SEGMENTS = 20

SegmentName = Annotated[Line, Field(min_length=1, max_length=200)]
RecordId = Annotated[str, Field(pattern=r"^[a-z]{2,5}_[0-9A-HJKMNP-TV-Z]{26}$")]
SegmentId = Annotated[str, Field(pattern=r"^seg_[0-9A-HJKMNP-TV-Z]{26}$")]
Address = Annotated[
    Line, Field(max_length=320, pattern=r"^\s*(\+[1-9][0-9]{5,14}|[^@\s]+@[^@\s]+)\s*$")
]


class Included(Value):
    """Who belongs to the segment whatever the condition says: records, and members of others."""

    ids: Annotated[tuple[RecordId, ...], Field(max_length=MOST_IDS)] = ()
    segments: Annotated[tuple[SegmentId, ...], Field(max_length=MOST_SEGMENTS)] = ()

    @field_validator("ids", "segments")
    @classmethod
    def _each_once(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(given))


class Excluded(Included):
    """Who does not belong to it whatever else says so. `addresses`: e-mail addresses, or telephone
    numbers in international form; whoever has one of them is left out."""

    addresses: Annotated[tuple[Address, ...], Field(max_length=MOST_IDS)] = ()

    @field_validator("addresses")
    @classmethod
    def _folded(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(address.casefold() for address in given))


class SegmentFields(Value):
    """What people say about a segment.

    A dynamic segment has a condition or an include list; a static one neither: its members are
    put in and taken out by hand.
    """

    name: SegmentName
    description: Annotated[Lines, Field(max_length=2000)] = ""
    condition: Condition | None = None
    include: Included = Included()
    exclude: Excluded = Excluded()


def refuse_contradiction(
    segment_type: str, condition: Node | None, include: Included, exclude: Excluded
) -> None:
    """ValueError when this type of segment cannot be defined like that."""
    listed = bool(include.ids or include.segments)
    excluded = bool(exclude.ids or exclude.segments or exclude.addresses)
    if segment_type == "static" and (condition is not None or listed or excluded):
        raise ValueError("the members of a static segment are put in by hand")
    if segment_type == "dynamic" and condition is None and not listed:
        raise ValueError("a dynamic segment has a condition or an include list")


class Segment(SegmentFields, Setup):  # pyright: ignore[reportIncompatibleVariableOverride]
    """A stored segment. `definition` counts the changes of what decides on its members."""

    kind: ClassVar[str] = "segment"
    prefix: ClassVar[str] = "seg"
    state_field: ClassVar[str | None] = "status"
    relation_field: ClassVar[str | None] = "record_kind"
    promoted: ClassVar[tuple[str, ...]] = ("status", "record_kind")
    model_config = Setup.model_config

    record_kind: RecordKind
    type: Literal["dynamic", "static"] = "dynamic"
    status: Status = "building"
    definition: int = 1
    run: Run | None = None
    snapshot_of: str | None = None

    @model_validator(mode="after")
    def _decides(self) -> "Segment":
        refuse_contradiction(self.type, self.condition, self.include, self.exclude)
        return self

    @property
    def references(self) -> tuple[str, ...]:
        """The other segments on whose members this one depends."""
        return (*self.include.segments, *self.exclude.segments)

    def unique_keys(self) -> dict[str, str]:
        """No two segments of a kind have the same name."""
        return {} if self.deleted_at else {"name": f"{self.record_kind}#{fold(self.name)}"}

    def next_timer(self) -> Moment | None:
        """Also of a deleted one: the run that lets its members go is looked after."""
        return min(self.timers.values(), default=None)

    def search_texts(self) -> tuple[str, ...]:
        """Found by name."""
        return (self.name,)
