"""The fields that conditions may name, per kind of record, made from the models themselves."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Literal, cast

from shared.domain.access import FieldRule, refuse_ruled_fields
from shared.domain.conditions.language import leaves_of
from shared.domain.conditions.schema import Leaf, Node
from shared.domain.entity import Value
from shared.domain.errors import FieldError, InvalidInput
from shared.domain.leads.model import Channel
from shared.domain.segments.kinds import KINDS, RecordKind

FieldType = Literal["text", "number", "boolean", "date", "time", "any"]

_UNSAID = frozenset(
    {
        *("id", "version", "deleted_at", "timers", "scoring", "routing", "helpers", "review"),
        *("restricted", "merged_into", "contested", "traits", "behaviours", "consents", "accounts"),
        *("emails", "phones", "grade"),
    }
)
_UNTOUCHED = frozenset({"updated_at", "updated_by"})
"""What giving a tag changes itself: a rule that looked at it would contradict itself."""

_AGES = frozenset({"within_days", "older_than_days", "next_days"})
_CONSENTS: tuple[str, ...] = cast(Any, Channel).__args__


class FieldSpec(Value):
    """One field: its path (`custom.*` for any name there), type, values where they are fixed, and
    whether a record may have several of it."""

    path: str
    type: FieldType
    several: bool = False
    values: tuple[str, ...] = ()
    rules: bool = True
    """Whether rules of tags may use it too."""


@cache
def fields_of_kind(kind: RecordKind) -> tuple[FieldSpec, ...]:
    """Every field of a kind that a condition may name, sorted."""
    schema = KINDS[kind].entity.model_json_schema(mode="serialization")
    own = _walk(schema["properties"], schema.get("$defs", {}), "", several=False)
    specs = [spec for spec in (*own, *_derived(schema["properties"])) if _said(spec.path)]
    return tuple(sorted(specs, key=lambda spec: spec.path))


def find_field(kind: RecordKind, path: str) -> FieldSpec | None:
    """The field of that path, None if records of the kind have no such field."""
    for spec in fields_of_kind(kind):
        stem, star, _ = spec.path.partition("*")
        if path == spec.path or (star and path.startswith(stem) and path != stem):
            return spec
    return None


def refuse_unknown_fields(
    kind: RecordKind, condition: Node | None, path: str = "condition", *, rule: bool = False
) -> None:
    """InvalidInput for every field that records of the kind do not have, or do not have like that.

    `rule`: the condition decides on a tag, so it may not look at what a tag changes.
    """
    leaves = [leaf for leaf, _ in leaves_of(condition)] if condition is not None else []
    errors = [error for leaf in leaves for error in _errors(kind, leaf, path, rule)]
    if errors:
        raise InvalidInput(list(dict.fromkeys(errors)))


def refuse_ruled_conditions(
    rules: dict[str, FieldRule], condition: Node | None, names: Iterable[str] = ()
) -> None:
    """Forbidden when a condition looks at a field that the caller does not see in full."""
    leaves = leaves_of(condition) if condition is not None else ()
    roots = {leaf.field.partition(".")[0] for leaf, _ in leaves} | set(names)
    told = {root + "s" for root in roots if root in ("phone", "email")}
    told |= {root[:-1] for root in roots if root in ("phones", "emails")}
    refuse_ruled_fields(rules, roots | told, "filter by")


def _errors(kind: RecordKind, leaf: Leaf, path: str, rule: bool) -> Iterator[FieldError]:
    spec = find_field(kind, leaf.field)
    if spec is None:
        yield FieldError(path, "unknown_field", f"Records of kind {kind} have no '{leaf.field}'.")
        return
    if rule and not spec.rules:
        message = f"Giving a tag changes '{leaf.field}', so its rule cannot look at it."
        yield FieldError(path, "field_not_for_rules", message)
    if leaf.op == "changed_since":
        yield FieldError(path, "operator_unknown", "Segments do not know when fields changed.")
    if leaf.op in _AGES and spec.type not in ("date", "time", "any"):
        message = f"'{leaf.field}' is no time, so it has no age."
        yield FieldError(path, "operator_unfit", message)


def _said(path: str) -> bool:
    return path.partition(".")[0] not in _UNSAID or path in ("emails", "phones", "grade")


def _derived(properties: dict[str, Any]) -> Iterator[FieldSpec]:
    yield FieldSpec(path="emails", type="text", several=True)
    yield FieldSpec(path="phones", type="text", several=True)
    yield FieldSpec(path="figures.*", type="number", rules=False)
    if "grade" in properties:
        yield FieldSpec(path="grade", type="text", values=("A", "B", "C", "D", "E"))
    if "traits" in properties:
        yield FieldSpec(path="trait.*", type="any")
        yield FieldSpec(path="trait_at.*", type="time")
    if "behaviours" in properties:
        yield FieldSpec(path="behaviour.*", type="any")
    if "consents" in properties:
        yield from (FieldSpec(path=f"consent.{name}", type="boolean") for name in _CONSENTS)


def _walk(
    properties: dict[str, Any], definitions: dict[str, Any], prefix: str, *, several: bool
) -> Iterator[FieldSpec]:
    for name, described in properties.items():
        path = f"{prefix}{name}"
        schema = _resolved(described, definitions)
        many = several
        if schema.get("type") == "array":
            many, schema = True, _resolved(schema.get("items", {}), definitions)
        if "properties" in schema and prefix.count(".") < 2:
            yield from _walk(schema["properties"], definitions, f"{path}.", several=many)
        elif schema.get("type") == "object":
            yield FieldSpec(path=f"{path}.*", type="any", several=many)
        else:
            money = name == "amount" and "currency" in properties
            yield _spec(path, {"type": "number"} if money else schema, several=many)


def _resolved(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """The schema behind references and "or nothing"."""
    if "$ref" in schema:
        return _resolved(definitions[schema["$ref"].rsplit("/", 1)[-1]], definitions)
    choices: list[dict[str, Any]] = schema.get("anyOf", [])
    if real := [choice for choice in choices if choice.get("type") != "null"]:
        return _resolved(real[0], definitions) if len(real) == 1 else {}
    return schema


def _spec(path: str, schema: dict[str, Any], *, several: bool) -> FieldSpec:
    types: dict[tuple[Any, Any], FieldType] = {
        ("string", "date-time"): "time",
        ("string", "date"): "date",
    }
    plain: dict[Any, FieldType] = {
        "string": "text",
        "integer": "number",
        "number": "number",
        "boolean": "boolean",
    }
    kind = schema.get("type")
    found: FieldType = types.get((kind, schema.get("format"))) or plain.get(kind, "any")
    return FieldSpec(
        path=path,
        type=found,
        several=several,
        values=tuple(schema.get("enum", ())),
        rules=path not in _UNTOUCHED,
    )
