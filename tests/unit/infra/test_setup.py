"""Locked packages name no registry, and a machine without Python is told so in one line."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from infra.synth.outputs import ROOT

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_every_package_is_locked_by_hash_and_names_no_registry(lock: Path) -> None:
    entries = re.split(r"\n(?=\S)", lock.read_text("utf-8").strip())
    for entry in entries:
        assert re.match(r"[a-z0-9][a-z0-9.-]*(\[[a-z,-]+\])?==", entry), entry
        assert "--hash=sha256:" in entry
        assert "://" not in entry


def test_runtime_and_development_hold_the_same_versions() -> None:
    def pins(name: str) -> set[str]:
        text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
        return set(re.findall(r"^(\S+==\S+)", text, re.MULTILINE))

    assert pins("runtime") <= pins("dev") <= pins("bench")


def test_a_machine_without_python_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "infra").mkdir()
    shutil.copy(ROOT / "infra" / "setup.sh", tmp_path / "infra")
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sh", "dirname"):
        (programs / name).symlink_to(str(shutil.which(name)))
    done = subprocess.run(
        [programs / "sh", tmp_path / "infra" / "setup.sh"],
        env={"PATH": str(programs)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "Python 3.11 or newer" in line
