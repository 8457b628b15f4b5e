"""Where the template stands, and whether the committed one is what the code says."""

from collections.abc import Iterator
from pathlib import Path

from infra.synth.template import synthesise

ROOT = Path(__file__).resolve().parents[2]
BASE = ROOT / "infra" / "base.yaml"
SIZES = ROOT / "infra" / "functions.yaml"

Outputs = Iterator[tuple[Path, str]]


def expected() -> Outputs:
    """Path and content of every generated file.

    Raises:
        SynthError: code and functions.yaml contradict each other.
    """
    yield ROOT / "template.yaml", synthesise("functions", BASE, SIZES)


def write() -> list[Path]:
    """Write what differs; gives the paths written, relative to the root."""
    changed = [(path, text) for path, text in expected() if _current(path) != text]
    for path, text in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return [path.relative_to(ROOT) for path, _ in changed]


def drifted() -> list[Path]:
    """The files that are not what the code says."""
    return [path.relative_to(ROOT) for path, text in expected() if _current(path) != text]


def _current(path: Path) -> str | None:
    return path.read_text("utf-8") if path.exists() else None
