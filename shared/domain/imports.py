"""Imports: one job per file with its states, and mappings that are kept for the next file.

A job goes created -> inspected -> (rehearsing -> rehearsed)* -> running -> completed, may pause or
stop on the way, and can be undone afterwards. How a file is written and mapped is JSON here: only
`functions/imports` reads it.
"""

from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from shared.domain.access import Principal, Role
from shared.domain.context import Context
from shared.domain.entity import Entity, Moment, Name, Value
from shared.domain.errors import InvalidState
from shared.domain.events.base import Event
from shared.domain.events.imports import (
    ImportCompleted,
    ImportFailed,
    ImportPaused,
    ImportResumed,
    ImportStarted,
    ImportStopped,
    ImportStopRequested,
    ImportUndone,
    ImportUndoRequested,
)

ImportStatus = Literal[
    "created",
    "inspected",
    "rehearsing",
    "rehearsed",
    "running",
    "paused",
    "stopping",
    "stopped",
    "completed",
    "failed",
    "undoing",
    "undone",
]
READY: frozenset[str] = frozenset({"inspected", "rehearsed"})
WORKING: frozenset[str] = frozenset({"rehearsing", "running", "stopping"})
FINISHED: frozenset[str] = frozenset({"completed", "stopped"})
UNDO_OFFERED = timedelta(days=30)

FileName = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f/\\\\]+$")]
Json = dict[str, Any]


class Runner(Value):
    """Who started a run, with the rights it works under; taken down when it starts."""

    actor: str
    role: Role
    teams: tuple[str, ...] = ()
    tree: tuple[str, ...] = ()
    by: Literal["user", "api_key"] = "user"
    scopes: tuple[str, ...] | None = None
    region: str | None = None

    @classmethod
    def of(cls, principal: Principal) -> "Runner":
        """The caller, as the job remembers them."""
        return cls(
            actor=principal.actor,
            role=principal.role,
            teams=principal.teams,
            tree=principal.tree,
            by="api_key" if principal.kind == "api_key" else "user",
            scopes=None if principal.scopes is None else tuple(sorted(principal.scopes)),
            region=principal.region,
        )

    def principal(self, tenant: str) -> Principal:
        """The same caller again, for work in the background."""
        scopes = None if self.scopes is None else frozenset(self.scopes)
        return Principal(
            tenant, self.actor, self.role, self.teams, self.tree, self.by, scopes, self.region
        )


class Counts(Value):
    """Rows by outcome. Counts of parts add up to the counts of the whole."""

    created: int = Field(default=0, ge=0)
    updated: int = Field(default=0, ge=0)
    unchanged: int = Field(default=0, ge=0)
    duplicate: int = Field(default=0, ge=0)
    failed: int = Field(default=0, ge=0)
    skipped: int = Field(default=0, ge=0)

    def __add__(self, other: "Counts") -> "Counts":
        mine, theirs = self.model_dump(), other.model_dump()
        return Counts(**{name: mine[name] + theirs[name] for name in mine})

    @property
    def rows(self) -> int:
        """How many rows these outcomes account for."""
        return sum(self.model_dump().values())

    def accounts_for(self, rows: int) -> bool:
        """Whether not one of `rows` rows is lost or counted twice."""
        return self.rows == rows


class UndoCounts(Value):
    """What became of the rows that had written something. `conflict`: edited since, left alone;
    `partly`: some of the fields were edited since, the others have their old values again.
    `accounts_*`: the accounts that were made because rows named them."""

    deleted: int = 0
    restored: int = 0
    partly: int = 0
    conflict: int = 0
    absent: int = 0
    accounts_deleted: int = 0
    accounts_kept: int = 0

    def __add__(self, other: "UndoCounts") -> "UndoCounts":
        mine, theirs = self.model_dump(), other.model_dump()
        return UndoCounts(**{name: mine[name] + theirs[name] for name in mine})


class Failure(Value):
    """Why a job could not go on, for the person who has to correct the file."""

    code: str
    message: str


