"""One page for operators: the API, the table, and calls, failures and dead letters by use case."""

import json
from typing import Any

from infra.synth.names import Resources, ref, sub
from infra.synth.registry import QueueTrigger, UseCase
from infra.synth.sizing import API, UseCaseSize

WIDTH = 12
HEIGHT = 6

Series = list[Any]


def resources(cases: list[UseCase], sizes: dict[str, UseCaseSize]) -> Resources:
    """The dashboard, named like the stack."""
    widgets = [_widget("API", _api()), _widget("Table", _table())]
    for case in cases:
        widgets.append(_widget(f"{case.name}: calls, failures, time", _functions(case, sizes)))
        queues = _queues(case)
        if queues:
            widgets.append(_widget(f"{case.name}: waiting, dead letters", queues))
    for index, widget in enumerate(widgets):
        widget |= {"x": WIDTH * (index % 2), "y": HEIGHT * (index // 2)}
    body = json.dumps({"widgets": widgets}, separators=(",", ":"))
    properties = {"DashboardName": ref("AWS::StackName"), "DashboardBody": sub(body)}
    return {"Dashboard": {"Type": "AWS::CloudWatch::Dashboard", "Properties": properties}}


def _api() -> list[Series]:
    where = ["ApiName", "${AWS::StackName}", "Stage", "${Stage}"]
    return [
        ["AWS/ApiGateway", "Count", *where, {"stat": "Sum"}],
        ["AWS/ApiGateway", "4XXError", *where, {"stat": "Sum"}],
        ["AWS/ApiGateway", "5XXError", *where, {"stat": "Sum"}],
        ["AWS/ApiGateway", "Latency", *where, {"stat": "p95", "yAxis": "right"}],
    ]


def _table() -> list[Series]:
    names = ["ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"]
    names += ["ReadThrottleEvents", "WriteThrottleEvents"]
    return [["AWS/DynamoDB", name, "TableName", "${Table}", {"stat": "Sum"}] for name in names]


def _functions(case: UseCase, sizes: dict[str, UseCaseSize]) -> list[Series]:
    series: list[Series] = []
    for name in sizes[case.name].functions:
        where = ["FunctionName", f"${{AWS::StackName}}-{case.name}-{name}"]
        series.append(["AWS/Lambda", "Invocations", *where, {"stat": "Sum"}])
        series.append(["AWS/Lambda", "Errors", *where, {"stat": "Sum"}])
        statistic = "p95" if name == API else "Maximum"
        series.append(["AWS/Lambda", "Duration", *where, {"stat": statistic, "yAxis": "right"}])
    return series


def _queues(case: UseCase) -> list[Series]:
    triggers = [h.trigger for h in case.handlers if isinstance(h.trigger, QueueTrigger)]
    name = "ApproximateNumberOfMessagesVisible"
    queues = [trigger.queue for trigger in triggers]
    return [
        ["AWS/SQS", name, "QueueName", f"${{AWS::StackName}}-{queue}", {"stat": "Maximum"}]
        for queue in (queues and [*queues, f"{case.name}-dlq"])
    ]


def _widget(title: str, series: list[Series]) -> dict[str, Any]:
    return {
        "type": "metric",
        "width": WIDTH,
        "height": HEIGHT,
        "properties": {
            "title": title,
            "region": "${AWS::Region}",
            "period": 60,
            "metrics": series,
            "yAxis": {"left": {"min": 0}, "right": {"min": 0, "showUnits": True}},
        },
    }
