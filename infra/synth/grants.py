"""One role per use case: exactly the actions that functions.yaml and the triggers call for."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any

from infra.synth.names import Resources, arn, attribute, logs_id, queue_id, ref, role_id, sub
from infra.synth.registry import QueueTrigger, ScheduleTrigger, StreamTrigger, UseCase
from infra.synth.sizing import UseCaseSize

Statement = dict[str, Any]

_TABLE = [arn("Table")]
_TABLE_AND_INDEXES = [arn("Table"), sub("${Table.Arn}/index/*")]

GRANTS: dict[str, list[Statement]] = {
    # No Scan: nothing that serves people may read the table from end to end.
    "table.read": [
        {"Action": ["dynamodb:GetItem", "dynamodb:BatchGetItem"], "Resource": _TABLE},
        {"Action": ["dynamodb:Query"], "Resource": _TABLE_AND_INDEXES},
    ],
    "table.write": [
        {
            "Action": [
                "dynamodb:PutItem",
                "dynamodb:UpdateItem",
                "dynamodb:DeleteItem",
                "dynamodb:BatchWriteItem",
                "dynamodb:ConditionCheckItem",
            ],
            "Resource": _TABLE,
        }
    ],
    # One use case's maintenance jobs: what a tenant takes along when it leaves, and its removal.
    "table.scan": [{"Action": ["dynamodb:Scan"], "Resource": _TABLE}],
    "events.publish": [{"Action": ["events:PutEvents"], "Resource": [arn("Bus")]}],
    "files.read": [
        {"Action": ["s3:GetObject"], "Resource": [sub("${FilesBucket.Arn}/*")]},
        # Without the right to list, a missing object answers 403 instead of 404.
        {"Action": ["s3:ListBucket"], "Resource": [arn("FilesBucket")]},
    ],
    "files.write": [
        {
            "Action": ["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
            "Resource": [sub("${FilesBucket.Arn}/*")],
        }
    ],
    # Former versions too: what was erased may not come back from behind a delete marker.
    "files.purge": [
        {"Action": ["s3:DeleteObjectVersion"], "Resource": [sub("${FilesBucket.Arn}/*")]},
        {"Action": ["s3:ListBucketVersions"], "Resource": [arn("FilesBucket")]},
    ],
    "users": [
        {
            "Action": [
                "cognito-idp:AdminCreateUser",
                "cognito-idp:AdminDisableUser",
                "cognito-idp:AdminEnableUser",
                "cognito-idp:AdminInitiateAuth",
                "cognito-idp:AdminRespondToAuthChallenge",
                "cognito-idp:AdminSetUserMFAPreference",
                "cognito-idp:AdminSetUserPassword",
                "cognito-idp:AdminUserGlobalSignOut",
            ],
            "Resource": [arn("UserPool")],
        }
    ],
    "users.remove": [{"Action": ["cognito-idp:AdminDeleteUser"], "Resource": [arn("UserPool")]}],
    "mail": [
        {
            "Action": ["ses:SendEmail"],
            "Resource": [
                sub("arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/*")
            ],
            "Condition": {"StringEquals": {"ses:FromAddress": ref("MailFrom")}},
        }
    ],
    "signing": [{"Action": ["secretsmanager:GetSecretValue"], "Resource": [ref("SigningSecret")]}],
}


def role(case: UseCase, size: UseCaseSize, all_queues: Iterable[str]) -> Resources:
    """The role that all functions of a use case share."""
    statements = _always(case) + _triggers(case) + _sending(size, all_queues)
    for grant in size.access:
        statements += GRANTS[grant]
    return {
        role_id(case.name): {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "Description": f"What the functions of {case.name} may do",
                "AssumeRolePolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "lambda.amazonaws.com"},
                            "Action": "sts:AssumeRole",
                        }
                    ],
                },
                "Policies": [
                    {
                        "PolicyName": case.name,
                        "PolicyDocument": {
                            "Version": "2012-10-17",
                            "Statement": [{"Effect": "Allow", **entry} for entry in statements],
                        },
                    }
                ],
            },
        }
    }


def _always(case: UseCase) -> list[Statement]:
    return [
        {
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": [arn(logs_id(case.name))],
        },
        # X-Ray knows no resources: its two write actions can only be granted on all.
        {"Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "Resource": "*"},
    ]


def _triggers(case: UseCase) -> list[Statement]:
    triggers = [handler.trigger for handler in case.handlers]
    queues = [arn(queue_id(t.queue)) for t in triggers if isinstance(t, QueueTrigger)]
    found: list[Statement] = []
    if queues:
        actions = [
            "ReceiveMessage",
            "DeleteMessage",
            "ChangeMessageVisibility",
            "GetQueueAttributes",
        ]
        found.append({"Action": [f"sqs:{action}" for action in actions], "Resource": queues})
    if any(isinstance(trigger, StreamTrigger) for trigger in triggers):
        actions = ["DescribeStream", "GetRecords", "GetShardIterator"]
        stream = [attribute("Table", "StreamArn")]
        found.append({"Action": [f"dynamodb:{action}" for action in actions], "Resource": stream})
        found.append({"Action": ["sqs:SendMessage"], "Resource": [arn("FailedRecords")]})
    if any(isinstance(trigger, ScheduleTrigger) for trigger in triggers):
        found.append({"Action": ["sqs:SendMessage"], "Resource": [arn("FailedInvocations")]})
    return found


def _sending(size: UseCaseSize, all_queues: Iterable[str]) -> list[Statement]:
    names = sorted(q for q in all_queues if any(fnmatchcase(q, wanted) for wanted in size.send))
    if not names:
        return []
    queues = [arn(queue_id(name)) for name in names]
    return [{"Action": ["sqs:SendMessage", "sqs:GetQueueUrl"], "Resource": queues}]
