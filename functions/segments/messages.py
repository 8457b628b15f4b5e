"""The work orders of runs on their plain queues."""

from typing import Annotated

from pydantic import Field

from shared.runtime.consumers import Message

WALKS = "segment-walks"
CHUNKS = "segment-chunks"


RECOUNTS = "segment-recounts"


class Recount(Message):
    """Records whose figures may have changed: to be evaluated when these are added up."""

    ids: Annotated[tuple[str, ...], Field(max_length=100)]


class Step(Message):
    """A part of a run of a segment or tag; of no interest once a newer run began."""

    target: str
    run: int
    lane: int
    page: int = 0
    after: str = ""


class Walk(Step):
    """Read the next ids of a lane, from behind `after`, and send them out in chunks."""


class Chunk(Step):
    """Look at the records behind `after`, up to and with `until`."""

    part: int
    until: str

    @property
    def name(self) -> str:
        """Unique within the run."""
        return f"{self.lane:02d}#{self.page:06d}#{self.part:02d}"
