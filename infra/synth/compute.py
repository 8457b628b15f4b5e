"""Functions and what invokes them, except the API: queues, streams, schedules, the authorizer."""

import json
from typing import Any

from infra.synth.names import (
    Resources,
    arn,
    attribute,
    function_id,
    logs_id,
    pascal,
    queue_id,
    ref,
    role_id,
    stack_name,
)
from infra.synth.registry import Handler, QueueTrigger, ScheduleTrigger, StreamTrigger, UseCase
from infra.synth.sizing import API, FunctionSize, UseCaseSize

STREAM_WINDOW_SECONDS = 1
"""Longest wait for a fuller batch of changes when the decorator names none."""


def resources(case: UseCase, size: UseCaseSize) -> Resources:
    """All functions of a use case with their log group."""
    found: Resources = {
        logs_id(case.name): {
            "Type": "AWS::Logs::LogGroup",
            "Properties": {"RetentionInDays": ref("LogRetentionDays")},
        }
    }
    if case.routes:
        found[function_id(case.name, API)] = _function(case, API, "app", size.functions[API])
    for handler in case.handlers:
        found |= _handler(case, handler, size.functions[handler.name])
    return found


def _handler(case: UseCase, handler: Handler, size: FunctionSize) -> Resources:
    function = _function(case, handler.name, handler.name, size)
    properties: dict[str, Any] = function["Properties"]
    match handler.trigger:
        case QueueTrigger() as trigger:
            properties["Events"] = {pascal(trigger.queue): _queue_event(trigger, size)}
        case StreamTrigger() as trigger:
            properties["Events"] = {"Changes": _stream_event(trigger, size)}
        case ScheduleTrigger() as trigger:
            properties["Events"] = {"Clock": _schedule_event(case, handler, trigger)}
            properties["EventInvokeConfig"] = {
                "MaximumRetryAttempts": 2,
                "DestinationConfig": {
                    "OnFailure": {"Type": "SQS", "Destination": arn("FailedInvocations")}
                },
            }
        case _:  # the API itself says that it invokes the authorizer; commands are invoked by hand
            pass
    return {function_id(case.name, handler.name): function}


def _function(case: UseCase, name: str, attribute_name: str, size: FunctionSize) -> dict[str, Any]:
    return {
        "Type": "AWS::Serverless::Function",
        "Properties": {
            "FunctionName": stack_name(case.name, name),
            "Handler": f"{case.module}.{attribute_name}",
            "MemorySize": size.memory,
            "Timeout": size.timeout,
            "Role": arn(role_id(case.name)),
            "LoggingConfig": {"LogFormat": "JSON", "LogGroup": ref(logs_id(case.name))},
            "Environment": {"Variables": {"POWERTOOLS_SERVICE_NAME": case.name}},
        },
    }


def _queue_event(trigger: QueueTrigger, size: FunctionSize) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "Queue": arn(queue_id(trigger.queue)),
        "BatchSize": trigger.batch_size,
        "MaximumBatchingWindowInSeconds": trigger.window,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "ScalingConfig": {"MaximumConcurrency": size.concurrency or 2},
    }
    return {"Type": "SQS", "Properties": properties}


def _stream_event(trigger: StreamTrigger, size: FunctionSize) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "Stream": attribute(trigger.table, "StreamArn"),
        "StartingPosition": "TRIM_HORIZON",
        "BatchSize": trigger.batch_size,
        "MaximumBatchingWindowInSeconds": trigger.window or STREAM_WINDOW_SECONDS,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "BisectBatchOnFunctionError": True,
        "MaximumRetryAttempts": size.attempts,
        "DestinationConfig": {"OnFailure": {"Type": "SQS", "Destination": arn("FailedRecords")}},
    }
    if size.only_with:
        properties["FilterCriteria"] = {"Filters": [{"Pattern": _has_attribute(size.only_with)}]}
    return {"Type": "DynamoDB", "Properties": properties}


def _has_attribute(name: str) -> str:
    """A filter for records whose new image has a text attribute: only leaves can be asked for."""
    return json.dumps({"dynamodb": {"NewImage": {name: {"S": [{"exists": True}]}}}})


def _schedule_event(case: UseCase, handler: Handler, trigger: ScheduleTrigger) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "Name": stack_name(case.name, handler.name),
        "Schedule": trigger.expression,
        "RetryPolicy": {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 300},
        "DeadLetterConfig": {"Arn": arn("FailedInvocations")},
    }
    return {"Type": "Schedule", "Properties": properties}
