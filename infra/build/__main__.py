"""`python -m infra.build [--host]`: build the packages, for Lambda or for this machine.

The Lambda packages are what template.yaml points at. The packages for this machine (.build/host)
are the same set for the emulator, which runs functions with the local Python.
"""

import shutil
import sys
from pathlib import Path

from infra.build import bytecode, packages, size

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / ".build"
SOURCES = ("functions", "shared")
UNPACKED_BUDGET_MB = 120
"""Lambda stops at 250 MB unpacked; the time to load a package grows with its size well before."""


def build(platform: packages.Platform, folder: Path) -> int:
    """Build into `folder`; 0 when the packages are within the budget."""
    code, layer = folder / "functions", folder / "layer"
    shutil.rmtree(layer, ignore_errors=True)
    copy_sources(code)
    packages.install(platform, layer / "python")
    python = bytecode.interpreter(platform)
    if python:
        bytecode.compile_all(python, code, layer)
    else:
        print(f"no Python {platform.python} here: packages go without bytecode, starts are slower")
    print(f"built for {platform.name} in {folder.relative_to(ROOT)}")
    return size.report(code, layer, UNPACKED_BUDGET_MB)


def copy_sources(target: Path) -> None:
    """Our own code as it stands; nothing else of the repository goes to Lambda."""
    shutil.rmtree(target, ignore_errors=True)
    for name in SOURCES:
        ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
        shutil.copytree(ROOT / name, target / name, ignore=ignored)
    (target / "docs").mkdir()
    shutil.copy(ROOT / "docs" / "openapi.json", target / "docs")  # served by the platform functions


def main(arguments: list[str]) -> int:
    """The packages for Lambda, or with --host those for this machine."""
    if "--host" in arguments:
        return build(packages.HOST, BUILD / "host")
    return build(packages.LAMBDA, BUILD)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
