"""The mapping of one column to one field: the steps that its values and the field's type need."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Literal

from pydantic import Field

from functions.imports.cells import plain
from functions.imports.columns import Column
from functions.imports.mapping import FieldMapping
from functions.imports.transforms import (
    Boolean,
    Country,
    Date,
    Number,
    Phone,
    Placeholders,
    Split,
    Transform,
    ValueMap,
)
from functions.imports.vocabulary import concept_of, negates
from shared.domain.entity import Value

TargetType = Literal[
    "text", "email", "phone", "date", "moment", "boolean", "number", "list", "country"
]
OPPOSITE = {
    "do_not_email": "consent_email",
    "do_not_call": "consent_phone",
    "do_not_sms": "consent_sms",
}
_CONSENTS = frozenset(OPPOSITE.values())


class Target(Value):
    """A field that a kind of record offers: its name, meaning, type and, if fixed, its choices.

    `names` are headings beyond those of the concept. `words` are what choices are called elsewhere;
    with them, other words give no value. `several`: one cell may give several values.
    """

    field: str
    concept: str | None = None
    type: TargetType = "text"
    choices: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    words: dict[str, str] = Field(default_factory=dict)
    several: bool = False


class Locality(Value):
    """Where the file comes from: the region of its telephone numbers and the zone of its times."""

    region: str | None = None
    zone: str = "UTC"


_NO_DAY = ("0/0/00", "0/0/0000", "00/00/00", "00/00/0000", "0000-00-00")


def field_for(
    column: Column, target: Target, locality: Locality, between: str | None = None
) -> FieldMapping:
    """The column as this field; `between` separates several values of one cell."""
    parts = () if between is None else _parts(target, between)
    steps = (*_empties(column, target), *parts, *_steps(column, target, locality, bool(parts)))
    return FieldMapping(field=target.field, columns=(column.name,), transforms=steps)


def _empties(column: Column, target: Target) -> tuple[Transform, ...]:
    texts = tuple(each.value for each in column.placeholders)
    if target.type == "date" and column.formats == ():
        texts += _NO_DAY
    return (Placeholders(texts=texts),) if texts else ()


def _parts(target: Target, between: str) -> tuple[Split, ...]:
    if target.type == "list" or target.several:
        return (Split(between=between),)
    # What a single value holds may contain a sign such as the semicolon.
    return (Split(between=between, first=True),) if between.strip() == ":::" else ()


def _steps(
    column: Column, target: Target, locality: Locality, parted: bool
) -> tuple[Transform, ...]:
    match target.type:
        case "date" | "moment":
            form = column.formats[0] if column.formats else "iso"
            return (Date(format=form, zone=locality.zone, day_only=target.type == "date"),)
        case "number":
            return (Number(mark="," if column.decimal_comma else "."),)
        case "boolean":
            return (_boolean(column, target),)
        case "phone":
            return (Phone(region=locality.region),)
        case "country":
            return (Country(),)
        case "list":
            return () if parted else (Split(),)
        case _ if target.words:
            return (ValueMap(values=target.words, otherwise="blank"),)
        case _:
            return value_map(column, target.choices) if target.choices else ()


def _boolean(column: Column, target: Target) -> Boolean:
    """Where the column asks what somebody does not want, only its yes says anything: a refusal."""
    if target.concept not in _CONSENTS:
        return Boolean()
    opposite = OPPOSITE.get(concept_of(column.name) or "") == target.concept
    if opposite or negates(column.name):
        return Boolean(negate=True, silent=True)
    return Boolean()


def value_map(column: Column, choices: Sequence[str]) -> tuple[ValueMap, ...]:
    """A map from the column's values to the choices they resemble; the rest is refused on import.

    Nothing is proposed when every value is a choice already.
    """
    known = {plain(choice).replace("_", " "): choice for choice in choices}
    values: dict[str, str] = {}
    for each in column.values:
        near = get_close_matches(plain(each.value).replace("_", " "), known, n=1, cutoff=0.8)
        if near:
            values[each.value] = known[near[0]]
    if all(each.value in choices for each in column.values):
        return ()
    return (ValueMap(values=values, otherwise="refuse"),)
