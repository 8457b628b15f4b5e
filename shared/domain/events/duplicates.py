"""What happens to likely duplicates and merges. Ids, points and codes, never names or numbers."""

from typing import ClassVar

from shared.domain.events.base import Event


class DuplicatePolicyChanged(Event):
    """The tenant's rules about duplicates changed."""

    name: ClassVar[str] = "duplicate_policy.changed"


class DuplicateAllowed(Event):
    """A record was entered although it looks like `candidates`; `points` is the likeliest."""

    name: ClassVar[str] = "duplicate.allowed"
    timeline: ClassVar[str | None] = None

    points: int
    candidates: tuple[str, ...]


class DuplicateFound(Event):
    """Two records probably mean the same customer."""

    name: ClassVar[str] = "duplicate.found"
    timeline: ClassVar[str | None] = None

    first: str
    second: str
    points: int


class DuplicateAssigned(Event):
    """Somebody is to decide about a likely duplicate."""

    name: ClassVar[str] = "duplicate.assigned"
    timeline: ClassVar[str | None] = None

    owner: str | None


class DuplicateDismissed(Event):
    """Somebody decided that two records are not the same."""

    name: ClassVar[str] = "duplicate.dismissed"
    timeline: ClassVar[str | None] = None

    first: str
    second: str


class DuplicateReopened(Event):
    """A pair that had been closed looks alike again."""

    name: ClassVar[str] = "duplicate.reopened"
    timeline: ClassVar[str | None] = None

    first: str
    second: str
    points: int


class DuplicateResolved(Event):
    """A pair no longer looks alike, or one of the two is gone. `merged`: they became one."""

    name: ClassVar[str] = "duplicate.resolved"
    timeline: ClassVar[str | None] = None

    first: str
    second: str
    merged: bool = False


class DuplicateScanRequested(Event):
    """All existing records are to be compared."""

    name: ClassVar[str] = "duplicate_scan.requested"


class DuplicateScanCompleted(Event):
    """All existing records were compared; `pairs` likely duplicates are in the queue."""

    name: ClassVar[str] = "duplicate_scan.completed"

    records: int
    pairs: int


class MergeStarted(Event):
    """Two records became one; what belonged to the loser is being moved."""

    name: ClassVar[str] = "merge.started"
    timeline: ClassVar[str | None] = None

    survivor: str
    loser: str


class MergeCompleted(Event):
    """Everything that belonged to the loser belongs to the survivor."""

    name: ClassVar[str] = "merge.completed"
    timeline: ClassVar[str | None] = None

    survivor: str
    loser: str
    moved: int


class MergeUndone(Event):
    """A merge was undone; what had been moved is going back."""

    name: ClassVar[str] = "merge.undone"
    timeline: ClassVar[str | None] = None

    survivor: str
    loser: str
    conflicts: tuple[str, ...] = ()


class MergeReversed(Event):
    """Everything that had been moved by a merge is back where it was."""

    name: ClassVar[str] = "merge.reversed"
    timeline: ClassVar[str | None] = None

    survivor: str
    loser: str
    moved: int
