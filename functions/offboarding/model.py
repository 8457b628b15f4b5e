"""What an offboarding is made of: archives, the deletion with its time of grace, the removal."""

from datetime import timedelta
from typing import ClassVar, Literal

from pydantic import Field

from shared.domain.context import Context
from shared.domain.entity import Moment
from shared.domain.errors import InvalidState
from shared.domain.events.privacy import (
    TenantArchiveCompleted,
    TenantDeletionCancelled,
    TenantDeletionScheduled,
    TenantDeletionStarted,
)
from shared.domain.exports import Manifest
from shared.domain.tenancy import Setup, Tenant

KEPT = timedelta(days=7)
"""How long an archive is there to be fetched."""

GRACE = timedelta(days=7)
"""The time for second thoughts before a tenant is removed."""

REMOVE = "remove"
Counts = dict[str, int]


class TenantArchive(Setup):
    """One archive of everything a tenant has. `counts`: records by kind, once it is complete."""

    kind: ClassVar[str] = "tenant_archive"
    prefix: ClassVar[str] = "arc"
    state_field: ClassVar[str | None] = "status"
    promoted: ClassVar[tuple[str, ...]] = ("status",)

    status: Literal["running", "completed"] = "running"
    counts: Counts = Field(default_factory=Counts)
    manifest: Manifest | None = None
    finished_at: Moment | None = None

    def complete(self, context: Context, counts: Counts, manifest: Manifest) -> "TenantArchive":
        """The file is there."""
        event = TenantArchiveCompleted(records=manifest.rows, sha256=manifest.sha256)
        done = {"counts": counts, "manifest": manifest, "finished_at": context.now}
        return self.evolve(context, event, status="completed", **done)

    def fetchable(self, context: Context) -> bool:
        """Whether the file is still there."""
        return self.finished_at is not None and context.now < self.finished_at + KEPT


class TenantDeletion(Setup):
    """The one deletion that a tenant has: asked for, called off, or begun."""

    kind: ClassVar[str] = "tenant_deletion"
    prefix: ClassVar[str] = "tdl"
    listed: ClassVar[bool] = False

    status: Literal["none", "scheduled", "cancelled", "running"] = "none"
    requested_by: str = ""
    requested_at: Moment | None = None

    @property
    def due(self) -> Moment | None:
        """When it begins unless it is called off."""
        return self.timers.get(REMOVE)

    def schedule(self, context: Context) -> "TenantDeletion":
        """Asked for; it begins after the time of grace. Raises InvalidState when it is already."""
        if self.status in ("scheduled", "running"):
            raise InvalidState(f"The deletion is {self.status}.", details={"status": self.status})
        due = context.now + GRACE
        asked = {"requested_by": context.actor, "requested_at": context.now}
        event = TenantDeletionScheduled(at=due)
        return self.evolve(context, event, status="scheduled", timers={REMOVE: due}, **asked)

    def cancel(self, context: Context) -> "TenantDeletion":
        """Called off. Raises InvalidState unless there is still time."""
        if self.status != "scheduled":
            message = f"The deletion is {self.status}."
            raise InvalidState(message, details={"status": self.status})
        return self.evolve(context, TenantDeletionCancelled(), status="cancelled", timers={})

    def begin(self, context: Context) -> "TenantDeletion":
        """The time of grace is over."""
        return self.evolve(context, TenantDeletionStarted(), status="running", timers={})


class TenantRemoval(Setup):
    """The proof that a tenant was removed. It belongs to the installation and outlives the tenant.

    `counts`: what was removed: records and rows by kind, `objects`, `accounts`. `signature` is the
    installation's seal on all of it.
    """

    kind: ClassVar[str] = "tenant_removal"
    prefix: ClassVar[str] = "rmv"
    state_field: ClassVar[str | None] = "status"
    promoted: ClassVar[tuple[str, ...]] = ("status",)
    history: ClassVar[bool] = False

    tenant: str
    name: str
    status: Literal["running", "completed"] = "running"
    requested_by: str
    requested_at: Moment
    counts: Counts = Field(default_factory=Counts)
    finished_at: Moment | None = None
    signature: str = ""

    def statement(self) -> str:
        """What the signature stands under."""
        told = {"tenant", "name", "requested_by", "requested_at", "counts", "finished_at"}
        return self.model_dump_json(include=told)


def removal_id(tenant: str) -> str:
    """The id of a tenant's removal."""
    return f"{TenantRemoval.prefix}_{tenant.removeprefix(f'{Tenant.prefix}_')}"
