"""The work orders of imports and exports on their plain queues."""

from shared.runtime.consumers import Message

CHUNKS = "import-chunks"
UNDO = "import-undo-chunks"
EXPORT = "export-parts"


class ImportChunk(Message):
    """Carry out a chunk of a run; whoever does sends the next one of the lane."""

    job: str
    run: int
    lane: int
    number: int


class UndoChunk(Message):
    """Take back a chunk; `position` counts from the end of the import."""

    job: str
    position: int = 0


class ExportPart(Message):
    """Read the next records of an export, from where `cursor` says."""

    export: str
    part: int = 0
    cursor: str | None = None
    rows: int = 0
