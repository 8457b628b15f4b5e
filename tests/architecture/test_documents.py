"""The map is the territory: every path and make target that a document names exists."""

import re
from pathlib import Path

import pytest

from infra.synth.outputs import ROOT

DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")], key=lambda path: path.as_posix()
)
TOP = {"functions", "infra", "shared", "events", "tests", "docs", "requirements", ".ci"}
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#\s]+)")
TARGET = re.compile(r"`make ([a-z0-9]+)")


def named_paths(text: str) -> set[str]:
    """What stands in backticks and looks like a path of this repository, with no placeholder."""
    found = {code.partition("::")[0].rstrip("/") for code in CODE.findall(text)}
    return {
        path
        for path in found
        if path.partition("/")[0] in TOP and "/" in path and not re.search(r"[<>{}*\s,]", path)
    }


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_named_path_exists(document: Path) -> None:
    text = document.read_text("utf-8")
    missing = [path for path in named_paths(text) if not (ROOT / path).exists()]
    missing += [link for link in LINK.findall(text) if not (document.parent / link).exists()]
    assert not missing


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_named_command_exists(document: Path) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z0-9]+):", makefile, re.MULTILINE))
    assert set(TARGET.findall(document.read_text("utf-8"))) <= targets
