"""Filter criteria, against examples of the EventBridge user guide."""

import json
from typing import Any

import pytest
from ministack.services import eventbridge

from infra.local.patterns import check, matches
from infra.local.template import TemplateError

RECORD = {
    "eventName": "INSERT",
    "dynamodb": {"NewImage": {"events": {"S": "[1]"}, "score": {"N": 7}, "list": ["ab", "b"]}},
    "none": [],
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
        {"dynamodb": {"NewImage": {"list": [{"prefix": "x"}, {"prefix": "a"}]}}},
        {"dynamodb": {"NewImage": {"list": [{"anything-but": ["b"]}]}}},
        {"dynamodb": {"NewImage": {"list": [{"exists": True}]}}},
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
        {"dynamodb": {"NewImage": {"list": [{"prefix": "c"}]}}},
        {"dynamodb": {"NewImage": {"list": [{"anything-but": ["ab", "b"]}]}}},
        {"none": [{"prefix": "a"}]},
        {"nothing": [{"prefix": "a"}]},
    ],
)
def test_a_record_that_does_not_fit_is_held_back(pattern: dict[str, Any]) -> None:
    assert not matches(pattern, RECORD)


CONCERNS = {"source": ["rapport"], "detail": {"concerns": [{"prefix": "acc_"}, {"prefix": "con_"}]}}


@pytest.mark.parametrize(
    ("concerns", "fits"),
    [
        (["acc_1"], True),
        (["opp_1", "con_2"], True),
        (["opp_1"], False),
        (["xacc_1"], False),
        ([], False),
        (None, False),
    ],
)
def test_the_bus_of_the_emulator_reads_such_patterns_alike(
    concerns: list[str] | None, fits: bool
) -> None:
    detail = {} if concerns is None else {"concerns": concerns}
    event = {"source": "rapport", "detail-type": "a.b.v1", "detail": detail}
    check(CONCERNS)
    assert matches(CONCERNS, event) is fits
    put = {"Source": "rapport", "DetailType": "a.b.v1", "Detail": json.dumps(detail)}
    assert bool(eventbridge._matches_pattern(json.dumps(CONCERNS), put)) is fits


def test_an_unknown_condition_is_refused_at_the_start() -> None:
    with pytest.raises(TemplateError, match="cidr"):
        check({"ip": [{"cidr": "10.0.0.0/8"}]})
