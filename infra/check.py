"""`make check`: every static rule of the house, one line for each step; all steps always run."""

import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from infra.scanner import scanner_command

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Step:
    """A tool and how to call it."""

    name: str
    command: Sequence[str]


@dataclass(frozen=True)
class Result:
    """What a step said."""

    step: Step
    passed: bool
    seconds: float
    output: str


def steps() -> list[Step]:
    """Slow ones first, so that the two workers end together."""
    return [
        Step("types", [str(BIN / "basedpyright")]),
        Step("template scan", [sys.executable, "-m", "infra.scanner"]),
        Step("template lint", [str(BIN / "cfn-lint"), "template.yaml"]),
        Step("template drift", [sys.executable, "-m", "infra.synth", "--check"]),
        Step("contract drift", [sys.executable, "-m", "infra.contracts", "--check"]),
        Step("import rules", [str(BIN / "lint-imports")]),
        Step("lint", [str(BIN / "ruff"), "check", "--quiet", "."]),
        Step("format", [str(BIN / "ruff"), "format", "--check", "."]),
    ]


def run(step: Step) -> Result:
    """Run one step to its end."""
    start = time.monotonic()
    done = subprocess.run(
        step.command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    output = f"{done.stdout}\n{done.stderr}".strip()
    return Result(step, done.returncode == 0, time.monotonic() - start, output)


def main() -> int:
    """0 when every step passed."""
    scanner_command()  # installs the scanner once, before anything runs beside it
    failed = 0
    with ThreadPoolExecutor(max_workers=2) as pool:
        for result in pool.map(run, steps()):
            word = "ok" if result.passed else "FAILED"
            print(f"{word:>6}  {result.step.name} ({result.seconds:.1f} s)", flush=True)
            if not result.passed:
                failed += 1
                print(result.output, flush=True)
    print(
        f"check: {failed} of {len(steps())} steps failed" if failed else "check: all steps passed"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
