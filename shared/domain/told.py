"""Checks with logic among the checks of a schema, so that one refusal names every bad field."""

from collections.abc import Callable
from typing import Any, LiteralString, TypeVar, cast

from pydantic import ValidationError, ValidationInfo
from pydantic_core import InitErrorDetails, PydanticCustomError

from shared.domain.errors import InvalidInput
from shared.domain.phone import parse_phone

T = TypeVar("T")


def told_by_schema(check: Callable[[], T], above: str = "") -> T:
    """What `check` gives; its InvalidInput as an error of the schema at the same fields.

    `above`: the path at which the schema's own path stands already.
    """
    try:
        return check()
    except InvalidInput as refusal:
        lines = [
            InitErrorDetails(
                type=PydanticCustomError(
                    cast(LiteralString, error.code), "{said}", {"said": error.message}
                ),
                loc=tuple(_part(part) for part in _below(error.path, above)),
                input=None,
            )
            for error in refusal.errors
        ]
        raise ValidationError.from_exception_data("input", lines) from None


def readable_number(number: str, info: ValidationInfo) -> str:
    """A telephone number as typed. In a request, where the caller's region is known, it is tried
    at once; elsewhere when it is parsed."""
    context: dict[str, Any] | None = info.context
    if context is not None:
        told_by_schema(lambda: parse_phone(number, context.get("region"), ""))
    return number


def _below(path: str, above: str) -> list[str]:
    rest = path.removeprefix(above).strip(".")
    return rest.split(".") if rest else []


def _part(part: str) -> str | int:
    return int(part) if part.isdigit() else part
