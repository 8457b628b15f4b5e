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
    "access": {
        "chinese_calendar",
        "dateutil",
        "email_validator",
        "holidays",
        "idna",
        "phonenumbers",
        "six",
    },
    "imports": {"charset_normalizer", "email_validator", "idna", "phonenumbers"},
    "leads": {"email_validator", "idna", "phonenumbers"},
}
NEVER_AT_START = ("boto3", "botocore.session", "pynamodb.connection", "openpyxl", "jwt")
"""Loaded at the first call that needs them, so that a refusal or a health check never pays."""

PROBE = """
import importlib, json, sys
before = set(sys.modules)
importlib.import_module(sys.argv[1])
print(json.dumps(sorted(set(sys.modules) - before)))
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
