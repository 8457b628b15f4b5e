"""Deploys the built packages with the committed template as `sam deploy` does: upload, stack."""

from __future__ import annotations

import json
import time
import zipfile
from pathlib import Path
from typing import Any

from infra.local.stack import client_settings
from infra.local.template import Template, load

STACK = "rapport-e2e"
_BUCKET = "rapport-e2e-packages"
_PARAMETERS = {"Stage": "prod", "PublicUrl": "https://crm.example.com"}


class DeploymentFailed(Exception):
    """The stack did not come up; the message says which resource and why."""


class Deployment:
    """A stack in the emulator."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.outputs: dict[str, str] = {}
        self.resources: dict[str, str] = {}

    def client(self, service: str) -> Any:
        """A boto3 client of the emulator."""
        import boto3

        make: Any = boto3.client
        return make(service, **client_settings(self.endpoint))

    def deploy(self, template_file: Path, packages: Path) -> None:
        """Upload code and layer and create the stack. Raises DeploymentFailed."""
        template = load(template_file)
        files = self.client("s3")
        files.create_bucket(Bucket=_BUCKET)
        for name in ("functions", "layer"):
            archive = _archive(packages / name)
            files.upload_file(str(archive), _BUCKET, archive.name)
        body = json.dumps(_packaged(template), default=str)
        files.put_object(Bucket=_BUCKET, Key="template.json", Body=body.encode())
        known = template.content.get("Parameters") or {}
        self.client("cloudformation").create_stack(
            StackName=STACK,
            TemplateURL=f"{self.endpoint}/{_BUCKET}/template.json",
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
            Parameters=[
                {"ParameterKey": name, "ParameterValue": value}
                for name, value in _PARAMETERS.items()
                if name in known
            ],
        )
        self._await_stack()

    @property
    def api(self) -> str:
        """The path under which the emulator serves the deployed API stage."""
        return f"/_aws/execute-api/{self.resources['Api']}/{_PARAMETERS['Stage']}"

    def queue_url(self, logical_id: str) -> str:
        """The URL of a queue of the stack."""
        return self.resources[logical_id]

    def _await_stack(self) -> None:
        cloud = self.client("cloudformation")
        while True:
            stack = cloud.describe_stacks(StackName=STACK)["Stacks"][0]
            if not stack["StackStatus"].endswith("IN_PROGRESS"):
                break
            time.sleep(0.1)
        if stack["StackStatus"] != "CREATE_COMPLETE":
            raise DeploymentFailed(f"{stack['StackStatus']}: {_reasons(cloud)}")
        self.outputs = {o["OutputKey"]: o["OutputValue"] for o in stack["Outputs"]}
        pages = cloud.get_paginator("list_stack_resources").paginate(StackName=STACK)
        self.resources = {
            resource["LogicalResourceId"]: resource["PhysicalResourceId"]
            for page in pages
            for resource in page["StackResourceSummaries"]
        }


def _archive(folder: Path) -> Path:
    """A package as the upload wants it; not compressed, as it travels within this machine."""
    archive = folder.with_suffix(".zip")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as file:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                file.write(path, path.relative_to(folder))
    return archive


def _packaged(template: Template) -> dict[str, Any]:
    """The template with the uploaded packages in the place of local folders."""
    content: dict[str, Any] = json.loads(json.dumps(template.content, default=str))
    content["Globals"]["Function"]["CodeUri"] = {"Bucket": _BUCKET, "Key": "functions.zip"}
    resources: dict[str, Any] = content["Resources"]
    for logical_id in [name for name, given in resources.items() if _is_metric_math(given)]:
        del resources[logical_id]
    for resource in resources.values():
        properties = resource.get("Properties") or {}
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            properties["ContentUri"] = {"Bucket": _BUCKET, "Key": "layer.zip"}
    return content


def _is_metric_math(resource: dict[str, Any]) -> bool:
    """The emulator knows alarms on one metric only; cfn-lint checks the others."""
    alarm = resource["Type"] == "AWS::CloudWatch::Alarm"
    return alarm and "Metrics" in resource["Properties"]


def _reasons(cloud: Any) -> str:
    events = cloud.describe_stack_events(StackName=STACK)["StackEvents"]
    return "; ".join(
        f"{event['LogicalResourceId']}: {event['ResourceStatusReason']}"
        for event in reversed(events)
        if "FAILED" in event["ResourceStatus"] and event.get("ResourceStatusReason")
    )
