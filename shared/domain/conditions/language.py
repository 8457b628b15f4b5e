"""Conditions as definitions: checked when they are saved, every error at once, within limits."""

from collections.abc import Iterator
from typing import Annotated, Any, LiteralString, cast

from pydantic import (
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    SerializationInfo,
    TypeAdapter,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import (
    CoreSchema,
    ErrorDetails,
    InitErrorDetails,
    PydanticCustomError,
    core_schema,
)

from shared.domain.conditions.schema import All, AnyOf, Leaf, Node, Not
from shared.domain.errors import FieldError, InvalidInput

DEEPEST = 6
MOST_NODES = 200
_OWN_NAMES = frozenset({"all", "any", "not", "field", "op", "value"})


def _checked(data: object, handler: ValidatorFunctionWrapHandler) -> object:
    """Limits first, then the schema; error paths without the names of its internal choices."""
    _within_limits(data)
    try:
        return handler(data)
    except ValidationError as refusal:
        lines = [_told(error) for error in refusal.errors(include_url=False)]
        raise ValidationError.from_exception_data("condition", lines) from None


def _told(error: ErrorDetails) -> InitErrorDetails:
    at = tuple(part for part in error["loc"] if isinstance(part, int) or part in _OWN_NAMES)
    if error["type"] == "extra_forbidden" and at[-1:] != error["loc"][-1:]:
        at = (*at, error["loc"][-1])
    if error["type"].startswith("union_tag"):
        at = (*at, "op")  # no operator, or one that does not exist
    kind = cast(LiteralString, error["type"])
    told = PydanticCustomError(kind, "{said}", {"said": error["msg"]})
    return InitErrorDetails(type=told, loc=at, input=error["input"])


def _within_limits(data: object) -> None:
    nodes = 0
    waiting: list[tuple[object, int]] = [(data, 1)]
    while waiting:
        node, depth = waiting.pop()
        nodes += 1
        if depth > DEEPEST:
            raise PydanticCustomError(
                "condition_too_deep", "Groups nest at most {most} deep.", {"most": DEEPEST}
            )
        if nodes > MOST_NODES:
            raise PydanticCustomError(
                "condition_too_large", "A condition has at most {most} parts.", {"most": MOST_NODES}
            )
        waiting.extend((part, depth + 1) for part in _parts(node))


def _parts(node: object) -> list[object]:
    if not isinstance(node, dict):
        return []
    groups = cast(dict[str, object], node)
    found: list[object] = [groups["not"]] if "not" in groups else []
    for name in ("all", "any"):
        listed = groups.get(name)
        if isinstance(listed, list | tuple):
            found.extend(cast(list[object], listed))
    return found


_CHECKED: TypeAdapter[Node] = TypeAdapter(
    Annotated[Node, WrapValidator(_checked)], config=ConfigDict(defer_build=True)
)


def _dumped(node: Node, info: SerializationInfo) -> object:
    return _CHECKED.dump_python(node, mode="json" if info.mode_is_json() else "python")


class _Whole:
    """Makes a condition one opaque field to the models that hold it.

    The schema of the language is large and recursive. Copied into every such model, and those into
    their own, it made cold starts slow; so it is built once, when it is first needed.
    """

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _CHECKED.validate_python,
            serialization=core_schema.plain_serializer_function_ser_schema(_dumped, info_arg=True),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        _CHECKED.rebuild()
        return handler(_CHECKED.core_schema)


Condition = Annotated[Node, _Whole]
"""A whole condition, for fields of pydantic models."""

ALWAYS: Node = All.model_construct(all=())
"""The condition that holds for everything."""


def parse_condition(data: object, path: str = "condition") -> Node:
    """The condition that JSON `data` defines; InvalidInput with every error below `path`."""
    try:
        return _CHECKED.validate_python(data)
    except ValidationError as refusal:
        raise InvalidInput(
            [
                FieldError(".".join([path, *map(str, error["loc"])]), error["type"], error["msg"])
                for error in refusal.errors(include_url=False)
            ]
        ) from refusal


def leaves_of(node: Node, negated: bool = False) -> Iterator[tuple[Leaf, bool]]:
    """Every leaf in reading order, and whether an odd number of `not` stands around it."""
    match node:
        case All():
            for part in node.all:
                yield from leaves_of(part, negated)
        case AnyOf():
            for part in node.any:
                yield from leaves_of(part, negated)
        case Not():
            yield from leaves_of(node.not_, not negated)
        case _:
            yield node, negated


def fields_of(condition: Node) -> frozenset[str]:
    """The fields a condition looks at, to refuse unknown ones when it is saved."""
    return frozenset(leaf.field for leaf, _ in leaves_of(condition))
