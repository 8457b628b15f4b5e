"""Creates the stack's resources in the embedded cloud: the same template, without its functions.

CloudFormation there resolves every reference; what the runtime needs to know comes back as outputs.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Iterator
from typing import Any

from infra.local.plan import Plan
from infra.local.template import Template, TemplateError
from infra.local.wire import REGION

STACK = "rapport"
PARAMETERS = {"Stage": "local"}
_KEPT_KINDS = (
    "AWS::DynamoDB::Table",
    "AWS::Events::EventBus",
    "AWS::Events::Rule",
    "AWS::SQS::Queue",
    "AWS::S3::Bucket",
    "AWS::Cognito::UserPool",
    "AWS::Cognito::UserPoolClient",
    "AWS::Cognito::UserPoolGroup",
    "AWS::SecretsManager::Secret",
)
_PSEUDO = re.compile(r"AWS::\w+")
_SUB_NAMES = re.compile(r"\$\{([^!][^}.]*)[^}]*\}")


def reduced(template: Template, plan: Plan) -> dict[str, Any]:
    """The template with only what the emulator must hold, and an output per thing to know."""
    resources = {
        name: {key: value for key, value in resource.items() if key != "DependsOn"}
        for name, resource in template.resources.items()
        if resource["Type"] in _KEPT_KINDS and not _is_schedule(resource)
    }
    parameters = template.content.get("Parameters") or {}
    known = {*resources, *parameters}
    outputs = {
        name: {"Value": value}
        for name, value in _wanted(template, plan).items()
        if all(reference in known for reference in _references(value))
    }
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": parameters,
        "Conditions": template.content.get("Conditions") or {},
        "Resources": resources,
        "Outputs": outputs,
    }


def digest(body: dict[str, Any]) -> str:
    """Tells whether a stack is up to date."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def deploy(endpoint: str, body: dict[str, Any]) -> dict[str, str]:
    """Create or update the stack and give its outputs. Raises TemplateError with the reason."""
    import boto3
    from botocore.exceptions import ClientError

    make: Any = boto3.client
    cloud = make("cloudformation", **client_settings(endpoint))
    request = {
        "StackName": STACK,
        "TemplateBody": json.dumps(body, separators=(",", ":")),
        "Parameters": [
            {"ParameterKey": name, "ParameterValue": PARAMETERS[name]}
            for name in body["Parameters"]
            if name in PARAMETERS
        ],
    }
    try:
        if _exists(cloud):
            cloud.update_stack(**request)
        else:
            cloud.create_stack(**request)
    except ClientError as error:
        if "No updates are to be performed" not in str(error):
            raise TemplateError(f"template.yaml was refused: {error}") from error
    return _outputs(cloud)


def verify_sender(endpoint: str, address: str) -> None:
    """Let functions send mail in this name; SES refuses senders that nobody has verified."""
    import boto3
    from botocore.exceptions import ClientError

    make: Any = boto3.client
    mail = make("sesv2", **client_settings(endpoint))
    try:
        mail.create_email_identity(EmailIdentity=address)
    except ClientError as error:
        if error.response["Error"]["Code"] != "AlreadyExistsException":
            raise TemplateError(f"mail cannot be sent from {address}: {error}") from error


def client_settings(endpoint: str) -> dict[str, str]:
    """What boto3 needs to reach the embedded cloud and nothing else."""
    return {
        "endpoint_url": endpoint,
        "region_name": REGION,
        "aws_access_key_id": "test",
        "aws_secret_access_key": "test",
    }


def environment(template: Template, outputs: dict[str, str]) -> dict[str, str]:
    """The functions' shared variables with resolved values; empty where nothing local exists."""
    return {
        name: outputs.get(f"Env{_key(name)}", value if isinstance(value, str) else "")
        for name, value in template.environment().items()
    }


def isolation(endpoint: str, base_url: str) -> dict[str, str]:
    """Functions see the embedded cloud only: never a real account, a proxy or a tracing daemon."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_SESSION_TOKEN": "",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
        "PUBLIC_URL": base_url,
        "POWERTOOLS_SERVICE_NAME": "rapport",
        "POWERTOOLS_TRACE_DISABLED": "true",
        "POWERTOOLS_METRICS_DISABLED": "true",
    }


def queues(outputs: dict[str, str]) -> dict[str, dict[str, str]]:
    """URL and ARN of each queue by logical id."""
    urls = {k.removeprefix("Url"): v for k, v in outputs.items() if k.startswith("Url")}
    return {name: {"url": url, "arn": outputs[f"Arn{name}"]} for name, url in urls.items()}


def streams(outputs: dict[str, str]) -> dict[str, str]:
    """Stream ARN of each table by logical id."""
    return {k.removeprefix("Stream"): v for k, v in outputs.items() if k.startswith("Stream")}


def _wanted(template: Template, plan: Plan) -> dict[str, Any]:
    wanted: dict[str, Any] = {
        f"Env{_key(name)}": value
        for name, value in template.environment().items()
        if not isinstance(value, str)
    }
    for name, _ in template.of_type("AWS::SQS::Queue"):
        wanted[f"Url{name}"] = {"Ref": name}
        wanted[f"Arn{name}"] = {"Fn::GetAtt": [name, "Arn"]}
    for source in plan.streams:
        wanted[f"Stream{source.table}"] = {"Fn::GetAtt": [source.table, "StreamArn"]}
    return wanted


def _key(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", name)


def _is_schedule(resource: dict[str, Any]) -> bool:
    return "ScheduleExpression" in (resource.get("Properties") or {})


def _references(value: Any) -> Iterator[str]:
    """Logical ids and parameters that a value mentions."""
    match value:
        case {"Ref": str(name)}:
            names = [name]
        case {"Fn::GetAtt": [str(name), *_]}:
            names = [name]
        case {"Fn::Sub": str(text)}:
            names = [name.strip() for name in _SUB_NAMES.findall(text)]
        case dict():
            names = [name for item in value.values() for name in _references(item)]
        case list():
            names = [name for item in value for name in _references(item)]
        case _:
            names = []
    yield from (name for name in names if not _PSEUDO.fullmatch(name))


def _exists(cloud: Any) -> bool:
    return any(stack["StackName"] == STACK for stack in cloud.describe_stacks()["Stacks"])


def _outputs(cloud: Any) -> dict[str, str]:
    while True:
        stack = cloud.describe_stacks(StackName=STACK)["Stacks"][0]
        status: str = stack["StackStatus"]
        if not status.endswith("IN_PROGRESS"):
            break
        time.sleep(0.05)
    if status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        raise TemplateError(f"the stack ended as {status}: {_reason(cloud)}")
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs") or []}


def _reason(cloud: Any) -> str:
    for event in reversed(cloud.describe_stack_events(StackName=STACK)["StackEvents"]):
        if event["ResourceStatus"].endswith("FAILED") and event.get("ResourceStatusReason"):
            return f"{event['LogicalResourceId']}: {event['ResourceStatusReason']}"
    return "no reason given"
