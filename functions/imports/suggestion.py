"""A first mapping proposed from a file's columns: by their names, then by what they hold."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from pydantic import Field

from functions.imports.columns import Column, ColumnType
from functions.imports.mapping import FieldMapping
from functions.imports.presets import Preset
from functions.imports.proposals import OPPOSITE, Locality, Target, TargetType, field_for
from functions.imports.transforms import NamePart
from functions.imports.vocabulary import commonness, concept_of, likely_concept, words
from shared.domain.entity import Value
from shared.domain.text import has_cjk

_RELATED = {"mobile": "phone", "phone": "mobile"}
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
_WORDED = frozenset(
    {"name", "company", "website", "city", "country", "region", "address", "industry", "interest"}
    | {"job_title", "department", "source", "campaign", "owner", "tags", "status", "notes"}
)
_WEAKEST = 0.5


class Known(NamedTuple):
    """A preset that was recognised, and the fields that the kind of record has."""

    preset: Preset
    kind: str
    target: Callable[[str], Target | None]


class Suggestion(Value):
    """Proposed fields, how sure each is (0 to 1, by field name), and columns without a field.

    `preset` names the program whose file this is, where it was recognised.
    """

    fields: tuple[FieldMapping, ...] = ()
    confidence: dict[str, float] = Field(default_factory=dict)
    unmapped: tuple[str, ...] = ()
    preset: str | None = None


def suggest(
    columns: Sequence[Column],
    targets: Sequence[Target],
    locality: Locality | None = None,
    *,
    custom: bool = False,
    known: Known | None = None,
) -> Suggestion:
    """The best pairs of column and target, each used once, strongest first.

    With `custom`, columns that are left and not blank become `custom.<name>` fields. What a preset
    knows (`known`) comes before everything else.
    """
    locality = locality or Locality()
    fields = [] if known is None else _by_preset(columns, known, locality)
    confidence = {each.field: 1.0 for each in fields}
    taken = {column for each in fields for column in each.columns}
    left = {column.name: column for column in columns if column.name not in taken}
    ignored = {n: c for n, c in left.items() if known is not None and known.preset.ignores(n)}
    left = {name: column for name, column in left.items() if name not in ignored}
    for score, column, target in _pairs(columns, targets):
        if column.name in left and target.field not in confidence:
            del left[column.name]
            confidence[target.field] = score
            fields.append(field_for(column, target, locality))
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
    rest = sorted({*left, *ignored}, key=lambda name: order[name])
    return Suggestion(
        fields=tuple(fields),
        confidence=confidence,
        unmapped=tuple(rest),
        preset=known.preset.name if known else None,
    )


def _by_preset(columns: Sequence[Column], known: Known, locality: Locality) -> list[FieldMapping]:
    """The fields that the program's headings mean, for columns that hold something."""
    filled = {column.name: column for column in columns if column.type != "blank"}
    return [
        field_for(filled[bound.column], target, locality, bound.between)
        for bound in known.preset.bind(tuple(filled), known.kind)
        if (target := known.target(bound.field)) is not None
    ]


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
    return 0.85 if wanted in (_RELATED.get(found), OPPOSITE.get(found)) else 0.0


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
        fields[name] = field_for(column, target, locality)
    return list(fields.values())


_CUSTOM_TYPES: dict[ColumnType, TargetType] = {
    "integer": "number",
    "decimal": "number",
    "boolean": "boolean",
    "date": "moment",
}
