"""CPU per call, measured in turns so that noise falls on everybody; and CPU of fresh processes."""

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping

Call = Callable[[], object]


def cpu_per_call(
    rivals: Mapping[str, Call], *, rounds: int = 15, calls: int = 40
) -> dict[str, float]:
    """Median CPU milliseconds (this process, all threads) of one call of each rival."""
    for call in rivals.values():
        for _ in range(10):
            call()
    spent: dict[str, list[float]] = {name: [] for name in rivals}
    for _ in range(rounds):
        for name, call in rivals.items():
            start = time.process_time()
            for _ in range(calls):
                call()
            spent[name].append((time.process_time() - start) / calls * 1000)
    return {name: statistics.median(values) for name, values in spent.items()}


def cold_cpu(programs: Mapping[str, str], *, rounds: int = 11) -> dict[str, float]:
    """Median CPU milliseconds (user and system) of a fresh interpreter that runs each program."""
    spent: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, program in programs.items():
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(
                [sys.executable, "-c", program],
                check=True,
                env=dict(os.environ),
                stdout=subprocess.DEVNULL,
            )
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            used = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
            spent[name].append(used * 1000)
    return {name: statistics.median(values) for name, values in spent.items()}
