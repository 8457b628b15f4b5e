"""Event patterns as Lambda's filter criteria use them: which records reach a function at all."""

from __future__ import annotations

from typing import Any

from infra.local.template import TemplateError

_MISSING = object()


def matches(pattern: dict[str, Any], event: Any) -> bool:
    """Whether an event fits a pattern: every named field must fit one of its conditions."""
    for name, wanted in pattern.items():
        if name == "$or":
            if not any(matches(alternative, event) for alternative in wanted):
                return False
            continue
        value = event.get(name, _MISSING) if isinstance(event, dict) else _MISSING
        if isinstance(wanted, dict):
            if not matches(wanted, {} if value is _MISSING else value):
                return False
        elif not any(_fits(condition, value) for condition in wanted):
            return False
    return True


def check(pattern: dict[str, Any]) -> None:
    """Raises TemplateError when a pattern uses a condition that is not known here."""
    for name, wanted in pattern.items():
        if name == "$or" or isinstance(wanted, dict):
            for alternative in wanted if isinstance(wanted, list) else [wanted]:
                check(alternative)
            continue
        for condition in wanted:
            if isinstance(condition, dict) and not condition.keys() & _CONDITIONS.keys():
                raise TemplateError(f"filter condition {condition} is not served locally")


def _fits(condition: Any, value: Any) -> bool:
    """Whether the value meets the condition; of a list it is enough that one item does."""
    if isinstance(condition, dict) and "exists" in condition:
        return _exists(condition["exists"], value)
    if isinstance(value, list):
        return any(_fits(condition, item) for item in value)
    if not isinstance(condition, dict):
        return type(condition) is type(value) and condition == value
    kind, operand = next(iter(condition.items()))
    return _CONDITIONS[kind](operand, value)


def _exists(operand: bool, value: Any) -> bool:
    # EventBridge asks this of leaves only: an object does not count as existing.
    return operand == (value is not _MISSING and not isinstance(value, dict))


def _anything_but(operand: Any, value: Any) -> bool:
    if value is _MISSING:
        return False
    refused = operand if isinstance(operand, list) else [operand]
    return not any(_fits(condition, value) for condition in refused)


def _numeric(operand: list[Any], value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    pairs = zip(operand[::2], operand[1::2], strict=True)
    return all(_COMPARISONS[sign](value, bound) for sign, bound in pairs)


_COMPARISONS = {
    "=": lambda value, bound: value == bound,
    "<": lambda value, bound: value < bound,
    "<=": lambda value, bound: value <= bound,
    ">": lambda value, bound: value > bound,
    ">=": lambda value, bound: value >= bound,
}
_CONDITIONS: dict[str, Any] = {
    "exists": _exists,
    "prefix": lambda operand, value: isinstance(value, str) and value.startswith(operand),
    "suffix": lambda operand, value: isinstance(value, str) and value.endswith(operand),
    "anything-but": _anything_but,
    "numeric": _numeric,
    "equals-ignore-case": lambda operand, value: (
        isinstance(value, str) and value.casefold() == operand.casefold()
    ),
}
