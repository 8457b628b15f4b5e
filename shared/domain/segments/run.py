"""Background work over many records: which partitions are walked, and how far it is."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from shared.domain.entity import Moment, Value

Task = Literal["evaluate", "place", "rename"]
Source = Literal["live", "archived", "in_review", "members"]
Status = Literal["building", "ready", "failed"]

STALLED = "stalled"
"""The timer at which a run is looked after: has it got further since?"""

PATIENCE = timedelta(minutes=10)
MOST_ATTEMPTS = 4


class Lane(Value):
    """One partition to walk: records of a kind, or the members of another segment (`of`).

    Records are evaluated anew, placed into the segment that runs, or have a tag renamed.
    """

    task: Task
    kind: str
    source: Source = "live"
    of: str | None = None

    @property
    def name(self) -> str:
        """Unique within a run."""
        return f"{self.task}#{self.kind}#{self.source}"


class Run(Value):
    """A walk over all lanes. A newer one, with a higher number, takes its place.

    `seen` counts the records looked at, `changed` those that became or ceased to be members, or
    got another tag; both are final once it is finished.
    """

    number: int
    lanes: Annotated[tuple[Lane, ...], Field(max_length=20)] = ()
    started_at: Moment
    finished_at: Moment | None = None
    seen: int = 0
    changed: int = 0
    attempts: int = 1
    steps: int = 0
    """Steps done when it was last looked after."""

    @property
    def open(self) -> bool:
        """Whether there is work left."""
        return self.finished_at is None
