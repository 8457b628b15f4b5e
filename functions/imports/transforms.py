"""The steps that turn a cell into a field's value. Each is data, stored with its mapping.

A step takes a text and gives a text, a truth value, a list of texts, or None for "no value"; what
it cannot read raises Unreadable, which becomes the row's error.
"""

import re
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from functions.imports.cells import plain
from functions.imports.countries import Country
from functions.imports.names import split_name
from functions.imports.readings import Boolean, Date, ExcelDate, Number, Phone, Unreadable
from shared.domain.entity import Value
from shared.domain.text import clean

Cell = str | bool | list[str]


class Trim(Value):
    """One line: inner runs of spaces become one, invisible characters go."""

    step: Literal["trim"] = "trim"

    def apply(self, text: str) -> Cell | None:
        """The cleaned text."""
        return clean(text)


class Placeholders(Value):
    """Texts that mean "no value" in this column, without regard to case and width."""

    step: Literal["placeholders"] = "placeholders"
    texts: tuple[str, ...] = Field(max_length=100)

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(map(plain, self.texts))

    def apply(self, text: str) -> Cell | None:
        """None for a placeholder, otherwise the text."""
        return None if plain(text) in self._words else text


class ValueMap(Value):
    """Old value -> new value, compared without regard to case and width; "" means no value.

    `otherwise` says what becomes of a value that is not in the map.
    """

    step: Literal["values"] = "values"
    values: dict[str, str] = Field(max_length=1_000)
    otherwise: Literal["keep", "blank", "refuse"] = "keep"

    @cached_property
    def _map(self) -> dict[str, str]:
        return {plain(old): new for old, new in self.values.items()}

    def apply(self, text: str) -> Cell | None:
        """The new value, or `value_not_mapped` when that is to be refused."""
        new = self._map.get(plain(text))
        if new is not None:
            return new or None
        if self.otherwise == "refuse":
            raise Unreadable("value_not_mapped", f"'{text[:50]}' has no value to become.")
        return text if self.otherwise == "keep" else None


class NamePart(Value):
    """The given or the family name out of a full name, Western or Chinese."""

    step: Literal["name_part"] = "name_part"
    part: Literal["given", "family"]
    family_first: bool = False

    def apply(self, text: str) -> Cell | None:
        """The part, or None when the name has no such part."""
        given, family = split_name(text, family_first=self.family_first)
        return (given if self.part == "given" else family) or None


class Split(Value):
    """A list in one cell: `vip, fair 2024` gives two texts. Repeats are dropped.

    `between` separates instead of the single `separators` (Google writes ` ::: `); `first` takes
    only the first text, for fields that hold one.
    """

    step: Literal["split"] = "split"
    separators: str = Field(default=",;，；、|", min_length=1, max_length=20)
    between: str | None = Field(default=None, min_length=1, max_length=10)
    first: bool = False

    def apply(self, text: str) -> Cell | None:
        """The texts in their order, or None when there are none."""
        pattern = re.escape(self.between) if self.between else f"[{re.escape(self.separators)}]"
        parts = [part for part in map(clean, re.split(pattern, text)) if part]
        if self.first:
            return parts[0] if parts else None
        return list(dict.fromkeys(parts)) or None


class Lower(Value):
    """Small letters: for codes that a file writes in capitals."""

    step: Literal["lower"] = "lower"

    def apply(self, text: str) -> Cell | None:
        """The text in small letters."""
        return text.lower()


Transform = Annotated[
    Trim
    | Placeholders
    | ValueMap
    | NamePart
    | Date
    | ExcelDate
    | Number
    | Boolean
    | Phone
    | Country
    | Split
    | Lower,
    Field(discriminator="step"),
]
