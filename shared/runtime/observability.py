"""Logs, metrics and traces by Powertools; nothing personal ever leaves through them.

Log lines carry ids, codes and counts. The formatter also removes e-mail addresses and phone
numbers from whatever text still reaches it (an exception's message, a library's warning).
"""

import os
import re
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from aws_lambda_powertools.metrics import Metrics

if TYPE_CHECKING:
    from aws_lambda_powertools.tracing import Tracer

_EMAIL = re.compile(r"[^\s\"'<>@:=,;(]+@[^\s\"'<>@,;)]+\.[^\s\"'<>@,;)]+")
_PHONE = re.compile(r"(?<![A-Za-z0-9_-])\+?\(?\d[\d ()./-]{7,}\d(?![A-Za-z0-9_-])")
"""Not inside ids; Chinese may stand directly before and after a number."""


def scrub(text: str) -> str:
    """The text without e-mail addresses and phone numbers."""
    return _PHONE.sub("[number]", _EMAIL.sub("[e-mail]", text))


class ScrubbingFormatter(LambdaPowertoolsFormatter):
    """Powertools' JSON lines, with personal data removed from every text in them."""

    def __init__(self) -> None:
        # The structured stack trace repeats the exception with its values; the text is enough.
        super().__init__(serialize_stacktrace=False)  # pyright: ignore[reportUnknownMemberType]

    def serialize(self, log: dict[str, Any]) -> str:  # pyright: ignore[reportIncompatibleMethodOverride]
        """One log line."""
        clean = {name: _scrubbed(value) for name, value in log.items() if name != "timestamp"}
        return super().serialize({**log, **clean})  # pyright: ignore[reportArgumentType]


def _scrubbed(value: Any) -> Any:
    match value:
        case str():
            return scrub(value)
        case dict():
            return {name: _scrubbed(part) for name, part in value.items()}  # pyright: ignore[reportUnknownVariableType]
        case list() | tuple():
            return [_scrubbed(part) for part in value]  # pyright: ignore[reportUnknownVariableType]
        case _:
            return value


@cache
def logger() -> Logger:
    """The process's logger; service and level come from Powertools' environment variables."""
    return Logger(logger_formatter=ScrubbingFormatter())


@contextmanager
def traced(name: str, **annotations: str) -> Generator[None, None, None]:
    """A segment of the X-Ray trace around some work, with searchable annotations (ids only).

    Costs nothing unless Lambda chose to sample this invocation.
    """
    if "Sampled=1" not in os.environ.get("_X_AMZN_TRACE_ID", ""):
        yield
        return
    tracer: Any = _tracer()
    with tracer.provider.in_subsegment(name=f"## {name}") as segment:
        for key, value in annotations.items():
            segment.put_annotation(key, value)
        yield


@cache
def _tracer() -> "Tracer":
    # The X-Ray SDK takes long to load: only a process that is sampled pays for it.
    from aws_lambda_powertools.tracing import Tracer

    return Tracer(auto_patch=False)


@cache
def metrics() -> Metrics:
    """The process's metrics (CloudWatch embedded format), flushed after each invocation."""
    return Metrics(namespace="Rapport")
