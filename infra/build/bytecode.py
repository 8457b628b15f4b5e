"""Compiles packages ahead of time: a Lambda folder is read-only, so each cold start would again.

Only the very version that runs on Lambda can do it; where it is not installed, the packages work
the same and start more slowly.
"""

import subprocess
import sys
from pathlib import Path

from infra.build.packages import HOST, UV, Platform


def interpreter(platform: Platform) -> str | None:
    """A Python of the platform's version on this machine, or None."""
    if platform is HOST or sys.version_info[:2] == _version(platform):
        return sys.executable
    command = [UV, "python", "find", "--no-python-downloads", "--system", platform.python]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return found.stdout.strip() if found.returncode == 0 else None


def compile_all(python: str, *folders: Path) -> None:
    """Write .pyc files that are trusted without looking at the source's time."""
    command = [python, "-m", "compileall", "-q", "-j", "2", "--invalidation-mode=unchecked-hash"]
    subprocess.run([*command, *folders], check=True)


def _version(platform: Platform) -> tuple[int, ...]:
    return tuple(int(part) for part in platform.python.split("."))
