"""Filter criteria, against examples of the EventBridge user guide."""

from typing import Any

import pytest

from infra.local.patterns import check, matches
from infra.local.template import TemplateError

RECORD = {
    "eventName": "INSERT",
    "dynamodb": {"NewImage": {"events": {"S": "[1]"}, "score": {"N": 7}, "list": ["a", "b"]}},
}


@pytest.mark.parametrize(
    "pattern",
    [
        {},
        {"eventName": ["INSERT", "MODIFY"]},
        {"dynamodb": {"NewImage": {"events": {"S": [{"exists": True}]}}}},
        {"dynamodb": {"OldImage": {"events": {"S": [{"exists": False}]}}}},
        {"eventName": [{"prefix": "IN"}]},
        {"eventName": [{"suffix": "ERT"}]},
        {"eventName": [{"anything-but": ["REMOVE"]}]},
        {"eventName": [{"anything-but": {"prefix": "RE"}}]},
        {"eventName": [{"equals-ignore-case": "insert"}]},
        {"dynamodb": {"NewImage": {"score": {"N": [{"numeric": [">", 5, "<=", 7]}]}}}},
        {"dynamodb": {"NewImage": {"list": ["b"]}}},
        {"$or": [{"eventName": ["REMOVE"]}, {"eventName": ["INSERT"]}]},
    ],
)
def test_a_fitting_record_passes(pattern: dict[str, Any]) -> None:
    check(pattern)
    assert matches(pattern, RECORD)


@pytest.mark.parametrize(
    "pattern",
    [
        {"eventName": ["REMOVE"]},
        {"eventName": ["insert"]},
        {"dynamodb": {"NewImage": {"doc": {"S": [{"exists": True}]}}}},
        {"dynamodb": {"NewImage": {"events": [{"exists": True}]}}},
        {"dynamodb": {"NewImage": {"events": {"S": [{"exists": False}]}}}},
        {"eventName": [{"anything-but": "INSERT"}]},
        {"missing": [{"anything-but": "x"}]},
        {"dynamodb": {"NewImage": {"score": {"N": [{"numeric": ["<", 7]}]}}}},
        {"dynamodb": {"NewImage": {"score": {"N": ["7"]}}}},
        {"eventName": ["INSERT"], "dynamodb": {"Keys": {"pk": {"S": ["a"]}}}},
        {"$or": [{"eventName": ["REMOVE"]}]},
    ],
)
def test_a_record_that_does_not_fit_is_held_back(pattern: dict[str, Any]) -> None:
    assert not matches(pattern, RECORD)


def test_an_unknown_condition_is_refused_at_the_start() -> None:
    with pytest.raises(TemplateError, match="cidr"):
        check({"ip": [{"cidr": "10.0.0.0/8"}]})
