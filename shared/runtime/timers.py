"""Timers between the sweeper and the use cases: the message, and the queue each kind listens on."""

from datetime import datetime

from shared.runtime.consumers import Message


class TimerDue(Message):
    """An entity's earliest timer stood at `due` when the sweeper looked.

    It may have moved since: the handler loads the entity and acts on the timers that stand.
    """

    kind: str
    id: str
    due: datetime


def timer_queue(kind: str) -> str:
    """The queue on which the owner of a kind hears of its timers."""
    return f"{kind}-timers"
