"""What every template of this product must keep to, as functions that name the offenders."""

import re
from typing import Any

from infra.synth.expansion import of_type

MAX_RESOURCES = 400
"""CloudFormation stops at 500; the rest is room for one release's growth."""

MAX_CHARACTERS = 900_000
"""CloudFormation takes a template of 1 MB, also after the transform."""

MAX_PATH_NODES = 300
"""API Gateway's default quota of resources (path segments) in one API."""

MAX_POLICY_CHARACTERS = 10_240
"""IAM's limit for all inline policies of one role, white space aside."""

LAST_RESORTS = {"FailedInvocations", "FailedRecords", "UndeliveredEvents"}
"""Queues that hold what failed elsewhere; they need an alarm, but no dead letters."""


def queues_without_dead_letters(expanded: dict[str, Any]) -> list[str]:
    """Queues that neither redrive nor are a place to redrive to."""
    queues = of_type(expanded, "AWS::SQS::Queue")
    dead = dead_letter_queues(expanded)
    return sorted(
        name for name, queue in queues.items() if name not in dead and "RedrivePolicy" not in queue
    )


def dead_letter_queues(expanded: dict[str, Any]) -> set[str]:
    """Queues in which only failed messages lie."""
    queues = of_type(expanded, "AWS::SQS::Queue").values()
    targets = [
        queue["RedrivePolicy"]["deadLetterTargetArn"]
        for queue in queues
        if "RedrivePolicy" in queue
    ]
    return {target["Fn::GetAtt"][0] for target in targets} | LAST_RESORTS


def dead_letters_without_alarm(expanded: dict[str, Any]) -> set[str]:
    """Queues of failed messages that may fill unnoticed."""
    watched = {
        dimension["Value"]["Fn::GetAtt"][0]
        for metric in _metrics(expanded)
        if metric["Namespace"] == "AWS/SQS"
        for dimension in metric["Dimensions"]
    }
    return dead_letter_queues(expanded) - watched


def functions_without_error_alarm(expanded: dict[str, Any]) -> set[str]:
    """Functions whose errors ring nowhere."""
    watched = {
        dimension["Value"]["Ref"]
        for metric in _metrics(expanded)
        if metric["MetricName"] == "Errors"
        for dimension in metric["Dimensions"]
    }
    return of_type(expanded, "AWS::Lambda::Function").keys() - watched


def mappings_without_partial_failures(expanded: dict[str, Any]) -> list[str]:
    """Batches in which one bad message would repeat all others."""
    return [
        name
        for name, mapping in of_type(expanded, "AWS::Lambda::EventSourceMapping").items()
        if mapping.get("FunctionResponseTypes") != ["ReportBatchItemFailures"]
    ]


def async_functions_without_failure_destination(expanded: dict[str, Any]) -> set[str]:
    """Functions that a rule invokes and whose failed events would vanish."""
    targets = {
        target["Arn"]["Fn::GetAtt"][0]
        for rule in of_type(expanded, "AWS::Events::Rule").values()
        for target in rule["Targets"]
    }
    invoked = targets & of_type(expanded, "AWS::Lambda::Function").keys()
    covered = {
        config["FunctionName"]["Ref"]
        for config in of_type(expanded, "AWS::Lambda::EventInvokeConfig").values()
        if config["DestinationConfig"]["OnFailure"]["Destination"]
    }
    return invoked - covered


def stream_mappings_without_failure_queue(expanded: dict[str, Any]) -> list[str]:
    """Readers of the stream that would drop what they cannot handle."""
    return [
        name
        for name, mapping in of_type(expanded, "AWS::Lambda::EventSourceMapping").items()
        if "StartingPosition" in mapping and "DestinationConfig" not in mapping
    ]


def allowed_wildcards(expanded: dict[str, Any]) -> list[str]:
    """Statements of roles that allow `*` in an action, or all resources for more than tracing."""
    found: list[str] = []
    for name, role in of_type(expanded, "AWS::IAM::Role").items():
        for policy in role.get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                actions = statement["Action"]
                tracing = all(action.startswith("xray:Put") for action in actions)
                if any("*" in action for action in actions):
                    found.append(f"{name}: {actions}")
                elif statement["Resource"] == "*" and not tracing:
                    found.append(f"{name}: {actions} on all resources")
    return found


def largest_role(expanded: dict[str, Any]) -> int:
    """Characters of the longest inline policy without white space, intrinsics as they are."""
    lengths = [
        sum(len(re.sub(r"\s", "", str(policy["PolicyDocument"]))) for policy in role["Policies"])
        for role in of_type(expanded, "AWS::IAM::Role").values()
        if role.get("Policies")
    ]
    return max(lengths, default=0)


def path_nodes(template: dict[str, Any]) -> int:
    """Resources that API Gateway counts: every distinct prefix of every path."""
    paths = template["Resources"]["Api"]["Properties"]["DefinitionBody"]["paths"]
    prefixes = {
        "/".join(parts[: length + 1])
        for path in paths
        for parts in [path.split("/")]
        for length in range(len(parts))
    }
    return len(prefixes)


def _metrics(expanded: dict[str, Any]) -> list[dict[str, Any]]:
    """The metrics that alarms look at, alone or summed."""
    alarms = list(of_type(expanded, "AWS::CloudWatch::Alarm").values())
    single = [alarm for alarm in alarms if "MetricName" in alarm]
    summed = [
        query["MetricStat"]["Metric"]
        for alarm in alarms
        for query in alarm.get("Metrics", [])
        if "MetricStat" in query
    ]
    return [metric for metric in single + summed if metric.get("Dimensions")]
