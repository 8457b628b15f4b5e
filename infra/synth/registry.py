"""Reads the triggers of every use case from its Chalice app, without calling anything.

A trigger is said once, by a decorator in functions/<use_case>/app.py; this module turns Chalice's
registries into plain values that the rest of the synthesiser lays out as resources.
"""

import importlib
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from chalice.app import (
    BaseEventSourceConfig,
    Chalice,
    CORSConfig,
    DynamoDBEventConfig,
    RouteEntry,
    ScheduledEventConfig,
    ScheduleExpression,
    SQSEventConfig,
)

from infra.synth.errors import SynthError


@dataclass(frozen=True)
class Route:
    """One method on one path. `public`: reached without signing in."""

    method: str
    path: str
    name: str
    public: bool
    cors: CORSConfig | None = None


@dataclass(frozen=True)
class QueueTrigger:
    """A queue of our own, and what flows into it from the bus (nothing into a work queue).

    `subscription`: detail-types. `follows`: every event that concerns a record whose id begins
    with one of these.
    """

    queue: str
    batch_size: int
    window: int
    subscription: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()

    @property
    def pattern(self) -> dict[str, Any]:
        """The bus pattern of what flows into it, empty for a work queue."""
        if self.follows:
            return {"detail": {"concerns": [{"prefix": prefix} for prefix in self.follows]}}
        return {"detail-type": list(self.subscription)} if self.subscription else {}


@dataclass(frozen=True)
class StreamTrigger:
    """Batches of the table's change stream."""

    table: str
    batch_size: int
    window: int


@dataclass(frozen=True)
class ScheduleTrigger:
    """A clock: `rate(1 minute)` or `cron(...)`, in UTC."""

    expression: str


@dataclass(frozen=True)
class AuthorizerTrigger:
    """The API asks this function who is calling; answers are kept `ttl` seconds."""

    ttl: int


@dataclass(frozen=True)
class CommandTrigger:
    """Nothing but an operator who invokes the function by hand."""


Trigger = QueueTrigger | StreamTrigger | ScheduleTrigger | AuthorizerTrigger | CommandTrigger


@dataclass(frozen=True)
class Handler:
    """A decorated function that is a Lambda handler of its own."""

    name: str
    trigger: Trigger


@dataclass(frozen=True)
class UseCase:
    """One folder under functions/: its routes (one function) and handlers (one each)."""

    name: str
    module: str
    routes: tuple[Route, ...]
    handlers: tuple[Handler, ...]


def load(package: str = "functions") -> list[UseCase]:
    """Every use case of `package`, in alphabetical order: the folders that have an app.py.

    Raises:
        SynthError: an app uses something the product does not deploy.
    """
    folders = [Path(path) for path in importlib.import_module(package).__path__]
    names = sorted(app.parent.name for folder in folders for app in folder.glob("*/app.py"))
    return [_read(name, importlib.import_module(f"{package}.{name}.app")) for name in names]


def _read(name: str, module: ModuleType) -> UseCase:
    app: Any = getattr(module, "app", None)
    if not isinstance(app, Chalice):
        raise SynthError([f"{module.__name__}: expected a Chalice app called 'app'"])
    routes = [_route(entry) for methods in app.routes.values() for entry in methods.values()]
    handlers = [_handler(module, source) for source in app.event_sources]
    handlers += [
        Handler(_function_name(auth.handler_string), AuthorizerTrigger(auth.ttl_seconds or 0))
        for auth in app.builtin_auth_handlers
    ]
    handlers += [
        Handler(_function_name(command.handler_string), CommandTrigger())
        for command in app.pure_lambda_functions
    ]
    return UseCase(
        name,
        module.__name__,
        tuple(sorted(routes, key=lambda route: (route.path, route.method))),
        tuple(sorted(handlers, key=lambda handler: handler.name)),
    )


def _route(entry: RouteEntry) -> Route:
    contract = getattr(entry.view_function, "contract", None)
    if contract is None:
        raise SynthError(
            [f"{entry.method} {entry.uri_pattern}: the view has no @endpoint contract"]
        )
    public = bool(contract.public)
    return Route(entry.method, entry.uri_pattern, entry.view_name, public, entry.cors or None)


def _handler(module: ModuleType, source: BaseEventSourceConfig) -> Handler:
    name = _function_name(source.handler_string)
    where = f"{module.__name__}.{name}"
    match source:
        case SQSEventConfig():
            return Handler(name, _queue(source, getattr(module, name), where))
        case DynamoDBEventConfig():
            window = source.maximum_batching_window_in_seconds
            return Handler(name, StreamTrigger(source.stream_arn, source.batch_size, window))
        case ScheduledEventConfig():
            return Handler(name, ScheduleTrigger(_expression(source.schedule_expression)))
        case _:
            raise SynthError(
                [f"{where}: {type(source).__name__} is not a trigger that is deployed"]
            )


def _queue(source: SQSEventConfig, function: Any, where: str) -> QueueTrigger:
    if not source.queue:
        raise SynthError([f"{where}: name the queue with queue=..., not queue_arn=..."])
    handle = getattr(function, "func", function)
    events = getattr(handle, "subscription", ())
    return QueueTrigger(
        source.queue,
        source.batch_size,
        source.maximum_batching_window_in_seconds,
        tuple(sorted(event.detail_type() for event in events)),
        tuple(sorted(getattr(handle, "follows", ()))),
    )


def _function_name(handler_string: str) -> str:
    return handler_string.rsplit(".", 1)[-1]


def _expression(expression: str | ScheduleExpression) -> str:
    return expression if isinstance(expression, str) else expression.to_string()
