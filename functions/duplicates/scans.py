"""The state of the scan over all records: one a tenant."""

from datetime import datetime, timedelta
from typing import ClassVar, Literal

from shared.domain.entity import Moment
from shared.domain.tenancy import Setup


class DuplicateScan(Setup):
    """The running scan, or the last one. `pairs`: likely duplicates that are in the queue."""

    kind: ClassVar[str] = "duplicate_scan"
    prefix: ClassVar[str] = "dsc"
    listed: ClassVar[bool] = False
    history: ClassVar[bool] = False

    status: Literal["running", "completed"] = "completed"
    run: int = 0
    begun_at: Moment | None = None
    ended_at: Moment | None = None
    at: Literal["account", "contact", "lead"] | None = None
    records: int = 0
    pairs: int = 0

    def kept_until(self, now: datetime) -> datetime:
        """How long the marks of its chunks stay."""
        return now + timedelta(days=14)
