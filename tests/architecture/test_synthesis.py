"""Each kind of trigger becomes the resources it needs; contradictions are told in a line."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.synth import registry, sizing
from infra.synth.errors import SynthError
from infra.synth.expansion import of_type
from infra.synth.outputs import BASE
from infra.synth.template import synthesise
from tests.architecture.conftest import SAMPLE, SAMPLE_SIZES


def problems_of(tmp_path: Path, change: tuple[str, str]) -> list[str]:
    """What synth says when the sample's functions.yaml is changed like this."""
    text = SAMPLE_SIZES.read_text("utf-8")
    assert change[0] in text
    changed = tmp_path / "functions.yaml"
    changed.write_text(text.replace(*change), "utf-8")
    with pytest.raises(SynthError) as caught:
        synthesise(SAMPLE, BASE, changed)
    return list(caught.value.problems)


def test_routes_of_one_use_case_share_one_function(sample: dict[str, Any]) -> None:
    paths = sample["Resources"]["Api"]["Properties"]["DefinitionBody"]["paths"]
    targets = {
        json.dumps(operation["x-amazon-apigateway-integration"]["uri"])
        for path in paths.values()
        for method, operation in path.items()
        if method in {"get", "post"}
    }
    assert len(targets) == 1
    assert "LettersApi.Arn" in targets.pop()
    assert sample["Resources"]["LettersApi"]["Properties"]["Handler"] == f"{SAMPLE}.letters.app.app"


def test_only_public_routes_do_without_the_authorizer(sample: dict[str, Any]) -> None:
    paths = sample["Resources"]["Api"]["Properties"]["DefinitionBody"]["paths"]
    assert paths["/v1/letters"]["get"]["security"] == [{"caller": []}]
    assert "security" not in paths["/v1/boxes/{token}/letters"]["post"]


def test_path_parameters_are_declared(sample: dict[str, Any]) -> None:
    paths = sample["Resources"]["Api"]["Properties"]["DefinitionBody"]["paths"]
    (parameter,) = paths["/v1/letters/{letter_id}"]["get"]["parameters"]
    assert (parameter["name"], parameter["in"], parameter["required"]) == (
        "letter_id",
        "path",
        True,
    )


def test_a_route_open_to_other_sites_answers_the_browsers_question(sample: dict[str, Any]) -> None:
    paths = sample["Resources"]["Api"]["Properties"]["DefinitionBody"]["paths"]
    preflight = paths["/v1/boxes/{token}/letters"]["options"]
    assert preflight["x-amazon-apigateway-integration"]["type"] == "mock"
    assert "options" not in paths["/v1/letters"]


def test_the_gateways_own_answers_are_problem_details(sample: dict[str, Any]) -> None:
    body = sample["Resources"]["Api"]["Properties"]["DefinitionBody"]
    for name, response in body["x-amazon-apigateway-gateway-responses"].items():
        problem = json.loads(response["responseTemplates"]["application/json"])
        assert {"type", "title", "code", "request_id"} <= problem.keys(), name
        content_type = response["responseParameters"]["gatewayresponse.header.Content-Type"]
        assert content_type == "'application/problem+json'"
        assert problem.get("status", 0) == int(response.get("statusCode", 0))


def test_events_reach_the_subscribed_queue_only(expanded_sample: dict[str, Any]) -> None:
    rules = of_type(expanded_sample, "AWS::Events::Rule")
    rule = rules["LetterPostedRule"]
    assert rule["EventPattern"] == {
        "source": ["rapport"],
        "detail-type": ["letter.dropped.v1", "letter.posted.v1"],
    }
    assert rule["Targets"][0]["Arn"] == {"Fn::GetAtt": ["LetterPostedQueue", "Arn"]}
    assert "LetterTimersRule" not in rules


def test_a_queue_that_follows_records_gets_whatever_concerns_them(
    expanded_sample: dict[str, Any],
) -> None:
    rule = of_type(expanded_sample, "AWS::Events::Rule")["LetterFileRule"]
    assert rule["EventPattern"] == {
        "source": ["rapport"],
        "detail": {"concerns": [{"prefix": "hou_"}, {"prefix": "str_"}]},
    }


def test_the_queues_of_one_use_case_share_their_dead_letters(
    expanded_sample: dict[str, Any],
) -> None:
    queues = of_type(expanded_sample, "AWS::SQS::Queue")
    targets = {
        json.dumps(queue["RedrivePolicy"]["deadLetterTargetArn"])
        for queue in queues.values()
        if "RedrivePolicy" in queue
    }
    assert targets == {'{"Fn::GetAtt": ["LettersDeadLetters", "Arn"]}'}
    alarm = of_type(expanded_sample, "AWS::CloudWatch::Alarm")["LettersDeadLettersAlarm"]
    assert alarm["Dimensions"][0]["Value"] == {"Fn::GetAtt": ["LettersDeadLetters", "QueueName"]}


