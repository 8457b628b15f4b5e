"""The committed template, and the sample product's, keep to the rules of the house."""

import json
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import pytest
import yaml
from cfnlint.api import lint
from cfnlint.config import ManualArgs

from infra.synth.expansion import REGION, expand
from infra.synth.outputs import ROOT, drifted
from tests.architecture import rules

TEMPLATE = ROOT / "template.yaml"


@pytest.fixture(scope="session", params=["product", "sample"])
def template(request: pytest.FixtureRequest, sample: dict[str, Any]) -> dict[str, Any]:
    """The product's committed template; then the sample's, which has one trigger of each kind."""
    if request.param == "sample":
        return sample
    return yaml.safe_load(TEMPLATE.read_text("utf-8"))


@pytest.fixture(scope="session")
def expanded(template: dict[str, Any]) -> dict[str, Any]:
    """The template in plain CloudFormation."""
    return expand(template)


RULES: list[Callable[[dict[str, Any]], Collection[str]]] = [
    rules.queues_without_dead_letters,
    rules.dead_letters_without_alarm,
    rules.functions_without_error_alarm,
    rules.mappings_without_partial_failures,
    rules.async_functions_without_failure_destination,
    rules.stream_mappings_without_failure_queue,
    rules.allowed_wildcards,
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_there_are_no(
    rule: Callable[[dict[str, Any]], Collection[str]], expanded: dict[str, Any]
) -> None:
    assert not rule(expanded)


def test_the_stack_stays_well_below_cloudformations_limit(expanded: dict[str, Any]) -> None:
    assert len(expanded["Resources"]) <= rules.MAX_RESOURCES


def test_the_template_stays_below_cloudformations_size(expanded: dict[str, Any]) -> None:
    assert len(json.dumps(expanded)) <= rules.MAX_CHARACTERS
    assert TEMPLATE.stat().st_size <= rules.MAX_CHARACTERS


def test_the_api_stays_below_the_gateways_limit(template: dict[str, Any]) -> None:
    assert rules.path_nodes(template) <= rules.MAX_PATH_NODES


def test_roles_stay_below_iams_limit(expanded: dict[str, Any]) -> None:
    assert rules.largest_role(expanded) <= rules.MAX_POLICY_CHARACTERS


def test_every_function_has_the_same_environment_but_for_its_name(template: dict[str, Any]) -> None:
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            variables = resource["Properties"]["Environment"]["Variables"]
            assert variables.keys() == {"POWERTOOLS_SERVICE_NAME"}, name


def test_the_committed_files_are_what_the_code_says() -> None:
    assert drifted() == []


def test_the_linter_has_nothing_to_say() -> None:
    strict = ManualArgs(regions=[REGION])
    assert [str(match) for match in lint(TEMPLATE.read_text("utf-8"), config=strict)] == []


def test_every_scanner_exception_has_a_reason() -> None:
    lines = (Path(ROOT) / "infra" / "checkov.yaml").read_text("utf-8").splitlines()
    exceptions = [line for line in lines if line.strip().startswith("- CKV")]
    assert exceptions
    for line in exceptions:
        assert len(line.partition("#")[2].split()) >= 5, line
