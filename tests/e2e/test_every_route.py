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
LEFT_OUT = "positive_data_acceptance,unsupported_method"
"""A well-formed request may still be refused: rules between fields, cursors, unknown ids. A method
that no route knows is answered by the gateway, which says 404 for it."""

PLAIN = "examples,coverage,fuzzing"
OWN = r"^/v1/(sessions|me)(/|$)"
KEYS = "^/v1/api-keys/"
PAGES = "^/docs|/conversion/preview$"
"""A preview answers 200 to bad targets too: it tells what their conversion would be refused for."""

_DEFINITIONS = r"(segments|tags)(/[^/]+)?"
RULES = f"^/v1/(lead-routing|scoring-model|grading-rules|review-policies/.+|{_DEFINITIONS})$"
"""They take the recursive condition language, of which covering every branch makes 20,000 requests
each: these get random requests only."""


def fuzz(
    system: System,
    folder: Path,
    token: str,
    *,
    only: str = "",
    but: str = PAGES,
    phases: str = f"{PLAIN},stateful",
) -> None:
    """Call the routes whose paths match `only` and not `but`."""
    command = [
        str(Path(sys.executable).parent / "schemathesis"),
        "run",
        f"{system.url}/openapi.json",
        f"--header=Authorization: Bearer {token}",
        f"--phases={phases}",
        f"--max-examples={EXAMPLES}",
        f"--exclude-checks={LEFT_OUT}",
        f"--exclude-path-regex={but}",
        *([f"--include-path-regex={only}"] if only else []),
        "--seed=1",
        "--no-color",
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-20_000:]


def test_no_route_gives_a_reader_an_undocumented_answer(system: System, tmp_path: Path) -> None:
    fuzz(system, tmp_path, system.sign_in("read_only"), but=f"{PAGES}|{OWN}|{RULES}")


@pytest.mark.parametrize("only", [KEYS, OWN])
def test_no_route_about_access_itself_does(system: System, tmp_path: Path, only: str) -> None:
    fuzz(system, tmp_path, system.sign_in("admin"), only=only, phases=PLAIN)


def test_no_route_gives_an_admin_an_undocumented_answer(system: System, tmp_path: Path) -> None:
    # Last, because it deactivates whomever it meets.
    key = {"name": "Fuzz", "role": "admin"}
    status, made = system.call("POST", "/v1/api-keys", key, system.sign_in("admin"))
    assert status == 201, made
    # Whoever ends sessions or revokes keys would lock itself out: these have tests of their own.
    fuzz(system, tmp_path, made["token"], but=f"{PAGES}|{OWN}|{KEYS}|{RULES}")
    fuzz(system, tmp_path, made["token"], only=RULES, phases="examples,fuzzing")
