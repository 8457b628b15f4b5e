"""Many threads that start at the same moment."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def at_once(work: Callable[[T], R], tasks: Sequence[T], threads: int = 16) -> list[R]:
    """Every task's result, in order; the first tasks of all threads begin together."""
    count = min(threads, len(tasks))
    start = Barrier(count)

    def run(position: int) -> R:
        if position < count:
            start.wait(timeout=30)
        return work(tasks[position])

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(len(tasks))))
