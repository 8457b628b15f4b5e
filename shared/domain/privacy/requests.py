"""What somebody asks about their own data: to get it, to have its use stopped, to have it erased.

The law gives a month for an answer (GDPR article 12; 个人信息保护法, article 50, says "in time").
Each step is kept in a log whose lines are chained by hashes, so that none can be changed
or left out later.
"""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from shared.domain.context import Context
from shared.domain.entity import Moment, Value
from shared.domain.errors import InvalidState
from shared.domain.events.base import Event
from shared.domain.events.privacy import (
    ErasedSubjectReturned,
    PrivacyRequestCompleted,
    PrivacyRequestOverdue,
    PrivacyRequestReceived,
    PrivacyRequestRefused,
    PrivacyRequestStarted,
)
from shared.domain.exports import Manifest
from shared.domain.privacy.certificate import Certificate
from shared.domain.tenancy import Setup
from shared.domain.text import Line, Lines

RequestType = Literal["export", "restriction", "erasure"]
RequestStatus = Literal["open", "running", "completed", "refused"]
LogAction = Literal["received", "started", "completed", "refused", "overdue", "returned"]
ANSWER_WITHIN = timedelta(days=30)
DEADLINE = "deadline"
KEPT = timedelta(days=7)
"""How long the file of an export is there to be fetched."""

MOST_LINES = 200
Words = Annotated[Line, Field(max_length=500)]


class LogLine(Value):
    """Who did what when; `seal` is the hash of the line and of the seal before it."""

    at: Moment
    by: str
    action: LogAction
    detail: Words = ""
    seal: str


class PrivacyRequest(Setup):
    """One request. `subject`: the account, contact or lead; `forced`: why an obligation that
    stands against an erasure did not hinder it."""

    kind: ClassVar[str] = "privacy_request"
    prefix: ClassVar[str] = "prv"
    state_field: ClassVar[str | None] = "status"
    relation_field: ClassVar[str | None] = "subject"
    promoted: ClassVar[tuple[str, ...]] = ("status", "source")
    history: ClassVar[bool] = False  # the log tells it

    type: RequestType
    subject: str
    status: RequestStatus = "open"
    received_at: Moment
    note: Annotated[Lines, Field(max_length=2000)] = ""
    overdue: bool = False
    forced: Words = ""
    log: Annotated[tuple[LogLine, ...], Field(max_length=MOST_LINES)] = ()
    finished_at: Moment | None = None
    manifest: Manifest | None = None
    certificate: Certificate | None = None

    @property
    def source(self) -> str:
        """The type, under a name that list indexes carry."""
        return self.type

    @property
    def due(self) -> datetime:
        """When the answer is due."""
        return self.received_at + ANSWER_WITHIN

    @property
    def sealed(self) -> str:
        """The newest seal of the log: it stands for all of it."""
        return self.log[-1].seal if self.log else ""

    def received(self, context: Context) -> "PrivacyRequest":
        """A new request, whose time runs."""
        told = PrivacyRequestReceived(type=self.type, subject=self.subject, due=self.due)
        log = self._logged(context, "received", self.type)
        return self.model_copy(update={"log": log, "timers": {DEADLINE: self.due}}).recording(told)

    def start(self, context: Context, forced: str = "") -> "PrivacyRequest":
        """Who asks was recognised. Raises InvalidState unless it is open."""
        self._require("open")
        log = self._logged(context, "started", forced)
        event = PrivacyRequestStarted(type=self.type)
        return self.evolve(context, event, status="running", forced=forced, log=log)

    def refuse(self, context: Context, reason: str) -> "PrivacyRequest":
        """Not done, and why. Raises InvalidState unless it is open."""
        self._require("open")
        log = self._logged(context, "refused", reason)
        event = PrivacyRequestRefused(type=self.type)
        return self._ended(context, event, status="refused", log=log)

    def complete(
        self,
        context: Context,
        *,
        manifest: Manifest | None = None,
        certificate: Certificate | None = None,
    ) -> "PrivacyRequest":
        """Done. Raises InvalidState unless it is running."""
        self._require("running")
        log = self._logged(context, "completed")
        event = PrivacyRequestCompleted(type=self.type)
        done: dict[str, Any] = {"manifest": manifest, "certificate": certificate, "log": log}
        if certificate is not None:
            done["note"] = ""
        return self._ended(context, event, status="completed", **done)

    def pass_deadline(self, context: Context) -> "PrivacyRequest":
        """The time is over without an answer."""
        log = self._logged(context, "overdue")
        event = PrivacyRequestOverdue(type=self.type, due=self.due)
        return self.evolve(context, event, overdue=True, log=log, timers={})

    def returned(self, context: Context, record: str) -> "PrivacyRequest":
        """Somebody whose data was erased is back as a new record."""
        event = ErasedSubjectReturned(record=record, request=self.id)
        if len(self.log) >= MOST_LINES:
            return self.evolve(context, event)
        return self.evolve(context, event, log=self._logged(context, "returned", record))

    def fetchable(self, now: datetime) -> bool:
        """Whether the file of an export is still there."""
        made = self.manifest is not None and self.finished_at is not None
        return made and self.finished_at is not None and now < self.finished_at + KEPT

    def _ended(self, context: Context, event: Event, **changes: Any) -> "PrivacyRequest":
        return self.evolve(context, event, finished_at=context.now, timers={}, **changes)

    def _require(self, status: RequestStatus) -> None:
        if self.status != status:
            message = f"The request is {self.status}."
            raise InvalidState(message, details={"status": self.status})

    def _logged(self, context: Context, action: LogAction, detail: str = "") -> tuple[LogLine, ...]:
        line = {"at": context.now.isoformat(), "by": context.actor, "action": action}
        seal = sealed(self.sealed, {**line, "detail": detail})
        entry = LogLine.model_validate({**line, "detail": detail, "seal": seal})
        return (*self.log, entry)


def sealed(before: str, line: dict[str, str]) -> str:
    """The hash that ties a line to all lines before it."""
    text = json.dumps([before, line], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def intact(log: tuple[LogLine, ...]) -> bool:
    """Whether no line of a log was changed, left out or put in between."""
    before = ""
    for entry in log:
        line = {"at": entry.at.isoformat(), "by": entry.by, "action": entry.action}
        before = sealed(before, {**line, "detail": entry.detail})
        if before != entry.seal:
            return False
    return True