def test_what_the_bus_cannot_deliver_is_kept_apart_from_dead_letters(
    expanded_sample: dict[str, Any],
) -> None:
    undelivered = {"Arn": {"Fn::GetAtt": ["UndeliveredEvents", "Arn"]}}
    for rule in of_type(expanded_sample, "AWS::Events::Rule").values():
        for target in rule["Targets"]:
            if "Queue" in json.dumps(target["Arn"]):
                assert target["DeadLetterConfig"] == undelivered
    policy = of_type(expanded_sample, "AWS::SQS::QueuePolicy")["EventsIntoQueues"]
    assert {"Ref": "UndeliveredEvents"} in policy["Queues"]


def test_the_api_calls_its_functions_by_one_role(
    sample: dict[str, Any], expanded_sample: dict[str, Any]
) -> None:
    role = {"Fn::GetAtt": ["ApiRole", "Arn"]}
    body = sample["Resources"]["Api"]["Properties"]["DefinitionBody"]
    for path in body["paths"].values():
        for operation in path.values():
            integration = operation["x-amazon-apigateway-integration"]
            if integration["type"] == "aws_proxy":
                assert integration["credentials"] == role
    (scheme,) = body["components"]["securitySchemes"].values()
    assert scheme["x-amazon-apigateway-authorizer"]["authorizerCredentials"] == role
    (statement,) = statements_of(sample["Resources"]["ApiRole"])
    names = [resource["Fn::GetAtt"][0] for resource in statement["Resource"]]
    assert sorted(names) == ["DoorsAuthorize", "LettersApi"]
    permissions = of_type(expanded_sample, "AWS::Lambda::Permission")
    assert list(permissions) == ["ClocksSweepClockPermission"]


def test_a_further_consumer_costs_four_resources(expanded_sample: dict[str, Any]) -> None:
    added = {name for name in expanded_sample["Resources"] if "KeepOnFile" in name}
    added |= {name for name in expanded_sample["Resources"] if name.startswith("LetterFile")}
    assert len(added) == 4


def test_a_queue_mapping_reports_partial_failures_and_is_bounded(
    expanded_sample: dict[str, Any],
) -> None:
    mappings = of_type(expanded_sample, "AWS::Lambda::EventSourceMapping")
    mapping = mappings["LettersDeliverLetterPosted"]
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": 4}
    assert (mapping["BatchSize"], mapping["MaximumBatchingWindowInSeconds"]) == (10, 1)


def test_a_stream_mapping_gives_up_into_a_queue_and_filters_first(
    expanded_sample: dict[str, Any],
) -> None:
    mapping = of_type(expanded_sample, "AWS::Lambda::EventSourceMapping")["ClocksPublishChanges"]
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["MaximumRetryAttempts"] == 10
    failed = {"Fn::GetAtt": ["FailedRecords", "Arn"]}
    assert mapping["DestinationConfig"] == {"OnFailure": {"Destination": failed}}
    (pattern,) = mapping["FilterCriteria"]["Filters"]
    expected = {"dynamodb": {"NewImage": {"events": {"S": [{"exists": True}]}}}}
    assert json.loads(pattern["Pattern"]) == expected


def test_a_wildcard_to_send_to_means_exactly_the_queues_that_match(sample: dict[str, Any]) -> None:
    statements = statements_of(sample["Resources"]["ClocksRole"])
    sending = [s for s in statements if "sqs:GetQueueUrl" in s["Action"]]
    assert [s["Resource"] for s in sending] == [[{"Fn::GetAtt": ["LetterTimersQueue", "Arn"]}]]


def test_a_role_holds_only_what_was_asked_for(sample: dict[str, Any]) -> None:
    actions = {a for s in statements_of(sample["Resources"]["DoorsRole"]) for a in s["Action"]}
    assert actions == {
        "dynamodb:BatchGetItem",
        "dynamodb:GetItem",
        "dynamodb:Query",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
    }


def test_a_command_is_called_by_nothing_but_its_name(expanded_sample: dict[str, Any]) -> None:
    function = of_type(expanded_sample, "AWS::Lambda::Function")["DoorsRepaint"]
    assert function["Handler"] == f"{SAMPLE}.doors.app.repaint"
    mentions = {
        name
        for name, resource in expanded_sample["Resources"].items()
        if "DoorsRepaint" in json.dumps(resource) and name != "DoorsRepaint"
    }
    assert mentions == {"DoorsErrorsAlarm"}


