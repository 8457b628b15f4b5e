"""What happens to exports: the trail of who took which data out."""

from typing import ClassVar

from shared.domain.events.base import Event


class ExportRequested(Event):
    """Somebody asked for a file of records; `fields` names what it will hold."""

    name: ClassVar[str] = "export.requested"

    record_kind: str
    format: str
    fields: tuple[str, ...]
    filters: tuple[str, ...]


class ExportCompleted(Event):
    """The file is ready to be fetched."""

    name: ClassVar[str] = "export.completed"

    rows: int
    sha256: str


class ExportAwaiting(Event):
    """The export holds more rows than may be taken out without asking; it waits for approval."""

    name: ClassVar[str] = "export.awaiting_approval"

    approval: str
    rows: int


class ExportApproved(Event):
    """A large export may be made."""

    name: ClassVar[str] = "export.approved"

    approval: str


class ExportRefused(Event):
    """A large export may not be made."""

    name: ClassVar[str] = "export.refused"

    approval: str


class ExportFetched(Event):
    """Somebody asked for the link to the file."""

    name: ClassVar[str] = "export.fetched"

    by: str


class ExportFailed(Event):
    """The file could not be made."""

    name: ClassVar[str] = "export.failed"

    reason: str


class ExportCancelled(Event):
    """The export was called off before it was ready."""

    name: ClassVar[str] = "export.cancelled"
