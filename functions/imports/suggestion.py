"""A first mapping proposed from a file's columns: by their names, then by what they hold."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Literal

from pydantic import Field

from functions.imports.cells import plain
from functions.imports.columns import Column, ColumnType
from functions.imports.mapping import FieldMapping
from functions.imports.transforms import (
    Boolean,
    Date,
    NamePart,
    Number,
    Phone,
    Placeholders,
    Split,
    Transform,
    ValueMap,
)
from functions.imports.vocabulary import commonness, concept_of, likely_concept, negates, words
from shared.domain.entity import Value
from shared.domain.text import has_cjk

TargetType = Literal["text", "email", "phone", "date", "moment", "boolean", "number", "list"]
_RELATED = {"mobile": "phone", "phone": "mobile"}
_OPPOSITE = {
    "do_not_email": "consent_email",
    "do_not_call": "consent_phone",
    "do_not_sms": "consent_sms",
}
_EVIDENT = ("email", "phone")
_FITTING: dict[TargetType, tuple[ColumnType, ...]] = {
    "email": ("email",),
    "phone": ("phone",),
    "date": ("date",),
    "moment": ("date",),
    "boolean": ("boolean",),
    "number": ("integer", "decimal"),
    "list": ("enum", "text"),
}
_CONSENTS = frozenset(_OPPOSITE.values())
_WORDED = frozenset(
    {"name", "company", "website", "city", "country", "region", "address", "industry", "interest"}
    | {"job_title", "department", "source", "campaign", "owner", "tags", "status", "notes"}
)
_WEAKEST = 0.5


class Target(Value):
    """A field that a kind of record offers: its name, meaning, type and, if fixed, its choices.

    `names` are headings beyond those of the concept.
    """

    field: str
    concept: str | None = None
    type: TargetType = "text"
    choices: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


class Locality(Value):
    """Where the file comes from: the region of its telephone numbers and the zone of its times."""

    region: str | None = None
    zone: str = "UTC"


class Suggestion(Value):
    """Proposed fields, how sure each is (0 to 1, by field name), and columns without a field."""

    fields: tuple[FieldMapping, ...] = ()
    confidence: dict[str, float] = Field(default_factory=dict)
    unmapped: tuple[str, ...] = ()


def suggest(
    columns: Sequence[Column],
    targets: Sequence[Target],
    locality: Locality | None = None,
    *,
    custom: bool = False,
) -> Suggestion:
    """The best pairs of column and target, each used once, strongest first.

    With `custom`, columns that are left and not blank become `custom.<name>` fields.
    """
    locality = locality or Locality()
    fields: list[FieldMapping] = []
    confidence: dict[str, float] = {}
    left = {column.name: column for column in columns}
    for score, column, target in _pairs(columns, targets):
        if column.name in left and target.field not in confidence:
            del left[column.name]
            confidence[target.field] = score
            fields.append(_field(column, target, locality))
    for each in _names(left, targets, confidence):
        confidence[each.field] = 0.9
        fields.append(each)
    for name in [column for each in fields for column in each.columns]:
        left.pop(name, None)
    if custom:
        fields += _custom(left, locality)
        left = {name: column for name, column in left.items() if column.type == "blank"}
    order = {column.name: position for position, column in enumerate(columns)}
    fields.sort(key=lambda each: order[each.columns[0]])
    return Suggestion(fields=tuple(fields), confidence=confidence, unmapped=tuple(left))


def _pairs(
    columns: Sequence[Column], targets: Sequence[Target]
) -> list[tuple[float, Column, Target]]:
    scored = [(_score(c, t), c, t) for c in columns for t in targets if c.type != "blank"]
    return sorted((each for each in scored if each[0] >= _WEAKEST), key=lambda each: -each[0])


def _score(column: Column, target: Target) -> float:
    """How likely the column means the target: exact names 1, concepts 0.95, guesses below."""
    heading, exact = words(column.name), concept_of(column.name)
    if heading in {words(name) for name in (target.field, *target.names)}:
        score = 1.0
    elif exact is not None and target.concept is not None:
        score = _concept_score(exact, target.concept) - commonness(column.name) / 1000
    elif target.concept is not None and _likely(column) == target.concept:
        score = 0.6
    else:
        score = 0.0
    if column.type not in _FITTING.get(target.type, (column.type,)):
        return score - 0.4
    if column.type in _EVIDENT and column.type == target.type:
        return max(score + 0.05, 0.55)
    return score


def _likely(column: Column) -> str | None:
    """What the heading speaks of; for a text that it only mentions, not when it counts or dates."""
    concept = likely_concept(column.name)
    if concept in _WORDED and column.type in ("integer", "decimal", "boolean", "date"):
        return None
    return concept


def _concept_score(found: str, wanted: str) -> float:
    if found == wanted:
        return 0.95
    return 0.85 if wanted in (_RELATED.get(found), _OPPOSITE.get(found)) else 0.0


def _field(column: Column, target: Target, locality: Locality) -> FieldMapping:
    steps = (*_empties(column), *_steps(column, target, locality))
    return FieldMapping(field=target.field, columns=(column.name,), transforms=steps)


def _empties(column: Column) -> tuple[Transform, ...]:
    texts = tuple(each.value for each in column.placeholders)
    return (Placeholders(texts=texts),) if texts else ()


def _steps(column: Column, target: Target, locality: Locality) -> tuple[Transform, ...]:
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
        case "list":
            return (Split(),)
        case _:
            return value_map(column, target.choices) if target.choices else ()


def _boolean(column: Column, target: Target) -> Boolean:
    """Where the column asks what somebody does not want, only its yes says anything: a refusal."""
    if target.concept not in _CONSENTS:
        return Boolean()
    opposite = _OPPOSITE.get(concept_of(column.name) or "") == target.concept
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


def _names(
    left: dict[str, Column], targets: Sequence[Target], used: dict[str, float]
) -> list[FieldMapping]:
    """Full names taken apart, or given and family names joined, as the kind needs them."""
    wanted = {t.concept: t.field for t in targets if t.field not in used}
    given, family, full = (_column(left, c) for c in ("given_name", "family_name", "name"))
    if "name" in wanted and given and family:
        chinese = any(has_cjk(each.value) for each in family.values)
        columns = (family.name, given.name) if chinese else (given.name, family.name)
        joiner = "" if chinese else " "
        return [FieldMapping(field=wanted["name"], columns=columns, joiner=joiner)]
    if full and "family_name" in wanted and "given_name" in wanted:
        parts = (("given_name", NamePart(part="given")), ("family_name", NamePart(part="family")))
        return [
            FieldMapping(field=wanted[concept], columns=(full.name,), transforms=(part,))
            for concept, part in parts
        ]
    return []


def _column(left: dict[str, Column], concept: str) -> Column | None:
    return next((column for name, column in left.items() if concept_of(name) == concept), None)


def _custom(left: dict[str, Column], locality: Locality) -> list[FieldMapping]:
    fields: dict[str, FieldMapping] = {}
    for column in left.values():
        if column.type == "blank":
            continue
        stem = "custom." + (words(column.name).replace(" ", "_")[:50] or "column")
        name = stem
        while name in fields:
            name = f"{stem}_{len(fields)}"
        kind: TargetType = "text"
        if column.exceptions == 0:
            kind = _CUSTOM_TYPES.get(column.type, "text")
        target = Target(field=name, type=kind)
        fields[name] = _field(column, target, locality)
    return list(fields.values())


_CUSTOM_TYPES: dict[ColumnType, TargetType] = {
    "integer": "number",
    "decimal": "number",
    "boolean": "boolean",
    "date": "moment",
}
