"""Queues, the dead letters that those of one use case share, and the bus rules that fill them."""

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
from infra.synth.registry import QueueTrigger, UseCase
from infra.synth.sizing import UseCaseSize, queue_handlers

EVENT_SOURCE = "rapport"
UNDELIVERED = "UndeliveredEvents"
"""Where the bus leaves an event that a queue did not take (infra/base.yaml)."""

TWO_WEEKS = 14 * 86_400
FOUR_DAYS = 4 * 86_400


def resources(case: UseCase, size: UseCaseSize) -> Resources:
    """The queues of a use case, their rules on the bus, and one queue for its dead letters.

    A dead letter carries the ARN of the queue it failed in, and goes back there when redriven.
    """
    dead = dead_letters_id(case.name)
    found: Resources = {}
    for handler in queue_handlers(case):
        trigger: QueueTrigger = handler.trigger
        own = size.functions[handler.name]
        found[queue_id(trigger.queue)] = _queue(
            trigger.queue,
            FOUR_DAYS,
            # Lambda may hold a batch for its timeout, the window, and retries after throttling.
            VisibilityTimeout=6 * own.timeout + trigger.window,
            RedrivePolicy={"deadLetterTargetArn": arn(dead), "maxReceiveCount": own.attempts},
        )
        if trigger.pattern:
            found[f"{pascal(trigger.queue)}Rule"] = _rule(trigger)
    return found | {dead: _queue(f"{case.name}-dlq", TWO_WEEKS)} if found else {}


def policy(subscribed: Iterable[QueueTrigger]) -> Resources:
    """One policy for all subscribed queues: this stack's bus may send to them, over TLS only."""
    ids = [queue_id(trigger.queue) for trigger in subscribed]
    return {"EventsIntoQueues": _policy([*ids, UNDELIVERED], _from_bus())} if ids else {}


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
        # Not the dead letters: these failed in a queue and can be redriven to it, this did not.
        "DeadLetterConfig": {"Arn": arn(UNDELIVERED)},
    }
    return {
        "Type": "AWS::Events::Rule",
        "Properties": {
            "EventBusName": ref("Bus"),
            "EventPattern": {"source": [EVENT_SOURCE], **trigger.pattern},
            "Targets": [target],
        },
    }