class ImportJob(Entity):
    """One file on its way in. `counts` are final; while a run works, its progress is counted."""

    kind: ClassVar[str] = "import"
    prefix: ClassVar[str] = "imp"
    state_field: ClassVar[str | None] = "status"
    owner_field: ClassVar[str | None] = "owner"
    promoted: ClassVar[tuple[str, ...]] = ("status", "owner", "team")

    record_kind: str = "lead"
    file_name: FileName
    file_size: int | None = None
    status: ImportStatus = "created"
    owner: str
    team: str | None = None
    layout: Json | None = None
    mapping: Json | None = None
    saved_mapping: str | None = None
    rows_estimated: int | None = None
    run: int = 0
    dry_run: bool = False
    assign: bool = True
    runner: Runner | None = None
    started_at: Moment | None = None
    finished_at: Moment | None = None
    rows: int | None = None
    chunks: tuple[int, ...] | None = None
    counts: Counts | None = None
    rehearsal: Counts | None = None
    failure: Failure | None = None
    has_error_file: bool = False
    undo: UndoCounts | None = None

    def require(self, *allowed: str) -> None:
        """Raises InvalidState unless the job is in one of these states."""
        if self.status not in allowed:
            raise InvalidState(
                f"The import is {self.status}; this needs: {', '.join(sorted(allowed))}.",
                details={"status": self.status},
            )

    def start(self, context: Context, *, dry_run: bool, assign: bool) -> "ImportJob":
        """A run begins: the file will be split, then its chunks are worked off."""
        self.require(*READY)
        return self.evolve(
            context,
            ImportStarted(record_kind=self.record_kind, dry_run=dry_run),
            status="rehearsing" if dry_run else "running",
            run=self.run + 1,
            dry_run=dry_run,
            assign=assign,
            runner=Runner.of(context.principal),
            started_at=context.now,
            finished_at=None,
            rows=None,
            chunks=None,
            counts=None,
            has_error_file=False,
        )

    def pause(self, context: Context) -> "ImportJob":
        """No further chunk begins; those at work are finished."""
        self.require("running")
        return self.evolve(context, ImportPaused(), status="paused")

    def resume(self, context: Context) -> "ImportJob":
        """The run goes on where it paused."""
        self.require("paused")
        return self.evolve(context, ImportResumed(), status="running")

    def stop(self, context: Context) -> "ImportJob":
        """The run ends early; rows that were not reached count as skipped."""
        self.require("running", "paused", "rehearsing")
        return self.evolve(context, ImportStopRequested(), status="stopping")

    def finish(self, context: Context, counts: Counts, *, has_error_file: bool) -> "ImportJob":
        """All rows are accounted for."""
        self.require(*WORKING)
        stopped = self.status == "stopping"
        told = counts.model_dump()
        event: Event = (
            ImportStopped(dry_run=self.dry_run, **told)
            if stopped
            else ImportCompleted(dry_run=self.dry_run, **told)
        )
        end = "stopped" if stopped else "completed"
        return self.evolve(
            context,
            event,
            status="rehearsed" if self.dry_run else end,
            finished_at=context.now,
            has_error_file=has_error_file,
            **({"rehearsal": counts} if self.dry_run else {"counts": counts}),
        )

    def fail(self, context: Context, code: str, message: str) -> "ImportJob":
        """The file as a whole cannot be imported; nothing was written."""
        failure = Failure(code=code, message=message)
        return self.evolve(
            context,
            ImportFailed(reason=code),
            status="failed",
            failure=failure,
            finished_at=context.now,
        )

    def begin_undo(self, context: Context) -> "ImportJob":
        """The rows' effects are taken back. Raises InvalidState also after 30 days."""
        self.require(*FINISHED)
        if context.now > _at(self.finished_at) + UNDO_OFFERED:
            raise InvalidState("An import can be undone for 30 days.", code="undo_expired")
        return self.evolve(context, ImportUndoRequested(), status="undoing")

    def undone(self, context: Context, counts: UndoCounts) -> "ImportJob":
        """Everything that could be taken back is."""
        self.require("undoing")
        event = ImportUndone(**counts.model_dump())
        return self.evolve(context, event, status="undone", undo=counts)


class ImportMapping(Entity):
    """A mapping with a name, kept for the next file of the same form."""

    kind: ClassVar[str] = "import_mapping"
    prefix: ClassVar[str] = "map"
    owner_field: ClassVar[str | None] = "owner"
    promoted: ClassVar[tuple[str, ...]] = ("owner", "team")

    name: Name
    owner: str
    team: str | None = None
    mapping: Json


def _at(moment: datetime | None) -> datetime:
    if moment is None:
        raise ValueError("a finished import has its time")
    return moment
