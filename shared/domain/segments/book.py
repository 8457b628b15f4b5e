"""The book of definitions: which segments and rule tags decide now, in which definition.

One small record a tenant, changed in the transaction that changes a definition; whoever
evaluates reads it first, consistently, and so never misses a definition or keeps a removed one.
"""

from typing import Annotated, ClassVar

from pydantic import Field

from shared.domain.context import Context
from shared.domain.entity import Value
from shared.domain.errors import InvalidState
from shared.domain.tenancy import Setup

MOST_ENTRIES = 300


class Entry(Value):
    """A definition: of which segment or tag, for which kinds of record, which number."""

    id: str
    kinds: tuple[str, ...]
    number: int


class Book(Setup):
    """All definitions of a tenant that are in force."""

    kind: ClassVar[str] = "segment_book"
    prefix: ClassVar[str] = "sbk"
    listed: ClassVar[bool] = False
    history: ClassVar[bool] = False

    entries: Annotated[tuple[Entry, ...], Field(max_length=MOST_ENTRIES)] = ()

    def of_kind(self, record_kind: str) -> tuple[Entry, ...]:
        """The definitions that decide on records of a kind."""
        return tuple(entry for entry in self.entries if record_kind in entry.kinds)

    def number_of(self, target: str) -> int | None:
        """The definition in force, None when there is none."""
        return next((entry.number for entry in self.entries if entry.id == target), None)

    def written(self, context: Context, entry: Entry) -> "Book":
        """With this definition in place of an older one. InvalidState when it is full."""
        others = tuple(known for known in self.entries if known.id != entry.id)
        if len(others) >= MOST_ENTRIES:
            raise InvalidState(
                f"There are {MOST_ENTRIES} segments and rule tags already.",
                code="too_many_segments",
            )
        return self.evolve(context, entries=(*others, entry))

    def struck(self, context: Context, target: str) -> "Book":
        """Without the definition of this segment or tag; the same book when it has none."""
        others = tuple(known for known in self.entries if known.id != target)
        return self if others == self.entries else self.evolve(context, entries=others)
