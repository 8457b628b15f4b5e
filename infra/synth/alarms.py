"""Alarms that follow from the functions: errors, dead letters, a late stream, silence."""

from typing import Any

from infra.synth.names import (
    Intrinsic,
    Resources,
    attribute,
    dead_letters_id,
    function_id,
    pascal,
    ref,
)
from infra.synth.registry import StreamTrigger, UseCase
from infra.synth.sizing import UseCaseSize, queue_handlers

METRICS_PER_ALARM = 10
"""CloudWatch adds up at most this many metrics in one alarm."""

STREAM_LAG_MS = 60_000
SILENT_MINUTES = 5
NAMESPACE = "Rapport"

Metric = dict[str, Any]


def resources(case: UseCase, size: UseCaseSize) -> Resources:
    """The alarms of one use case: its functions' errors are added up, so that they stay few."""
    functions = [function_id(case.name, name) for name in size.functions]
    found = _sums(
        f"{pascal(case.name)}ErrorsAlarm",
        f"A function of {case.name} failed - see its log group",
        [_metric("AWS/Lambda", "Errors", FunctionName=ref(name)) for name in functions],
    )
    if queue_handlers(case):
        found[f"{pascal(case.name)}DeadLettersAlarm"] = _dead_letters(case.name)
    for handler in case.handlers:
        logical_id = function_id(case.name, handler.name)
        heartbeat = size.functions[handler.name].heartbeat
        if isinstance(handler.trigger, StreamTrigger):
            found[f"{logical_id}LagAlarm"] = _stream_lag(logical_id)
        if heartbeat:
            found[f"{logical_id}SilentAlarm"] = _silence(case.name, heartbeat)
    return found


def _sums(logical_id: str, description: str, metrics: list[Metric]) -> Resources:
    """An alarm for every ten metrics, ringing when their sum is above zero."""
    parts = [
        metrics[start : start + METRICS_PER_ALARM]
        for start in range(0, len(metrics), METRICS_PER_ALARM)
    ]
    return {
        f"{logical_id}{number or ''}": _alarm(
            description,
            Metrics=[
                {"Id": "total", "Expression": "SUM(METRICS())", "Label": "total"},
                *(
                    {
                        "Id": f"m{index}",
                        "ReturnData": False,
                        "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"},
                    }
                    for index, metric in enumerate(part)
                ),
            ],
        )
        for number, part in enumerate(parts)
    }


def _dead_letters(use_case: str) -> dict[str, Any]:
    queue = attribute(dead_letters_id(use_case), "QueueName")
    return _alarm(
        f"Messages of {use_case} failed for good - repair the cause, then redrive {use_case}-dlq; "
        "each names its queue in DeadLetterQueueSourceArn",
        **_metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", QueueName=queue),
        Statistic="Maximum",
        Period=60,
    )


def _stream_lag(function: str) -> dict[str, Any]:
    return _alarm(
        "Changes wait long before they are published or indexed - see the function's errors",
        **_metric("AWS/Lambda", "IteratorAge", FunctionName=ref(function)),
        Statistic="Maximum",
        Period=60,
        Threshold=STREAM_LAG_MS,
        EvaluationPeriods=5,
        DatapointsToAlarm=3,
    )


def _silence(use_case: str, heartbeat: str) -> dict[str, Any]:
    return _alarm(
        "The sweeper does not run: timers fall due and nothing happens",
        **_metric(NAMESPACE, heartbeat, service=use_case),
        Statistic="Sum",
        Period=60,
        Threshold=1,
        ComparisonOperator="LessThanThreshold",
        EvaluationPeriods=SILENT_MINUTES,
        TreatMissingData="breaching",
    )


def _alarm(description: str, **properties: Any) -> dict[str, Any]:
    defaults = {
        "AlarmDescription": description,
        "Threshold": 0,
        "ComparisonOperator": "GreaterThanThreshold",
        "EvaluationPeriods": 1,
        "TreatMissingData": "notBreaching",
        "AlarmActions": [ref("AlarmTopic")],
    }
    return {"Type": "AWS::CloudWatch::Alarm", "Properties": {**defaults, **properties}}


def _metric(namespace: str, name: str, **dimensions: Intrinsic | str) -> Metric:
    return {
        "Namespace": namespace,
        "MetricName": name,
        "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
    }
