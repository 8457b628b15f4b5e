"""The layer: locked third-party packages for a platform, without what no function ever reads."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "requirements"
UV = Path(sys.executable).parent / "uv"

AWS_SERVICES = {
    "cognito-idp",
    "dynamodb",
    "events",
    "lambda",
    "s3",
    "secretsmanager",
    "ses",
    "sesv2",
    "sqs",
    "sts",
}
"""Services whose descriptions botocore needs; it carries four hundred more."""

UNREAD = (
    "**/__pycache__",
    "**/tests",
    "bin",
    "*.dist-info/RECORD",
    "*.dist-info/licenses",
    "boto3/examples",
    # Chalice at run time is chalice/*.py; the rest serves its command line.
    "chalice/cli",
    "chalice/deploy",
    "chalice/templates",
    # Numbers are parsed and formatted, never placed on a map or given to an operator.
    "phonenumbers/carrierdata",
    "phonenumbers/geodata",
    "phonenumbers/tzdata",
)


@dataclass(frozen=True)
class Platform:
    """Where the packages will run; `python` is a version, or a path for this machine."""

    name: str
    python: str
    arguments: tuple[str, ...]


LAMBDA = Platform(
    "python3.13 on arm64",
    "3.13",
    (
        "--python-platform=aarch64-manylinux2014",
        "--python-version=3.13",
        "--only-binary=:all:",
    ),
)
HOST = Platform("this machine", sys.executable, (f"--python={sys.executable}",))


def install(platform: Platform, target: Path) -> None:
    """Fill `target` with the runtime packages, trimmed."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for lock in ("runtime.txt", "chalice.txt"):
        command = [UV, "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
        command += [*platform.arguments, "--target", target, "--requirement", REQUIREMENTS / lock]
        subprocess.run(command, cwd=ROOT, check=True)
    trim(target)


def trim(target: Path) -> None:
    """Remove what no function reads from a folder of packages."""
    for pattern in UNREAD:
        for path in list(target.glob(pattern)):
            _remove(path)
    for path in (target / "botocore" / "data").iterdir():
        if path.is_dir() and path.name not in AWS_SERVICES:
            _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
