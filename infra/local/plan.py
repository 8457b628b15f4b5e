"""What the laptop runtime serves: routes, queues, streams, schedules, taken from the template."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from infra.local import apis
from infra.local.apis import Authorizer, Route
from infra.local.template import Template, TemplateError, points_at


@dataclass(frozen=True)
class Function:
    """A Lambda function: where its handler is and how long it may take."""

    id: str
    handler: str
    timeout: float
    memory: int
    environment: dict[str, Any]
    attempts: int
    failures_to: str | None


@dataclass(frozen=True)
class QueueSource:
    """A queue that feeds a function."""

    function: str
    queue: str
    batch_size: int
    concurrency: int
    partial: bool


@dataclass(frozen=True)
class StreamSource:
    """A table's change stream that feeds a function."""

    function: str
    table: str
    batch_size: int
    partial: bool
    filters: tuple[dict[str, Any], ...]
    attempts: int
    max_age: float
    bisect: bool
    failures_to: str | None
    lanes: int


@dataclass(frozen=True)
class Schedule:
    """A clock that feeds a function: `rate(...)` or `cron(...)` in UTC."""

    function: str
    name: str
    expression: str
    input: str | None


@dataclass
class Plan:
    """Everything there is to serve."""

    functions: dict[str, Function] = field(default_factory=dict)
    routes: list[Route] = field(default_factory=list)
    authorizers: dict[str, Authorizer] = field(default_factory=dict)
    gateway_responses: dict[str, Any] = field(default_factory=dict)
    binary_types: tuple[str, ...] = ()
    queues: list[QueueSource] = field(default_factory=list)
    streams: list[StreamSource] = field(default_factory=list)
    schedules: list[Schedule] = field(default_factory=list)


def read(template: Template) -> Plan:
    """The plan that a template describes. Raises TemplateError for what cannot be served."""
    plan = Plan()
    for logical_id, properties in template.of_type("AWS::Serverless::Function"):
        plan.functions[logical_id] = _function(template, logical_id, properties)
        for name, event in (properties.get("Events") or {}).items():
            _add_event(plan, logical_id, name, event["Type"], event.get("Properties") or {})
    for _, properties in template.of_type("AWS::Serverless::Api"):
        api = apis.read(properties)
        plan.routes += api.routes
        plan.authorizers |= api.authorizers
        plan.gateway_responses |= api.gateway_responses
        plan.binary_types += api.binary_types
    return plan


def _function(template: Template, logical_id: str, properties: dict[str, Any]) -> Function:
    handler = properties.get("Handler")
    if not isinstance(handler, str):
        raise TemplateError(f"{logical_id} has no Handler that Python could import")
    invocation = properties.get("EventInvokeConfig") or {}
    own = (properties.get("Environment") or {}).get("Variables") or {}
    return Function(
        id=logical_id,
        handler=handler,
        timeout=float(properties.get("Timeout", template.default("Timeout", 3))),
        memory=int(properties.get("MemorySize", template.default("MemorySize", 128))),
        environment=own,
        attempts=1 + int(invocation.get("MaximumRetryAttempts", 2)),
        failures_to=_failures_to(invocation),
    )


def _add_event(plan: Plan, function: str, name: str, kind: str, event: dict[str, Any]) -> None:
    match kind:
        case "SQS":
            plan.queues.append(_queue(function, event))
        case "DynamoDB":
            plan.streams.append(_stream(function, event))
        case "Schedule" | "ScheduleV2":
            expression = event.get("Schedule") or event["ScheduleExpression"]
            if event.get("State") != "DISABLED" and event.get("Enabled", True):
                text = event.get("Input")
                plan.schedules.append(Schedule(function, f"{function}{name}", expression, text))
        case "Api":
            pass  # the API's own document says it
        case _:
            raise TemplateError(f"{function}.{name}: events of type {kind} are not served locally")


def _queue(function: str, event: dict[str, Any]) -> QueueSource:
    scaling = event.get("ScalingConfig") or {}
    return QueueSource(
        function=function,
        queue=points_at(event["Queue"]),
        batch_size=int(event.get("BatchSize", 10)),
        concurrency=int(scaling.get("MaximumConcurrency", 5)),
        partial=_partial(event),
    )


def _stream(function: str, event: dict[str, Any]) -> StreamSource:
    filters = (event.get("FilterCriteria") or {}).get("Filters") or []
    patterns = [item["Pattern"] for item in filters]
    return StreamSource(
        function=function,
        table=points_at(event["Stream"]),
        batch_size=int(event.get("BatchSize", 100)),
        partial=_partial(event),
        filters=tuple(json.loads(p) if isinstance(p, str) else p for p in patterns),
        attempts=int(event.get("MaximumRetryAttempts", -1)),
        max_age=float(event.get("MaximumRecordAgeInSeconds", -1)),
        bisect=bool(event.get("BisectBatchOnFunctionError", False)),
        failures_to=_failures_to(event),
        lanes=int(event.get("ParallelizationFactor", 1)),
    )


def _partial(event: dict[str, Any]) -> bool:
    return "ReportBatchItemFailures" in (event.get("FunctionResponseTypes") or [])


def _failures_to(properties: dict[str, Any]) -> str | None:
    target = ((properties.get("DestinationConfig") or {}).get("OnFailure")) or {}
    return points_at(target["Destination"]) if target.get("Destination") else None
