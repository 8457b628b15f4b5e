"""What a cold start loads: third-party packages per use case, held to a list.

Sets are the same on every machine, times are not. A package that is only needed by one path is
imported there; one that every request needs may be added here, knowing what it costs.
"""

import json
import subprocess
import sys

import pytest

from infra.synth.outputs import ROOT

ALWAYS = {
    "annotated_types",
    "aws_lambda_powertools",
    "botocore",  # its bare package, through which Powertools names itself to AWS
    "chalice",
    "jmespath",
    "pydantic",
    "pydantic_core",
    "typing_extensions",
    "typing_inspection",
    "ulid",
}
MORE: dict[str, set[str]] = {
    "access": {"cryptography", "jwt"},  # the authorizer checks a signature at every cold start
}
NEVER_AT_START = ("boto3", "botocore.session", "openpyxl", "pynamodb.connection")
"""Loaded at the first call that needs them, so that a refusal or a health check never pays."""

PROBE = """
import importlib, json, sys
before = set(sys.modules)
importlib.import_module(sys.argv[1])
print(json.dumps(sorted(set(sys.modules) - before)))
"""
HEALTH_CHECK = """
import importlib, json, sys
event = {
    "httpMethod": "GET", "path": "/healthz", "headers": {}, "body": None, "isBase64Encoded": False,
    "multiValueQueryStringParameters": None, "pathParameters": None, "stageVariables": None,
    "requestContext": {"resourcePath": "/healthz", "httpMethod": "GET", "requestId": "r"},
}
answer = importlib.import_module("functions.platform.app").app(event, None)
print(json.dumps([answer["statusCode"], sorted(sys.modules)]))
"""
USE_CASES = sorted(app.parent.name for app in (ROOT / "functions").glob("*/app.py"))


def loaded(module: str) -> list[str]:
    """The modules that importing `module` loads in a fresh process."""
    command = [sys.executable, "-c", PROBE, module]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("use_case", USE_CASES)
def test_a_cold_start_loads_only_what_is_on_the_list(use_case: str) -> None:
    modules = loaded(f"functions.{use_case}.app")
    roots = {module.partition(".")[0] for module in modules}
    third_party = {root for root in roots - sys.stdlib_module_names if not root.startswith("_")}
    allowed = ALWAYS | MORE.get(use_case, set()) | {"functions", "shared"}
    assert third_party <= allowed
    assert not [name for name in NEVER_AT_START if name in modules]


@pytest.mark.parametrize("use_case", USE_CASES)
def test_importing_a_use_case_needs_no_environment(use_case: str) -> None:
    command = [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"]
    command[-1] += f"import functions.{use_case}.app"
    done = subprocess.run(command, env={}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_health_check_asks_no_aws_client() -> None:
    names = ("STACK_NAME", "AWS_REGION", "TABLE_NAME", "BUS_NAME", "FILES_BUCKET")
    environment = dict.fromkeys([*names, "POWERTOOLS_SERVICE_NAME"], "test")
    command = [sys.executable, "-c", HEALTH_CHECK]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    status, modules = json.loads(done.stdout.splitlines()[-1])
    assert status == 200
    assert not [name for name in NEVER_AT_START if name in modules]
