"""A row on its way: as it was read, and what was decided about it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from functions.imports.adapters.extras import NOTHING, Extras
from functions.imports.results import RowResult
from functions.imports.row_keys import Token
from shared.domain.entity import Entity
from shared.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row that could be read: its keys, the kind's input, and what it says besides."""

    line: int
    keys: tuple[tuple[Token, ...], ...]
    given: Any
    repeats: int | None
    extras: Extras = NOTHING

    @property
    def tokens(self) -> tuple[Token, ...]:
        """All keys of the row."""
        return tuple(token for key in self.keys for token in key)


@dataclass(frozen=True, slots=True)
class Step:
    """A decision: the result if all goes well, and what to store for it. `touches`: what no other
    row of the same transaction may touch, too: the record, identities."""

    result: RowResult
    touches: frozenset[str] = frozenset()
    put: Callable[[UnitOfWork], Entity] | None = None
