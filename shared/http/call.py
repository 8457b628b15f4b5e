"""What a view receives (Call) and what it may answer (Reply)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from shared.domain.access import Grant, Principal, Role
from shared.domain.context import Context
from shared.domain.entity import Entity
from shared.domain.errors import Moved, NotFound, StaleVersion
from shared.runtime.runtime import Runtime
from shared.storage.store import DocumentPage, Store
from shared.storage.unit_of_work import UnitOfWork

B = TypeVar("B", bound=BaseModel)
Q = TypeVar("Q", bound=BaseModel)
E = TypeVar("E", bound=Entity)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from, as the gateway saw it."""

    source_ip: str
    headers: Mapping[str, str]
    host: str = ""

    def header(self, name: str) -> str:
        """A header's value, empty when absent."""
        return self.headers.get(name.lower(), "")


@dataclass(slots=True)
class Call(Generic[B, Q]):
    """One request: validated input, identity, and the unit of work that is committed after it.

    `if_match` is the version the client saw (None: not given).
    """

    body: B
    query: Q
    context: Context
    grant: Grant
    store: Store
    unit: UnitOfWork
    runtime: Runtime
    origin: Origin
    if_match: int | None = None

    def load(self, entity_type: type[E], entity_id: str, *, deleted: bool = False) -> E:
        """The record, if it exists, the caller's right reaches it, and If-Match holds.

        Raises NotFound, StaleVersion, and Moved for what was merged into another record.
        """
        return self.admit(self.store.load(entity_type, entity_id, deleted=True), deleted=deleted)

    def admit(self, record: E, *, deleted: bool = False) -> E:
        """The same for a record that was read in another way."""
        self.grant.require(record)  # pyright: ignore[reportArgumentType]
        if survivor := getattr(record, "merged_into", None):
            raise Moved(details={"location": f"/v1/{record.kind}s/{survivor}", "id": survivor})
        if record.deleted_at is not None and not deleted:
            raise NotFound(f"There is no {record.kind} with this id.")
        return self.expect(record)

    def expect(self, record: E) -> E:
        """The record if it still has the version the client saw. Raises StaleVersion."""
        if self.if_match is not None and self.if_match != record.version:
            raise StaleVersion(
                "The record was changed since you read it.",
                details={"your_version": self.if_match, "current_version": record.version},
            )
        return record

    def enter(self, tenant: str, actor: str = "public", region: str | None = None) -> None:
        """Bind a public request to the tenant its token names; the caller stays nobody.

        `region` is the tenant's own for telephone numbers.
        """
        principal = Principal(tenant, actor, Role.SYSTEM, kind="public", region=region)
        before = self.context
        self.context = self.runtime.context(
            principal, correlation_id=before.correlation_id, dry_run=before.dry_run
        )
        self.store = self.runtime.store(tenant)
        self.unit = self.store.begin(self.context)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that needs more than its body: another status, headers, or ready text."""

    body: BaseModel | DocumentPage | str | None = None
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict[str, str])
    media: str | None = None


Answer = BaseModel | DocumentPage | Reply | None
AnyCall = Call[Any, Any]
