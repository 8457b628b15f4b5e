"""Calls handlers as Lambda does: by their name in the template, with an event and a context."""

from __future__ import annotations

import importlib
import os
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.local.plan import Function
from infra.local.template import TemplateError
from infra.local.wire import ACCOUNT, REGION

Handler = Callable[[Any, Any], Any]


@dataclass
class Context:
    """What Lambda hands to a handler beside the event."""

    function_name: str
    memory_limit_in_mb: int
    deadline: float
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    function_version: str = "$LATEST"
    log_stream_name: str = "local"
    identity: None = None
    client_context: None = None

    @property
    def invoked_function_arn(self) -> str:
        """The ARN that the deployed function would have."""
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.function_name}"

    @property
    def log_group_name(self) -> str:
        """The log group of a deployed function."""
        return f"/aws/lambda/{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda would stop the invocation; never negative."""
        return max(0, int((self.deadline - time.monotonic()) * 1000))


class Functions:
    """The imported handlers. One process serves them all, each invocation on its own thread."""

    def __init__(self, stack: str, functions: Mapping[str, Function]) -> None:
        self._stack = stack
        self._functions = functions
        self._handlers = {name: _import(function) for name, function in functions.items()}

    def __getitem__(self, name: str) -> Function:
        return self._functions[name]

    def invoke(self, name: str, event: Any) -> Any:
        """Run a handler in this thread and give its answer; its exceptions pass through."""
        function = self._functions[name]
        context = Context(
            function_name=f"{self._stack}-{name}",
            memory_limit_in_mb=function.memory,
            deadline=time.monotonic() + function.timeout,
        )
        return self._handlers[name](event, context)


def _import(function: Function) -> Handler:
    """Import a handler's module, while the environment says what this function's would say."""
    module_name, _, attribute = function.handler.rpartition(".")
    own = {name: value for name, value in function.environment.items() if isinstance(value, str)}
    before = {name: os.environ.get(name) for name in own}
    os.environ.update(own)
    try:
        handler = getattr(importlib.import_module(module_name), attribute, None)
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
    if not callable(handler):
        raise TemplateError(f"{function.id}: there is no handler {function.handler}")
    return handler
