"""A mapping applied to rows: every error of a row at once.

Values are plain JSON (texts, truth values, lists), nested as the dotted field names say. The
kind's own model judges them afterwards; `column_of` tells which column to blame for its refusals.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from functions.imports.cells import plain
from functions.imports.mapping import FieldMapping, Mapping
from functions.imports.readings import Unreadable
from functions.imports.transforms import Cell, Transform
from shared.domain.errors import FieldError, InvalidInput


@dataclass(frozen=True, slots=True)
class RowInput:
    """What a row says: nested `values`, fields to empty (`cleared`), the values of the keys."""

    line: int
    values: dict[str, Any]
    cleared: tuple[str, ...] = ()
    key: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowErrors:
    """Everything wrong with a row; each error's path is the name of the column."""

    line: int
    errors: tuple[FieldError, ...]


@dataclass(slots=True)
class _Collected:
    """One row while its fields are read."""

    values: dict[str, Any] = field(default_factory=dict[str, Any])
    cleared: list[str] = field(default_factory=list[str])
    errors: list[FieldError] = field(default_factory=list[FieldError])


class _Bound(NamedTuple):
    """A field's mapping with the positions of its columns and the parts of its name."""

    mapping: FieldMapping
    positions: list[int]
    path: list[str]


class RowMapper:
    """A mapping bound to the header of one file.

    Raises InvalidInput (`column_missing`, for all of them at once) if the file lacks a column.
    """

    def __init__(self, mapping: Mapping, header: Sequence[str]) -> None:
        positions = {name: position for position, name in enumerate(header)}
        wanted = [column for each in mapping.fields for column in each.columns]
        missing = [column for column in dict.fromkeys(wanted) if column not in positions]
        if missing:
            raise InvalidInput(
                [FieldError(c, "column_missing", f"The file has no column '{c}'.") for c in missing]
            )
        self.mapping = mapping
        self._empty = frozenset(map(plain, mapping.placeholders))
        self._fields = [
            _Bound(each, [positions[column] for column in each.columns], each.field.split("."))
            for each in mapping.fields
        ]
        self._required = {each.field: "required" for each in mapping.fields if each.required}
        if mapping.mode != "create" and (mapping.match == "all" or len(mapping.keys) == 1):
            self._required |= dict.fromkeys(mapping.keys, "key_missing")
        self._columns = {each.field: each.columns[0] for each in mapping.fields}

    def column_of(self, field_name: str) -> str:
        """The column a field comes from, or the nearest field around it; "" if none gives it."""
        name = field_name
        while name:
            if name in self._columns:
                return self._columns[name]
            name = name.rpartition(".")[0]
        inside = (c for f, c in self._columns.items() if f.startswith(field_name + "."))
        return next(inside, "")

    def apply(self, line: int, cells: Sequence[str]) -> RowInput | RowErrors:
        """The fields of one row, or all that is wrong with it."""
        row = _Collected()
        for bound in self._fields:
            if text := self._text(bound, cells):
                self._read(bound, text, row)
            else:
                row.cleared.append(bound.mapping.field)
        for name, value in self.mapping.defaults.items():
            if _find(row.values, name) is None:
                _put(row.values, name.split("."), value)
        row.errors += self._missing(row) or self._without_key(row)
        if row.errors:
            return RowErrors(line, tuple(row.errors))
        cleared = self._cleared(row.cleared) if self.mapping.blanks == "clear" else ()
        key = tuple(key_text(_find(row.values, name)) for name in self.mapping.keys)
        return RowInput(line, row.values, cleared, key)

    def _text(self, bound: _Bound, cells: Sequence[str]) -> str:
        """The text of the column, or of the columns that say something, joined."""
        if len(bound.positions) == 1:
            return self._said(cells[bound.positions[0]])
        parts = (self._said(cells[position]) for position in bound.positions)
        return bound.mapping.joiner.join(part for part in parts if part)

    def _said(self, text: str) -> str:
        if not text:
            return ""
        text = (text if text.isascii() else unicodedata.normalize("NFC", text)).strip()
        return "" if self._empty and plain(text) in self._empty else text

    def _read(self, bound: _Bound, text: str, row: _Collected) -> None:
        try:
            value = _through(bound.mapping.transforms, text) if bound.mapping.transforms else text
        except Unreadable as refusal:
            column = bound.mapping.columns[0]
            row.errors.append(FieldError(column, refusal.code, refusal.message))
            return
        if value is None:
            row.cleared.append(bound.mapping.field)
        else:
            _put(row.values, bound.path, value)

    def _cleared(self, names: list[str]) -> tuple[str, ...]:
        return tuple(name for name in names if name not in self.mapping.defaults)

    def _missing(self, row: _Collected) -> list[FieldError]:
        """Required and key fields without a value, unless the value was there and unreadable."""
        blamed = {error.path for error in row.errors}
        return [
            FieldError(self.column_of(name), code, f"{name} needs a value.")
            for name, code in self._required.items()
            if _find(row.values, name) is None and self.column_of(name) not in blamed
        ]

    def _without_key(self, row: _Collected) -> list[FieldError]:
        """Of several keys a row must have at least one."""
        keys = self.mapping.keys
        if self.mapping.mode == "create" or any(_find(row.values, k) is not None for k in keys):
            return []
        column, names = self.column_of(keys[0]), ", ".join(keys)
        return [] if row.errors else [FieldError(column, "key_missing", f"No value for {names}.")]


def _through(transforms: Sequence[Transform], text: str) -> Cell | None:
    """The text after all steps; an empty one is no value, and steps after a list see each text."""
    value: Cell | None = text
    for transform in transforms:
        if not value or isinstance(value, bool):
            break
        if isinstance(value, list):
            steps = (transform.apply(each) for each in value)
            value = [each for each in steps if isinstance(each, str)] or None
        else:
            value = transform.apply(value)
    return None if value == "" else value


def _find(values: dict[str, Any], name: str) -> Any:
    found: Any = values
    for part in name.split("."):
        if not isinstance(found, dict):
            return None
        found = found.get(part)  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    return found  # pyright: ignore[reportUnknownVariableType]


def _put(values: dict[str, Any], path: Sequence[str], value: Any) -> None:
    for part in path[:-1]:
        values = values.setdefault(part, {})
    values[path[-1]] = value


def key_text(value: Any) -> str:
    """A key's value as text, "" when there is none."""
    return value if isinstance(value, str) else "" if value is None else str(value)
