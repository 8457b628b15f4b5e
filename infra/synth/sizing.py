"""Reads infra/functions.yaml: size, timeout, concurrency and access of each function.

Checked against the triggers found in code: neither side may know more functions.
"""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from infra.synth.errors import SynthError
from infra.synth.registry import (
    AuthorizerTrigger,
    CommandTrigger,
    QueueTrigger,
    ScheduleTrigger,
    StreamTrigger,
    UseCase,
)

Grant = Literal[
    "table.read",
    "table.write",
    "table.scan",
    "events.publish",
    "files.read",
    "files.write",
    "files.purge",
    "users",
    "users.remove",
    "mail",
    "signing",
]


class FunctionSize(BaseModel):
    """How large one function is, and how its trigger hands work to it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    memory: int = Field(default=512, ge=128, le=10240)
    timeout: int = Field(default=29, ge=1, le=900)
    concurrency: int | None = Field(default=None, ge=2, le=1000)
    attempts: int = Field(default=5, ge=1, le=1000)
    only_with: str | None = None
    """Stream handlers: pass on only records whose new image has this attribute."""
    heartbeat: str | None = None
    """Name of a metric that this function counts at each run; its absence is an alarm."""


class UseCaseSize(BaseModel):
    """One use case: what its role may do, and a size for each of its functions."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    access: tuple[Grant, ...] = ()
    send: tuple[str, ...] = ()
    """Queues it may send to; `*-timers` stands for all that match."""
    functions: dict[str, FunctionSize]


API = "api"
"""The key under which a use case's HTTP function stands in functions.yaml."""


UNWAITED_BATCH = 10
"""SQS hands over at most so many messages at once; Lambda must wait to gather more."""


def load(path: Path) -> dict[str, UseCaseSize]:
    """The file's content by use case.

    Raises:
        SynthError: the file does not have the expected form.
    """
    content: Any = yaml.safe_load(path.read_text("utf-8")) or {}
    try:
        return {name: UseCaseSize.model_validate(entry) for name, entry in content.items()}
    except (ValidationError, AttributeError) as error:
        raise SynthError([f"{path.name}: {line}" for line in str(error).splitlines()]) from error


def check(use_cases: Iterable[UseCase], sizes: dict[str, UseCaseSize]) -> None:
    """Both sides must name the same functions and queues.

    Raises:
        SynthError: with a line for each contradiction.
    """
    found = list(use_cases)
    problems = [
        f"{name}: in functions.yaml, but there is no functions/{name}/app.py"
        for name in sorted(sizes.keys() - {case.name for case in found})
    ]
    for case in found:
        if case.name in sizes:
            problems += _function_problems(case, sizes[case.name])
        else:
            problems.append(f"{case.name}: has triggers, but no entry in functions.yaml")
    queues = [handler.trigger.queue for case in found for handler in queue_handlers(case)]
    problems += [f"queue {q}: has two handlers" for q in sorted(set(queues)) if queues.count(q) > 1]
    scanning = [name for name, size in sizes.items() if "table.scan" in size.access]
    if len(scanning) > 1:
        problems.append(f"{' and '.join(scanning)}: only one use case may scan the table")
    problems += [
        f"{name}: sends to queue {wanted}, which no handler reads"
        for name, size in sizes.items()
        for wanted in size.send
        if not any(fnmatchcase(queue, wanted) for queue in queues)
    ]
    problems += [
        f"queue {trigger.queue}: batches above {UNWAITED_BATCH} need a window of a second or more"
        for case in found
        for trigger in (handler.trigger for handler in queue_handlers(case))
        if trigger.batch_size > UNWAITED_BATCH and trigger.window < 1
    ]
    if problems:
        raise SynthError(problems)


def queue_handlers(case: UseCase) -> list[Any]:
    """The handlers of a use case that read a queue."""
    return [handler for handler in case.handlers if isinstance(handler.trigger, QueueTrigger)]


def _function_problems(case: UseCase, size: UseCaseSize) -> list[str]:
    triggers = {handler.name: handler.trigger for handler in case.handlers}
    expected = set(triggers) | ({API} if case.routes else set())
    problems = [
        f"{case.name}.{name}: has a trigger, but no entry in functions.yaml"
        for name in sorted(expected - size.functions.keys())
    ]
    problems += [
        f"{case.name}.{name}: in functions.yaml, but has no trigger in {case.module}"
        for name in sorted(size.functions.keys() - expected)
    ]
    for name, function in size.functions.items():
        problems += _misplaced(f"{case.name}.{name}", triggers.get(name), function)
    return problems


_ALLOWED: dict[type[Any], set[str]] = {
    QueueTrigger: {"concurrency", "attempts"},
    StreamTrigger: {"attempts", "only_with"},
    ScheduleTrigger: {"heartbeat"},
    AuthorizerTrigger: set(),
    CommandTrigger: set(),
}


def _misplaced(where: str, trigger: object, size: FunctionSize) -> list[str]:
    allowed = _ALLOWED.get(type(trigger), set()) | {"memory", "timeout"}
    return [
        f"{where}: '{name}' means nothing for this kind of trigger"
        for name in sorted(size.model_fields_set - allowed)
    ]
