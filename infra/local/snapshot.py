"""The embedded cloud's state as one file: written whole, swapped in by rename, read at start.

It holds what the emulator itself would persist plus the unread stream records and the read
positions, so that a restart neither loses an event nor needs the parts to be saved in step.
"""

from __future__ import annotations

import copy
import gc
import os
import pickle
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

FORMAT = f"1/{version('ministack')}"
_RECORDS = ("_stream_records", "_stream_trimmed")


class UnusableSnapshot(Exception):
    """The file exists but was not written by this version, or is damaged."""


def save(
    path: Path,
    modules: Mapping[str, ModuleType],
    positions: Mapping[str, str],
    untouched: Mapping[str, Any],
) -> None:
    """Write the state of `modules` to `path`. `untouched` holds states of services never loaded.

    The caller guarantees that nothing changes meanwhile (a forked child, or after the last
    request): the services' own defensive deep copies are therefore switched off, which makes
    saving about ten times faster.
    """
    gc.disable()
    copy.deepcopy = _same  # type: ignore[assignment]  # this process only writes and ends
    states = {name: module.get_state() for name, module in modules.items()}
    content = {
        "format": FORMAT,
        "states": {**untouched, **states},
        "records": _records(modules.get("dynamodb")),
        "positions": dict(positions),
    }
    unfinished = path.with_suffix(".unfinished")
    with unfinished.open("wb") as file:
        pickle.dump(content, file, protocol=pickle.HIGHEST_PROTOCOL)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def load(path: Path) -> dict[str, Any]:
    """Read what `save` wrote; an empty state when there is no file. Raises UnusableSnapshot."""
    if not path.exists():
        return {"states": {}, "records": {}, "positions": {}}
    try:
        content = pickle.loads(path.read_bytes())
        if content["format"] != FORMAT:
            raise UnusableSnapshot(f"written as {content['format']}, this is {FORMAT}")
    except (OSError, pickle.UnpicklingError, EOFError, AttributeError, LookupError) as error:
        raise UnusableSnapshot(str(error) or type(error).__name__) from error
    return content


def restore_records(dynamodb: ModuleType, records: Mapping[str, Any]) -> None:
    """Put unread stream records back; the emulator itself forgets them at every stop."""
    for name in _RECORDS:
        if name in records:
            getattr(dynamodb, name)._data.update(records[name]._data)


def drop_read_records(dynamodb: ModuleType, stream_arn: str, position: str) -> int:
    """Forget records of a stream up to and including `position`; how many went."""
    dropped = 0
    trimmed = dynamodb._stream_trimmed
    for scope, records in dynamodb._stream_records._data.items():
        if not records or records[0]["eventSourceARN"] != stream_arn:
            continue
        while dropped < len(records) and (
            records[dropped]["dynamodb"]["SequenceNumber"] <= position
        ):
            dropped += 1
        del records[:dropped]
        trimmed._data[scope] = trimmed._data.get(scope, 0) + dropped
    return dropped


def in_child(work: Callable[[], None]) -> int:
    """Run `work` in a forked copy of this process and return its pid.

    The copy sees one consistent moment of all services, while the original goes on serving.
    """
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        os.closerange(3, 4096)  # sockets must not stay open because a copy still holds them
        work()
        status = 0
    except BaseException as error:
        sys.stderr.write(f"snapshot failed: {error!r}\n")
        sys.stderr.flush()
    finally:
        os._exit(status)


def _records(dynamodb: ModuleType | None) -> dict[str, Any]:
    if dynamodb is None:
        return {}
    return {name: getattr(dynamodb, name) for name in _RECORDS}


def _same(value: Any, _memo: Any = None) -> Any:
    return value
