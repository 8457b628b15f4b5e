"""Exports: what was asked for, how far it is, and the manifest of the file that came out."""

from datetime import timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from shared.domain.context import Context
from shared.domain.entity import Entity, Moment, Value
from shared.domain.errors import InvalidState
from shared.domain.events.exports import (
    ExportCancelled,
    ExportCompleted,
    ExportFailed,
)
from shared.domain.imports import Failure, Runner

ExportStatus = Literal["running", "completed", "cancelled", "failed"]
ExportFormat = Literal["ndjson", "csv", "xlsx"]
KEPT = timedelta(days=7)
"""How long the file is there to be fetched."""

FieldPath = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]{1,64}){0,3}$")]


class ExportedColumn(Value):
    """A field by its dotted name, under a heading (default: the name)."""

    field: FieldPath
    title: Annotated[str, Field(max_length=200)] = ""


class Manifest(Value):
    """What the file holds: rows, bytes, SHA-256 (hexadecimal), and the moment it is true for."""

    rows: int
    bytes: int
    sha256: str
    as_of: Moment


class ExportJob(Entity):
    """One export. It reads with the rights its creator had when asking."""

    kind: ClassVar[str] = "export"
    prefix: ClassVar[str] = "exp"
    state_field: ClassVar[str | None] = "status"
    owner_field: ClassVar[str | None] = "owner"
    promoted: ClassVar[tuple[str, ...]] = ("status", "owner", "team")

    record_kind: str = "lead"
    owner: str
    team: str | None = None
    status: ExportStatus = "running"
    format: ExportFormat
    columns: tuple[ExportedColumn, ...]
    filters: dict[str, Any] = Field(default_factory=dict[str, Any])
    runner: Runner
    rows: int = 0
    manifest: Manifest | None = None
    failure: Failure | None = None
    finished_at: Moment | None = None

    def complete(self, context: Context, manifest: Manifest) -> "ExportJob":
        """The file is there."""
        event = ExportCompleted(rows=manifest.rows, sha256=manifest.sha256)
        changes = {"manifest": manifest, "rows": manifest.rows, "finished_at": context.now}
        return self.evolve(context, event, status="completed", **changes)

    def fail(self, context: Context, code: str, message: str) -> "ExportJob":
        """The export cannot be made."""
        failure = Failure(code=code, message=message)
        return self.evolve(
            context,
            ExportFailed(reason=code),
            status="failed",
            failure=failure,
            finished_at=context.now,
        )

    def cancel(self, context: Context) -> "ExportJob":
        """Nobody waits for it any more. Raises InvalidState when it is over."""
        if self.status != "running":
            raise InvalidState(f"The export is {self.status}.", details={"status": self.status})
        return self.evolve(context, ExportCancelled(), status="cancelled", finished_at=context.now)
