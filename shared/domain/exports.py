"""Exports: what was asked for, how far it is, and the manifest of the file that came out."""

from datetime import timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from shared.domain.context import Context
from shared.domain.entity import Entity, Moment, Value
from shared.domain.errors import Gone, InvalidState
from shared.domain.events.exports import (
    ExportApproved,
    ExportAwaiting,
    ExportCancelled,
    ExportCompleted,
    ExportFailed,
    ExportFetched,
    ExportRefused,
)
from shared.domain.imports import Failure, Runner
from shared.domain.tenancy import Setup

ExportStatus = Literal[
    "running", "awaiting_approval", "completed", "cancelled", "refused", "failed"
]
ExportFormat = Literal["ndjson", "csv", "xlsx", "vcard"]
KEPT = timedelta(days=7)
"""How long the file is there to be fetched."""

FieldPath = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]{1,64}){0,3}$")]


class ExportedColumn(Value):
    """A field by its dotted name, under a heading (default: the name)."""

    field: FieldPath
    title: Annotated[str, Field(max_length=200)] = ""


class ExportRules(Value):
    """What a tenant says about exports: above how many rows somebody has to approve them (None:
    never), and whether files say who took them out and when."""

    approval_above: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    watermark: bool = True


class ExportPolicy(ExportRules, Setup):  # pyright: ignore[reportIncompatibleVariableOverride]
    """A tenant's rules for exports. Who approves is the review policy of the kind `export`."""

    kind: ClassVar[str] = "export_policy"
    prefix: ClassVar[str] = "exl"
    model_config = Setup.model_config


class Manifest(Value):
    """What the file holds: rows, bytes, SHA-256 (hexadecimal), and the moment it is true for.

    `watermark` says who took it out; workbooks carry it in their properties, too.
    """

    rows: int
    bytes: int
    sha256: str
    as_of: Moment
    watermark: str = ""


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
    approval: str | None = None
    approved: bool = False
    refusal: str = ""
    fetched: int = 0

    def await_approval(self, context: Context, approval: str) -> "ExportJob":
        """It holds too many rows to be made without asking."""
        event = ExportAwaiting(approval=approval, rows=self.rows)
        return self.evolve(context, event, status="awaiting_approval", approval=approval)

    def approve(self, context: Context, approval: str) -> "ExportJob":
        """It may be made."""
        event = ExportApproved(approval=approval)
        return self.evolve(context, event, status="running", approved=True)

    def refuse(self, context: Context, approval: str, reason: str) -> "ExportJob":
        """It may not be made, for this reason."""
        changes = {"status": "refused", "refusal": reason, "finished_at": context.now}
        return self.evolve(context, ExportRefused(approval=approval), **changes)

    def hand_out(self, context: Context) -> "ExportJob":
        """Somebody gets the link to its file. Raises InvalidState (`file_missing`) when there is
        none, Gone after seven days."""
        if self.status != "completed" or self.finished_at is None:
            raise InvalidState(f"The export is {self.status}.", code="file_missing")
        if context.now >= self.finished_at + KEPT:
            raise Gone("The file was kept for seven days.", code="file_gone")
        event = ExportFetched(by=context.actor)
        return self.evolve(context, event, fetched=self.fetched + 1)

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
        if self.status not in ("running", "awaiting_approval"):
            raise InvalidState(f"The export is {self.status}.", details={"status": self.status})
        return self.evolve(context, ExportCancelled(), status="cancelled", finished_at=context.now)
