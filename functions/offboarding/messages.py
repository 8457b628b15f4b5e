"""The work orders of offboarding on its plain queues."""

from shared.runtime.consumers import Message
from shared.storage.driver import Item

ARCHIVE_PARTS = "tenant-archive-parts"
REMOVALS = "tenant-removals"


class ArchivePart(Message):
    """Read the next rows of the tenant for an archive, from where `after` says."""

    archive: str
    number: int = 0
    after: Item | None = None


class RemovalStep(Message):
    """Remove the next rows of a tenant. `found`: whether this sweep has met any so far."""

    sweep: int = 0
    number: int = 0
    after: Item | None = None
    found: bool = False
