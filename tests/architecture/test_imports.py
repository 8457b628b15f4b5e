"""Who may import whom: the contracts of pyproject.toml hold."""

import subprocess
import sys
from pathlib import Path

from infra.synth.outputs import ROOT

LINTER = Path(sys.executable).parent / "lint-imports"


def test_no_import_crosses_a_border() -> None:
    done = subprocess.run(
        [LINTER, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_a_planted_breach_is_caught(tmp_path: Path) -> None:
    for package in ("functions/one", "functions/two", "shared/domain", "shared/storage"):
        folder = tmp_path / package
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("", "utf-8")
    for package in ("functions", "shared"):
        (tmp_path / package / "__init__.py").write_text("", "utf-8")
    for package in ("events", "http", "runtime"):
        (tmp_path / "shared" / f"{package}.py").write_text("", "utf-8")
    (tmp_path / "functions/one/app.py").write_text("import functions.two\n", "utf-8")
    (tmp_path / "shared/domain/lead.py").write_text("import boto3\n", "utf-8")
    rules = (ROOT / "pyproject.toml").read_text("utf-8")
    (tmp_path / "pyproject.toml").write_text(rules, "utf-8")
    done = subprocess.run(
        [LINTER, "--no-cache"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    broken = [line for line in done.stdout.splitlines() if line.endswith("BROKEN")]
    assert len(broken) == 2, done.stdout
