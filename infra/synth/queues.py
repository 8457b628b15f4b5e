"""Queues with their dead letters, and the bus rules that fill them."""

from collections.abc import Iterable
from typing import Any

from infra.synth.names import (
    Resources,
    arn,
    dead_letters_id,
    pascal,
    queue_id,
    ref,
    stack_name,
    sub,
)
from infra.synth.registry import QueueTrigger
from infra.synth.sizing import FunctionSize

EVENT_SOURCE = "rapport"
TWO_WEEKS = 14 * 86_400
FOUR_DAYS = 4 * 86_400


def resources(trigger: QueueTrigger, size: FunctionSize) -> Resources:
    """A queue, its dead letters, and its rule on the bus when it is subscribed to events."""
    queue, dead = queue_id(trigger.queue), dead_letters_id(trigger.queue)
    found: Resources = {
        queue: _queue(
            trigger.queue,
            FOUR_DAYS,
            # Lambda may hold a batch for its timeout, the window, and retries after throttling.
            VisibilityTimeout=6 * size.timeout + trigger.window,
            RedrivePolicy={"deadLetterTargetArn": arn(dead), "maxReceiveCount": size.attempts},
        ),
        dead: _queue(f"{trigger.queue}-dlq", TWO_WEEKS),
    }
    if trigger.subscription:
        found[f"{pascal(trigger.queue)}Rule"] = _rule(trigger)
    return found


def policy(subscribed: Iterable[QueueTrigger]) -> Resources:
    """One policy for all subscribed queues: this stack's bus may send to them, over TLS only."""
    ids = [
        logical_id
        for trigger in subscribed
        for logical_id in (queue_id(trigger.queue), dead_letters_id(trigger.queue))
    ]
    return {"EventsIntoQueues": _policy(ids, _from_bus())} if ids else {}


def failures_policy() -> Resources:
    """Schedules that cannot reach their function leave the event with the failed invocations."""
    rules = sub("arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/*")
    return {"ClocksIntoFailures": _policy(["FailedInvocations"], rules)}


def _from_bus() -> dict[str, Any]:
    return sub("arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/${Bus}/*")


def _policy(queue_ids: list[str], rules: dict[str, Any]) -> dict[str, Any]:
    own_queues = sub(
        "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${AWS::StackName}-*"
    )
    allow = {
        "Sid": "FromRules",
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": own_queues,
        "Condition": {"ArnLike": {"aws:SourceArn": rules}},
    }
    deny = {
        "Sid": "OnlyOverTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sqs:SendMessage",
        "Resource": own_queues,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return {
        "Type": "AWS::SQS::QueuePolicy",
        "Properties": {
            "Queues": [ref(queue_id) for queue_id in queue_ids],
            "PolicyDocument": {"Version": "2012-10-17", "Statement": [allow, deny]},
        },
    }


def _queue(name: str, retention: int, **properties: Any) -> dict[str, Any]:
    return {
        "Type": "AWS::SQS::Queue",
        "Properties": {
            "QueueName": stack_name(name),
            "MessageRetentionPeriod": retention,
            "SqsManagedSseEnabled": True,
            **properties,
        },
    }


def _rule(trigger: QueueTrigger) -> dict[str, Any]:
    target = {
        "Id": "queue",
        "Arn": arn(queue_id(trigger.queue)),
        "DeadLetterConfig": {"Arn": arn(dead_letters_id(trigger.queue))},
    }
    return {
        "Type": "AWS::Events::Rule",
        "Properties": {
            "EventBusName": ref("Bus"),
            "EventPattern": {
                "source": [EVENT_SOURCE],
                "detail-type": list(trigger.subscription),
            },
            "Targets": [target],
        },
    }
