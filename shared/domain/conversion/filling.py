"""Which pieces of a lead are written to a record, and which are left because it has a value there.

A new record takes all. An existing one is filled only where it is empty; named fields are replaced,
and lists (numbers, addresses, tags) then gain the lead's entries without losing theirs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from shared.domain.conversion.mapping import Piece
from shared.domain.conversion.order import Mode
from shared.domain.entity import Entity

_IDENTITY = {"phones": "number", "emails": "address", "addresses": None, "identities": "value"}


@dataclass(frozen=True, slots=True)
class Filling:
    """`values` to write (JSON, as input models take them), `taken` lead fields that found their
    place, `left` lead fields whose place is taken by another value."""

    values: dict[str, Any] = field(default_factory=dict[str, Any])
    taken: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()

    @property
    def names(self) -> set[str]:
        """The fields to write."""
        return set(self.values)


def fill(
    pieces: Iterable[Piece],
    said: Mapping[str, Any],
    mode: Mode,
    overwrite: Iterable[str] = (),
    record: Entity | None = None,
) -> Filling:
    """What goes into `record` (None: a new one). `said` takes the place of pieces."""
    wanted = {piece.field: piece for piece in pieces}
    for name, value in said.items():
        wanted[name] = Piece(name, value, wanted[name].sources if name in wanted else ())
    present = record.model_dump(mode="json") if record is not None else {}
    named: set[str] = set(overwrite) | (set(said) if mode == "overwrite" else set[str]())
    values: dict[str, Any] = {}
    taken: set[str] = set()
    left: set[str] = set()
    for name, piece in wanted.items():
        current = _current(present, name)
        if record is None or (mode != "link" and (_is_empty(current) or name in named)):
            _write(values, name, _joined(name, current, piece.value), present)
            taken.update(piece.sources)
        elif _has(name, current, piece.value):
            taken.update(piece.sources)
        else:
            left.update(piece.sources)
    if record is not None and {"given_name", "family_name"} & values.keys():
        values.setdefault("name", present["name"])  # parts of a name do not change what is shown
    return Filling(values, frozenset(taken), frozenset(left - taken))


def flat_document(record: Entity | None) -> dict[str, Any]:
    """A record's fields as JSON, each entry of `custom` under its own name."""
    document: dict[str, Any] = record.model_dump(mode="json") if record is not None else {}
    custom: dict[str, Any] = document.get("custom") or {}
    return document | {f"custom.{name}": value for name, value in custom.items()}


def _current(present: Mapping[str, Any], name: str) -> Any:
    head, _, tail = name.partition(".")
    if not tail:
        return present.get(head)
    entries: dict[str, Any] = present.get(head) or {}
    return entries.get(tail)


def _write(values: dict[str, Any], name: str, value: Any, present: Mapping[str, Any]) -> None:
    """An entry of `custom` goes into the whole, which the record's own entries are merged with."""
    head, _, tail = name.partition(".")
    if tail:
        values.setdefault(head, {})[tail] = value
    else:
        values[name] = value


def _is_empty(value: Any) -> bool:
    return value in (None, "", [], {})


def _joined(name: str, current: Any, value: Any) -> Any:
    """For lists: the lead's entries and then the others; one primary entry, which is the lead's."""
    if not isinstance(value, list) or not current:
        return cast(Any, value)
    own = [_plain(name, entry) for entry in current]
    new = cast(list[Any], value)
    if name not in _IDENTITY:
        return [*own, *(entry for entry in new if entry not in own)]
    mine = {_mark(name, entry) for entry in new}
    others = [entry for entry in own if _mark(name, entry) not in mine]
    if any(entry.get("primary") for entry in new):
        others = [{**entry, "primary": False} for entry in others]
    return [*new, *others]


def _plain(name: str, entry: Any) -> Any:
    """A stored entry as input models take it: a telephone number is a text there."""
    if name != "phones":
        return entry
    number = entry["number"]
    extension = f" ext. {number['extension']}" if number.get("extension") else ""
    return {**entry, "number": number["e164"] + extension}


def _mark(name: str, entry: dict[str, Any]) -> str:
    """By what two entries of a list are the same."""
    key = _IDENTITY[name]
    if key is None:
        return repr(sorted((k, v) for k, v in entry.items() if v and k not in ("primary", "kind")))
    return str(entry.get(key)).casefold()


def _has(name: str, current: Any, value: Any) -> bool:
    """Whether the record says the same already."""
    if isinstance(value, list) and isinstance(current, list):
        new, own = cast(list[Any], value), cast(list[Any], current)
        if name not in _IDENTITY:
            return all(entry in own for entry in new)
        marks = {_mark(name, _plain(name, entry)) for entry in own}
        return all(_mark(name, entry) in marks for entry in new)
    return bool(current == value)
