"""Scans the expanded template with checkov, which lives in its own environment.

Checkov pins old versions of libraries that the product uses in new ones, so the two cannot share
an environment; this one is made when it is first needed.
"""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from infra.synth.expansion import expand

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = ROOT / ".venv-checkov"
LOCK = ROOT / "requirements" / "checkov.txt"
UV = Path(sys.executable).parent / "uv"


def scanner_command() -> Path:
    """The scanner's program, installed now if it is missing or its lock has changed."""
    stamp = ENVIRONMENT / ".installed"
    if not stamp.exists() or stamp.read_text("utf-8") != LOCK.read_text("utf-8"):
        print("installing the template scanner into .venv-checkov", flush=True)
        python = ENVIRONMENT / "bin" / "python"
        _run([UV, "venv", "--quiet", "--clear", "--python", sys.executable, ENVIRONMENT])
        _run([UV, "pip", "sync", "--quiet", "--require-hashes", "--python", python, LOCK])
        stamp.write_text(LOCK.read_text("utf-8"), "utf-8")
    return ENVIRONMENT / "bin" / "checkov"


def main() -> int:
    """0 when the scanner finds nothing that infra/checkov.yaml does not explain."""
    template = yaml.safe_load((ROOT / "template.yaml").read_text("utf-8"))
    with TemporaryDirectory() as folder:
        expanded = Path(folder) / "template.yaml"
        expanded.write_text(yaml.safe_dump(expand(template)), "utf-8")
        config = ROOT / "infra" / "checkov.yaml"
        command = [scanner_command(), "--file", expanded, "--config-file", config]
        quiet = {**os.environ, "LOG_LEVEL": "ERROR", "CHECKOV_RUN_SCA_PACKAGE_SCAN": "false"}
        return subprocess.run(command, cwd=ROOT, env=quiet, check=False).returncode


def _run(command: list[Path | str]) -> None:
    subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    sys.exit(main())
