"""The tag as an entry of the tenant's vocabulary: what records carry is its name.

Names of tags that nobody may give any more are `closed`: a natural key of their own, so that one
request tells whether any of some names is.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.domain.conditions import Condition
from shared.domain.entity import Value
from shared.domain.leads.model import Tag as TagName
from shared.domain.segments.kinds import RecordKind
from shared.domain.segments.names import CLOSED, TAG
from shared.domain.segments.run import Run, Status
from shared.domain.tenancy import Setup
from shared.domain.text import Line, fold

Rule = Annotated[dict[RecordKind, Condition], Field(max_length=3)]


class TagFields(Value):
    """What people say about a tag.

    `rule`: a condition per kind of record; who meets it has the tag and nobody else, so it is not
    given by hand.
    """

    name: TagName
    group: Annotated[Line, Field(max_length=50)] = ""
    colour: Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")] | None = None
    description: Annotated[Line, Field(max_length=500)] = ""
    rule: Rule | None = None


class Tag(TagFields, Setup):  # pyright: ignore[reportIncompatibleVariableOverride]
    """A stored tag. `merged_into` is the tag that took its place.

    `rewriting`: the names that records still carry and the run replaces.
    """

    kind: ClassVar[str] = TAG
    prefix: ClassVar[str] = "tag"
    state_field: ClassVar[str | None] = "state"
    promoted: ClassVar[tuple[str, ...]] = ("source",)
    model_config = Setup.model_config

    retired: bool = False
    merged_into: str | None = None
    definition: int = 1
    run: Run | None = None
    status: Status = "ready"
    rewriting: Annotated[tuple[str, ...], Field(max_length=20)] = ()

    @property
    def state(self) -> Literal["active", "retired", "merged"]:
        """Whether it may be given, for the index."""
        if self.merged_into is not None:
            return "merged"
        return "retired" if self.retired else "active"

    @property
    def source(self) -> str:
        """The group, under a name that list indexes carry."""
        return fold(self.group)

    @property
    def by_rule(self) -> bool:
        """Whether its rule gives and takes it now."""
        return self.rule is not None and self.state == "active"

    def unique_keys(self) -> dict[str, str]:
        """One tag a name, however it is spelt; closed names again under a key of their own."""
        name = fold(self.name)
        closed = self.by_rule or self.state != "active"
        return {"name": name, CLOSED: name} if closed else {"name": name}

    def search_texts(self) -> tuple[str, ...]:
        """Found by name and group."""
        return tuple(text for text in (self.name, self.group) if text)
