"""The published schema of conditions: leaves compare one field, groups combine."""

import re
from typing import Annotated, Any, Literal, TypeAlias, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    FiniteFloat,
    StrictBool,
    StrictInt,
    StringConstraints,
    Tag,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from shared.domain.conditions.values import comparable, time_of
from shared.domain.text import Line

MOST_DAYS = 3660
_FIELD = re.compile(r"[^\W_][\w-]*(\.[^\W_][\w-]*){0,7}")


def _path(name: str) -> str:
    if not _FIELD.fullmatch(name):
        raise PydanticCustomError(
            "field_invalid", "A field is names joined by points, such as custom.size."
        )
    return name


Path = Annotated[
    str, Field(max_length=200, examples=["country", "budget.amount"]), AfterValidator(_path)
]
Words = Annotated[Line, StringConstraints(min_length=1, max_length=1000)]
Number = (
    Annotated[StrictInt, Field(ge=-(10**18), le=10**18)]
    | Annotated[FiniteFloat, Field(strict=True)]
)


def _one_error(data: object, handler: ValidatorFunctionWrapHandler) -> object:
    """One error for the whole choice of types instead of one for each."""
    try:
        return handler(data)
    except ValidationError as refusal:
        raise PydanticCustomError(
            "value_invalid", "This is no value that the field can be compared with."
        ) from refusal


Scalar = Annotated[StrictBool | Number | Words, WrapValidator(_one_error)]
Ordered = Annotated[Number | Words, WrapValidator(_one_error)]


class _Node(BaseModel):
    # Built on first use, see `language.Condition`: a cold start without conditions pays nothing.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class _Leaf(_Node):
    field: Path


class Equality(_Leaf):
    """The field is, or is not, this value. A field without value is not equal to anything."""

    op: Literal["eq", "ne"]
    value: Scalar


class Order(_Leaf):
    """The field lies before or after this number, date, time or text."""

    op: Literal["lt", "lte", "gt", "gte"]
    value: Ordered


class Membership(_Leaf):
    """The field is one, or none, of these values."""

    op: Literal["in", "not_in"]
    value: Annotated[tuple[Scalar, ...], Field(min_length=1, max_length=200)]


class Part(_Leaf):
    """A text contains or begins with these words, or one of several; a list contains this value."""

    op: Literal["contains", "starts_with"]
    value: Annotated[
        Words | Annotated[tuple[Words, ...], Field(min_length=1, max_length=200)],
        WrapValidator(_one_error),
    ]


class Presence(_Leaf):
    """The field has a value, or has none (absent, null, empty)."""

    op: Literal["exists", "missing"]


class Range(_Leaf):
    """The field lies between these two, both included."""

    op: Literal["between"]
    value: tuple[Ordered, Ordered]

    @model_validator(mode="after")
    def _low_before_high(self) -> "Range":
        pair = comparable(self.value[0], self.value[1], None, ordering=True)
        if pair is None or pair[0] > pair[1]:
            raise PydanticCustomError("range_invalid", "The range ends before it begins.")
        return self


class Age(_Leaf):
    """A time passed less than (`within_days`) or at least (`older_than_days`) so many days ago, or
    comes within the next so many days (`next_days`)."""

    op: Literal["within_days", "older_than_days", "next_days"]
    value: Annotated[StrictInt, Field(ge=1, le=MOST_DAYS)]


class Change(_Leaf):
    """The field changed at or after this date or time (facts carry times under `changed_at`)."""

    op: Literal["changed_since"]
    value: Words

    @model_validator(mode="after")
    def _is_a_time(self) -> "Change":
        if time_of(self.value) is None:
            raise PydanticCustomError("time_invalid", "Not an ISO date, or time with zone.")
        return self


class All(_Node):
    """Every part holds; an empty list always does."""

    all: "tuple[Node, ...]"


class AnyOf(_Node):
    """At least one part holds."""

    any: "Annotated[tuple[Node, ...], Field(min_length=1)]"


class Not(_Node):
    """The part does not hold."""

    not_: "Annotated[Node, Field(alias='not')]"

    model_config = ConfigDict(serialize_by_alias=True)


def _form(data: object) -> str:
    """Which form of node this is; what is no group is read as a leaf and gets a leaf's errors."""
    if isinstance(data, dict):
        groups = [group for group in ("all", "any", "not") if group in data]
        return f"@{groups[0]}" if groups else "@leaf"
    return {All: "@all", AnyOf: "@any", Not: "@not"}.get(cast(Any, type(data)), "@leaf")


Leaf: TypeAlias = Equality | Order | Membership | Part | Presence | Range | Age | Change
Node: TypeAlias = Annotated[
    Annotated[All, Tag("@all")]
    | Annotated[AnyOf, Tag("@any")]
    | Annotated[Not, Tag("@not")]
    | Annotated[Annotated[Leaf, Field(discriminator="op")], Tag("@leaf")],
    Discriminator(_form),
]