def test_a_silent_heartbeat_rings(sample: dict[str, Any]) -> None:
    alarm = sample["Resources"]["ClocksSweepSilentAlarm"]["Properties"]
    assert alarm["MetricName"] == "SweeperHeartbeat"
    assert alarm["TreatMissingData"] == "breaching"
    assert alarm["Dimensions"] == [{"Name": "service", "Value": "clocks"}]


def test_the_same_code_gives_the_same_text() -> None:
    first = synthesise(SAMPLE, BASE, SAMPLE_SIZES)
    assert first == synthesise(SAMPLE, BASE, SAMPLE_SIZES)
    assert "&id" not in first


def test_a_trigger_without_an_entry_is_an_error(tmp_path: Path) -> None:
    change = ("    remind: {timeout: 30}\n", "")
    assert problems_of(tmp_path, change) == [
        "letters.remind: has a trigger, but no entry in functions.yaml"
    ]


def test_an_entry_without_a_trigger_is_an_error(tmp_path: Path) -> None:
    change = ("    remind: {timeout: 30}\n", "    remind: {timeout: 30}\n    forget: {}\n")
    assert problems_of(tmp_path, change) == [
        f"letters.forget: in functions.yaml, but has no trigger in {SAMPLE}.letters.app"
    ]


def test_an_entry_for_a_missing_use_case_is_an_error(tmp_path: Path) -> None:
    change = ("doors:", "gates: {functions: {}}\ndoors:")
    assert problems_of(tmp_path, change) == [
        "gates: in functions.yaml, but there is no functions/gates/app.py"
    ]


def test_sending_to_a_queue_that_nobody_reads_is_an_error(tmp_path: Path) -> None:
    change = ('"*-timers"', '"*-timers", letter-burnt')
    assert problems_of(tmp_path, change) == [
        "clocks: sends to queue letter-burnt, which no handler reads"
    ]


def test_a_setting_that_the_trigger_does_not_know_is_an_error(tmp_path: Path) -> None:
    change = ("remind: {timeout: 30}", "remind: {timeout: 30, heartbeat: Knock}")
    assert problems_of(tmp_path, change) == [
        "letters.remind: 'heartbeat' means nothing for this kind of trigger"
    ]


def test_an_unknown_right_is_an_error(tmp_path: Path) -> None:
    (first, *rest) = problems_of(tmp_path, ("events.publish", "events.everything"))
    assert "validation error" in first
    assert any("events.everything" in line for line in rest)


def test_two_use_cases_that_scan_are_an_error(tmp_path: Path) -> None:
    text = SAMPLE_SIZES.read_text("utf-8").replace("access: [table.read", "access: [table.scan")
    changed = tmp_path / "functions.yaml"
    changed.write_text(text, "utf-8")
    with pytest.raises(SynthError) as caught:
        synthesise(SAMPLE, BASE, changed)
    assert caught.value.problems == (
        "letters and doors and clocks: only one use case may scan the table",
    )


def test_a_large_batch_without_a_window_is_an_error() -> None:
    def hurried(handler: registry.Handler) -> registry.Handler:
        trigger = handler.trigger
        if isinstance(trigger, registry.QueueTrigger) and trigger.queue == "letter-posted":
            return replace(handler, trigger=replace(trigger, batch_size=50, window=0))
        return handler

    cases = [
        replace(case, handlers=tuple(hurried(handler) for handler in case.handlers))
        for case in registry.load(SAMPLE)
    ]
    with pytest.raises(SynthError) as caught:
        sizing.check(cases, sizing.load(SAMPLE_SIZES))
    assert caught.value.problems == (
        "queue letter-posted: batches above 10 need a window of a second or more",
    )


def test_all_contradictions_are_told_at_once() -> None:
    sizes = sizing.load(SAMPLE_SIZES)
    del sizes["doors"]
    letters = sizes["letters"]
    fewer = {name: size for name, size in letters.functions.items() if name != "api"}
    sizes["letters"] = letters.model_copy(update={"functions": fewer})
    with pytest.raises(SynthError) as caught:
        sizing.check(registry.load(SAMPLE), sizes)
    assert len(caught.value.problems) == 2


def statements_of(role: dict[str, Any]) -> list[dict[str, Any]]:
    """The statements of a role's only policy."""
    (policy,) = role["Properties"]["Policies"]
    return policy["PolicyDocument"]["Statement"]
