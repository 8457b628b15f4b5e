"""What the routes of tags and segments accept and answer where that is not the record itself."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from functions.segments.progress import Sums
from shared.domain.conditions import Condition
from shared.domain.entity import Value
from shared.domain.leads.model import Tag as TagName
from shared.domain.segments.fields import FieldSpec
from shared.domain.segments.kinds import RecordKind
from shared.domain.segments.run import Status
from shared.domain.segments.segment import (
    Excluded,
    Included,
    RecordId,
    Segment,
    SegmentFields,
    SegmentName,
    refuse_contradiction,
)
from shared.domain.segments.tag import Rule, Tag, TagFields
from shared.domain.text import Line, Lines

Limit = Annotated[int, Field(ge=1, le=100)]
Cursor = Annotated[str, Field(max_length=500)]
MOST_SAMPLED = 1000


class PageQuery(Value):
    """Paging of a list without filters."""

    limit: Limit = 50
    cursor: Cursor | None = None


class SegmentQuery(PageQuery):
    """Filters of the list of segments; `q` finds parts of names."""

    record_kind: RecordKind | None = None
    status: Status | None = None
    q: Annotated[Line, Field(min_length=1, max_length=200)] | None = None


class TagQuery(PageQuery):
    """Filters of the list of tags; `q` finds parts of names and groups."""

    group: Annotated[Line, Field(min_length=1, max_length=50)] | None = None
    state: Literal["active", "retired", "merged"] | None = None
    q: Annotated[Line, Field(min_length=1, max_length=200)] | None = None


class NewSegment(SegmentFields):
    """A segment to create. Its members are found in the background."""

    record_kind: RecordKind
    type: Literal["dynamic", "static"] = "dynamic"

    @model_validator(mode="after")
    def _decides(self) -> "NewSegment":
        refuse_contradiction(self.type, self.condition, self.include, self.exclude)
        return self


class SegmentChange(Value):
    """What to change of a segment; a new condition or list starts a new run."""

    name: SegmentName | None = None
    description: Annotated[Lines, Field(max_length=2000)] | None = None
    condition: Condition | None = None
    include: Included | None = None
    exclude: Excluded | None = None


class Snapshot(Value):
    """The name of the static segment that keeps the present members."""

    name: SegmentName
    description: Annotated[Lines, Field(max_length=2000)] = ""


class SegmentView(Segment):
    """A segment with how far its run is and how many members it has now."""

    progress: Sums | None = None
    members: int = 0


class TagView(Tag):
    """A tag with how far its run is; `members`: how many records have it by its rule."""

    progress: Sums | None = None
    members: int | None = None


class NewTag(TagFields):
    """A tag to create."""


class TagChange(Value):
    """What to change of a tag. Records follow another name in the background."""

    name: TagName | None = None
    group: Annotated[Line, Field(max_length=50)] | None = None
    colour: Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")] | None = None
    description: Annotated[Line, Field(max_length=500)] | None = None
    rule: Rule | None = None


class TagMerge(Value):
    """The tag that takes the place of this one."""

    into: Annotated[str, Field(max_length=64)]


class MemberRecord(BaseModel):
    """A record of the segment's kind, as it is answered by the routes of that kind."""

    model_config = ConfigDict(extra="allow")

    id: str
    version: int


class Count(Value):
    """How many members a segment has at this moment."""

    count: int


class MemberEdit(Value):
    """Records to put into a static segment, and to take out."""

    add: Annotated[tuple[RecordId, ...], Field(max_length=100)] = ()
    remove: Annotated[tuple[RecordId, ...], Field(max_length=100)] = ()

    @model_validator(mode="after")
    def _each_once(self) -> "MemberEdit":
        wanted = (*self.add, *self.remove)
        if not wanted or len(set(wanted)) != len(wanted):
            raise ValueError("name each record once, and at least one")
        return self


class MemberResult(Value):
    """What became of one record."""

    id: str
    outcome: Literal["added", "removed", "unchanged", "failed"]
    code: str | None = None


class MemberAnswer(Value):
    """A result for every id, in the order given."""

    results: tuple[MemberResult, ...]
    changed: int
    failed: int


class Preview(Value):
    """A definition to try on the newest `sample` records, without storing it."""

    record_kind: RecordKind
    condition: Condition | None = None
    include: Included = Included()
    exclude: Excluded = Excluded()
    sample: Annotated[int, Field(ge=1, le=MOST_SAMPLED)] = 200
    limit: Annotated[int, Field(ge=0, le=50)] = 10


class PreviewAnswer(Value):
    """How many of the records looked at match, and the first of them. `complete`: there are no
    other records within the caller's reach."""

    sampled: int
    matched: int
    complete: bool
    items: tuple[dict[str, Any], ...]


class FieldCatalogue(Value):
    """The fields that conditions may name for a kind of record."""

    kind: str
    fields: tuple[FieldSpec, ...]
