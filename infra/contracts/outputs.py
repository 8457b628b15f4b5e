"""Which contract files there are, what each must hold, and how they are written and compared."""

import json
from pathlib import Path
from typing import Any

from infra.contracts import catalogue
from infra.contracts.operations import operations
from infra.contracts.samples import sample_of
from infra.synth import registry
from infra.synth.errors import SynthError
from shared.domain.events.base import Event
from shared.events.catalogue import all_events
from shared.events.schemas import schema_of
from shared.http.openapi import DuplicateOperation, document

ROOT = Path(__file__).resolve().parents[2]
OPENAPI = Path("docs/openapi.json")
CATALOGUE = Path("docs/events.md")
SCHEMAS = Path("events/schemas")
SAMPLES = Path("events/samples")


def expected(package: str = "functions") -> dict[Path, str]:
    """Path (relative to the root) and content of every generated contract.

    Raises:
        SynthError: the code says something that cannot be written down or deployed.
    """
    cases = registry.load(package)
    events = all_events()
    _refuse_undocumented(events)
    try:
        api = document(operations(cases))
    except DuplicateOperation as error:
        raise SynthError([str(error)]) from None
    files = {OPENAPI: _text(api), CATALOGUE: catalogue.page(events, cases)}
    for detail_type, event in events.items():
        files[SCHEMAS / f"{detail_type}.json"] = _text(schema_of(event))
        files[SAMPLES / f"{detail_type}.json"] = _text(sample_of(event))
    return files


def write(root: Path = ROOT) -> list[str]:
    """Write what differs and remove what no event stands for; gives a line for each file."""
    said: list[str] = []
    files = expected()
    for path, text in files.items():
        if _current(root / path) != text:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, "utf-8")
            said.append(f"wrote {path}")
    for path in _surplus(root, files):
        (root / path).unlink()
        said.append(f"removed {path}")
    return said


def drifted(root: Path = ROOT) -> list[Path]:
    """The files that are not what the code says, and those that nothing stands for any more."""
    files = expected()
    changed = [path for path, text in files.items() if _current(root / path) != text]
    return changed + _surplus(root, files)


def _surplus(root: Path, files: dict[Path, str]) -> list[Path]:
    found = [
        path.relative_to(root)
        for folder in (SCHEMAS, SAMPLES)
        for path in sorted((root / folder).glob("*.json"))
    ]
    return [path for path in found if path not in files]


def _refuse_undocumented(events: dict[str, type[Event]]) -> None:
    silent = [name for name, event in events.items() if not event.__dict__.get("__doc__")]
    if silent:
        raise SynthError([f"{name}: its class has no docstring" for name in silent])


def _current(path: Path) -> str | None:
    return path.read_text("utf-8") if path.exists() else None


def _text(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
