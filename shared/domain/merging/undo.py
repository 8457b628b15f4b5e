"""Taking a merge back: each field as it was before, except what people changed since.

`before` and `after` are the survivor as it was before the merge and right after it, `now` as it is.
"""

from collections.abc import Mapping
from typing import Any

from shared.domain.merging.fields import MANY, Record

_MAPS = frozenset({"custom", "timers", "provenance"})
"""Fields whose entries stand each for itself."""


def restored(before: Record, after: Record, now: Record) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The survivor's changed fields, and the names of those left as they were edited meanwhile.

    Of fields of many values only what the merge added goes; what people added or removed stays.
    """
    changed: dict[str, Any] = {}
    kept: list[str] = []
    for name in _touched(before, after):
        was, merged, present = (getattr(record, name) for record in (before, after, now))
        if present == merged:
            changed[name] = was
        elif name in _MAPS:
            changed[name] = _without_added(was, merged, present)
            if name == "custom":
                kept.append(name)
        elif name in MANY:
            changed[name] = _three_ways(was, merged, present)
            kept.append(name)
        elif present != was:
            kept.append(name)
    return {n: v for n, v in changed.items() if v != getattr(now, n)}, tuple(sorted(kept))


def _touched(before: Record, after: Record) -> list[str]:
    books = {"version", "updated_at", "updated_by", "contested"}
    names = (name for name in type(before).model_fields if name not in books)
    return [name for name in names if getattr(before, name) != getattr(after, name)]


def _three_ways(
    was: tuple[Any, ...], merged: tuple[Any, ...], present: tuple[Any, ...]
) -> tuple[Any, ...]:
    """What is there now, without what the merge added, with what it took away."""
    added = [entry for entry in merged if entry not in was]
    taken = [entry for entry in was if entry not in merged and entry not in present]
    return (*(entry for entry in present if entry not in added), *taken)


def _without_added(
    was: Mapping[str, Any], merged: Mapping[str, Any], present: Mapping[str, Any]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in present.keys() | was.keys():
        edited = present.get(name) != merged.get(name)
        source = present if edited else was
        if name in source:
            found[name] = source[name]
    return found
