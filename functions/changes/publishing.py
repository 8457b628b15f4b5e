"""Which stream record to start again from when the bus refused some events."""

from collections.abc import Collection, Sequence

from functions.changes.images import Change


def first_refused(changes: Sequence[Change], refused: Collection[str]) -> str | None:
    """The sequence number of the first change with a refused event, None when all were taken.

    Lambda repeats the batch from there, so later events may go out twice, with the same ids.
    """
    for change in changes:
        if any(envelope.id in refused for envelope in change.envelopes):
            return change.sequence
    return None
