"""How many handlers of one queue run at once on a laptop.

They share one processor and often the same rows, so a second one is let in only when the others
have been at work for a while: then they wait for something slow outside, such as a mail server.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

PATIENCE_SECONDS = 3.0


class Turns:
    """Counts the handlers at work; `limit` is what the template allows."""

    def __init__(
        self,
        limit: int,
        patience: float = PATIENCE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit = limit
        self._patience = patience
        self._clock = clock
        self._began: list[float] = []
        self._changed = threading.Condition()

    def free(self) -> bool:
        """Whether one more may start now."""
        if not self._began:
            return True
        waited = self._clock() - self._began[-1] >= self._patience
        return waited and len(self._began) < self._limit

    def wait(self, seconds: float) -> bool:
        """Wait until one more may start; false when it may not after that time."""
        deadline = self._clock() + seconds
        with self._changed:
            while not self.free():
                left = deadline - self._clock()
                if left <= 0:
                    return False
                self._changed.wait(min(left, 0.1))
        return True

    def begin(self) -> float:
        """A handler starts; gives what `end` wants back."""
        with self._changed:
            self._began.append(self._clock())
            return self._began[-1]

    def end(self, began: float) -> None:
        """A handler is done."""
        with self._changed:
            self._began.remove(began)
            self._changed.notify_all()

    def wait_for_all(self, seconds: float) -> bool:
        """Wait until nobody is at work; false when somebody still is after that time."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._began, seconds)
