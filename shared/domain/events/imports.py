"""What happens to imports. Events carry counts and codes, never what the rows say."""

from typing import ClassVar

from shared.domain.events.base import Event


class ImportCreated(Event):
    """Somebody is about to upload a file."""

    name: ClassVar[str] = "import.created"

    record_kind: str


class ImportStarted(Event):
    """A run began; a dry run writes nothing."""

    name: ClassVar[str] = "import.started"

    record_kind: str
    dry_run: bool


class ImportPaused(Event):
    """A run was paused: no further chunk begins."""

    name: ClassVar[str] = "import.paused"


class ImportResumed(Event):
    """A paused run goes on."""

    name: ClassVar[str] = "import.resumed"


class ImportStopRequested(Event):
    """A run is to end early; what has begun is finished first."""

    name: ClassVar[str] = "import.stop_requested"


class ImportUndoRequested(Event):
    """What an import wrote is to be taken back."""

    name: ClassVar[str] = "import.undo_requested"


class _Counted(Event):
    """Rows by outcome."""

    dry_run: bool
    created: int
    updated: int
    unchanged: int
    duplicate: int
    failed: int
    skipped: int


class ImportCompleted(_Counted):
    """A run accounted for every row of its file."""

    name: ClassVar[str] = "import.completed"


class ImportStopped(_Counted):
    """A run was stopped; the rows it did not reach are skipped."""

    name: ClassVar[str] = "import.stopped"


class ImportFailed(Event):
    """A file could not be imported at all."""

    name: ClassVar[str] = "import.failed"

    reason: str


class ImportUndone(Event):
    """An import's effects were taken back, except where records were edited since."""

    name: ClassVar[str] = "import.undone"

    deleted: int
    restored: int
    partly: int
    conflict: int
    absent: int
    accounts_deleted: int = 0
    accounts_kept: int = 0
