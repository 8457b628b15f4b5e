"""What is read from a template: both spellings, routes, sources, what the emulator must hold."""

from pathlib import Path
from typing import Any

import pytest

from infra.local import plan, stack, template
from infra.local.template import TemplateError, points_at

SAMPLE = Path(__file__).parents[2] / "integration/local/sample/template.yaml"
PRODUCT = Path(__file__).parents[3] / "template.yaml"


@pytest.fixture(scope="module")
def sample() -> template.Template:
    return template.load(SAMPLE)


@pytest.mark.parametrize(
    ("value", "logical_id"),
    [
        ("Table", "Table"),
        ({"Ref": "Table"}, "Table"),
        ({"Fn::GetAtt": ["Table", "Arn"]}, "Table"),
        ({"Fn::GetAtt": "Table.Arn"}, "Table"),
        ({"Fn::Sub": "arn:${AWS::Partition}:x:${LeadsApi.Arn}/invocations"}, "LeadsApi"),
        ({"Fn::Sub": ["${LeadsApi.Arn}", {}]}, "LeadsApi"),
        ({"Fn::Join": ["", ["arn:", {"Fn::GetAtt": ["LeadsApi", "Arn"]}]]}, "LeadsApi"),
    ],
)
def test_a_reference_names_its_resource(value: Any, logical_id: str) -> None:
    assert points_at(value) == logical_id


def test_a_reference_that_names_nothing_is_refused() -> None:
    with pytest.raises(TemplateError):
        points_at({"Fn::ImportValue": "other-stack"})


def test_the_plan_is_what_the_template_says(sample: template.Template) -> None:
    read = plan.read(sample)
    routes = {(route.method, route.path): route for route in read.routes}
    assert routes["GET", "/items/{id}"].authorizer == "caller"
    assert routes["GET", "/healthz"].authorizer is None
    assert routes["OPTIONS", "/echo/{name}"].function is None
    assert read.authorizers["caller"].function == "SampleWho"
    assert read.authorizers["caller"].ttl == 60
    assert read.functions["SampleApi"].timeout == 20
    assert read.functions["SampleTick"].attempts == 3
    (queue,) = read.queues
    assert (queue.function, queue.queue, queue.concurrency) == ("SampleWork", "WorkQueue", 2)
    (stream,) = read.streams
    assert (stream.table, stream.failures_to, stream.attempts) == ("Table", "FailedRecords", 1)
    assert stream.filters[0]["dynamodb"]["NewImage"]["events"] == {"S": [{"exists": True}]}
    assert [schedule.expression for schedule in read.schedules] == ["rate(1 minute)"]


def test_the_emulator_gets_data_resources_only(sample: template.Template) -> None:
    body = stack.reduced(sample, plan.read(sample))
    kinds = {resource["Type"] for resource in body["Resources"].values()}
    assert kinds == {
        "AWS::DynamoDB::Table",
        "AWS::SQS::Queue",
        "AWS::Events::EventBus",
        "AWS::Events::Rule",
    }
    assert body["Outputs"]["EnvTABLENAME"] == {"Value": {"Ref": "Table"}}
    assert "EnvAPIID" not in body["Outputs"]  # nothing local has that name


def test_variables_are_resolved_from_outputs(sample: template.Template) -> None:
    outputs = {"EnvSTAGE": "local", "EnvTABLENAME": "t", "EnvBUSNAME": "b"}
    assert stack.environment(sample, outputs) == {
        "STAGE": "local",
        "TABLE_NAME": "t",
        "BUS_NAME": "b",
        "API_ID": "",
        "PUBLIC_URL": "",
    }


def test_the_products_template_can_be_served() -> None:
    source = template.load(PRODUCT)
    read = plan.read(source)
    used = {route.function for route in read.routes if route.function}
    used |= {fed.function for fed in (*read.queues, *read.streams, *read.schedules)}
    used |= {authorizer.function for authorizer in read.authorizers.values()}
    assert used <= set(read.functions)  # the others are commands of the operator
    body = stack.reduced(source, read)
    assert all(f"Url{queue.queue}" in body["Outputs"] for queue in read.queues)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "not valid YAML"),
        ("[]", "no Resources"),
        ("Resources: {F: {Type: AWS::Serverless::Function, Properties: {}}}", "no Handler"),
        ("Resources: {A: {Type: AWS::Serverless::Api, Properties: {}}}", "no DefinitionBody"),
    ],
)
def test_a_template_that_cannot_be_served_says_why(
    tmp_path: Path, content: str, words: str
) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(content)
    with pytest.raises(TemplateError, match=words):
        plan.read(template.load(path))


def test_a_missing_template_says_so(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="cannot be read"):
        template.load(tmp_path / "template.yaml")
