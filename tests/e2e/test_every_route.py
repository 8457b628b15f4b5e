"""Every documented route of the running system, called in many ways that nobody thought of.

Schemathesis makes requests from the served description, good ones and bad ones, and checks each
answer against it: no 5xx, no undocumented status, content type or shape, no door left open.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import System

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

EXAMPLES = os.environ.get("FUZZ_EXAMPLES", "10")
LEFT_OUT = "positive_data_acceptance"
"""A well-formed request may still be refused: rules between fields, cursors, unknown ids."""


@pytest.mark.parametrize("role", ["admin", "sales", "read_only"])
def test_no_request_gets_an_undocumented_answer(system: System, tmp_path: Path, role: str) -> None:
    command = [
        str(Path(sys.executable).parent / "schemathesis"),
        "run",
        f"{system.url}/openapi.json",
        f"--header=Authorization: Bearer {system.sign_in(role)}",
        "--phases=examples,coverage,fuzzing",
        f"--max-examples={EXAMPLES}",
        f"--exclude-checks={LEFT_OUT}",
        "--exclude-path-regex=^/docs",
        "--seed=1",
        "--no-color",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-20_000:]
