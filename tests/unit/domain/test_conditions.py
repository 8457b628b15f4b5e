"""Conditions say the same about a record whoever asks, and bad definitions are refused whole."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from shared.domain.conditions import (
    ALWAYS,
    Condition,
    evaluate,
    explain,
    fields_of,
    next_flip,
    parse_condition,
)
from shared.domain.errors import InvalidInput
from shared.domain.money import Money

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
LEAD: dict[str, Any] = {
    "name": "王小明",
    "company": {"name": "臺灣積體電路", "size": 250},
    "country": "DE",
    "budget": Money.of("12500.50", "CNY"),
    "price": "9.90",
    "postal_code": "007",
    "tags": ["VIP", "展会 2026"],
    "contacts": [{"role": "buyer", "age": 31}, {"role": "user"}],
    "agreed": True,
    "visits": 0,
    "created_at": datetime(2026, 5, 18, 23, 30, tzinfo=UTC),
    "renewal": date(2026, 6, 1),
    "note": "",
    "parent": None,
    "changed_at": {"country": datetime(2026, 5, 19, tzinfo=UTC)},
}


def holds(field: str, op: str, *value: Any, now: datetime = NOW) -> bool:
    leaf = {"field": field, "op": op} | ({"value": value[0]} if value else {})
    return evaluate(parse_condition(leaf), LEAD, now)


@pytest.mark.parametrize(
    "leaf",
    [
        ("country", "eq", "de"),
        ("company.name", "eq", "台湾积体电路"),
        ("company.size", "eq", 250.0),
        ("budget.amount", "eq", 12500.5),
        ("budget.amount", "gt", "12500"),
        ("budget.amount", "between", [12000, 13000]),
        ("price", "eq", 9.9),
        ("price", "lt", 10),
        ("price", "lt", "10"),
        ("postal_code", "ne", "7"),
        ("postal_code", "eq", "007"),
        ("country", "in", ["AT", "DE"]),
        ("country", "not_in", ["CN"]),
        ("tags", "eq", "vip"),
        ("tags", "in", ["展会 2026", "x"]),
        ("tags", "contains", "vip"),
        ("tags", "starts_with", "展会"),
        ("name", "contains", "小明"),
        ("name", "contains", ["x", "小明"]),
        ("name", "starts_with", ["x", "王"]),
        ("tags", "contains", ["x", "vip"]),
        ("contacts.role", "eq", "buyer"),
        ("contacts.age", "gte", 31),
        ("agreed", "eq", True),
        ("visits", "exists"),
        ("visits", "lte", 0),
        ("note", "missing"),
        ("parent.name", "missing"),
        ("created_at", "lt", "2026-05-19T08:00:00+08:00"),
        ("created_at", "eq", "2026-05-18"),
        ("created_at", "lte", "2026-05-18"),
        ("created_at", "between", ["2026-05-01", "2026-05-18"]),
        ("renewal", "gt", "2026-05-31T23:00:00Z"),
        ("created_at", "within_days", 2),
        ("created_at", "older_than_days", 1),
        ("renewal", "next_days", 12),
        ("country", "changed_since", "2026-05-19"),
        ("parent", "ne", "x"),
        ("parent", "not_in", ["x"]),
        ("name", "lt", "王小红"),
    ],
)
def test_it_holds(leaf: tuple[Any, ...]) -> None:
    assert holds(*leaf)


@pytest.mark.parametrize(
    "leaf",
    [
        ("country", "eq", "DEU"),
        ("agreed", "eq", 1),
        ("agreed", "eq", "True"),
        ("visits", "eq", False),
        ("company", "eq", "x"),
        ("company.size", "gt", "many"),
        ("name", "gt", 5),
        ("name", "lt", "2026-01-01T00:00:00Z"),
        ("country", "between", [1, 2]),
        ("tags", "ne", "vip"),
        ("tags", "not_in", ["vip"]),
        ("tags", "contains", "vi"),
        ("tags", "contains", ["vi", "p"]),
        ("name", "starts_with", ["x", "小明"]),
        ("company.size", "contains", "25"),
        ("parent", "eq", "None"),
        ("parent", "exists"),
        ("note", "exists"),
        ("created_at", "within_days", 1),
        ("created_at", "older_than_days", 2),
        ("created_at", "next_days", 30),
        ("renewal", "next_days", 11),
        ("renewal", "within_days", 30),
        ("name", "within_days", 30),
        ("name", "changed_since", "2020-01-01"),
        ("country", "changed_since", "2026-05-20"),
    ],
)
def test_it_does_not_hold(leaf: tuple[Any, ...]) -> None:
    assert not holds(*leaf)


def test_the_zone_of_now_decides_on_which_date_a_time_falls() -> None:
    shanghai = NOW.astimezone(ZoneInfo("Asia/Shanghai"))
    assert holds("created_at", "eq", "2026-05-19", now=shanghai)
    assert not holds("created_at", "eq", "2026-05-19")


def test_groups_combine() -> None:
    german, austrian = ({"field": "country", "op": "eq", "value": c} for c in ("DE", "AT"))
    for definition, expected in [
        ({"all": [german, austrian]}, False),
        ({"any": [german, austrian]}, True),
        ({"not": austrian}, True),
        ({"all": [german, {"not": {"any": [austrian, {"field": "note", "op": "exists"}]}}]}, True),
        ({"all": []}, True),
    ]:
        assert evaluate(parse_condition(definition), LEAD, NOW) is expected


def test_models_answer_by_their_fields_only() -> None:
    class Person(BaseModel):
        budget: Money

    person = Person(budget=Money.of(5, "EUR"))
    assert evaluate(
        parse_condition({"field": "budget.amount", "op": "eq", "value": 5}), person, NOW
    )
    for attribute in ("model_fields", "budget.amount.real", "copy"):
        condition = parse_condition({"field": attribute, "op": "exists"})
        assert not evaluate(condition, person, NOW)


def test_the_explanation_names_every_leaf_and_what_was_found() -> None:
    condition = parse_condition(
        {
            "any": [
                {"field": "country", "op": "in", "value": ["AT"]},
                {"not": {"field": "tags", "op": "contains", "value": "vip"}},
                {"field": "parent", "op": "missing"},
                {"field": "budget.amount", "op": "gt", "value": 1},
                {"field": "renewal", "op": "next_days", "value": 20},
            ]
        }
    )
    told = explain(condition, LEAD, NOW)
    assert [(o.field, o.found, o.holds, o.negated) for o in told] == [
        ("country", "DE", False, False),
        ("tags", ["VIP", "展会 2026"], True, True),
        ("parent", None, True, False),
        ("budget.amount", "12500.50", True, False),
        ("renewal", "2026-06-01", True, False),
    ]
    assert json.loads(told[0].model_dump_json())["value"] == ["AT"]


@pytest.mark.parametrize(
    ("definition", "errors"),
    [
        ({"field": "a", "op": "is"}, {("c.op", "union_tag_invalid")}),
        ({"field": "a"}, {("c.op", "union_tag_not_found")}),
        ({"field": "a", "op": "eq"}, {("c.value", "missing")}),
        ({"field": "a", "op": "eq", "value": None}, {("c.value", "value_invalid")}),
        ({"field": "a", "op": "eq", "value": {"x": 1}}, {("c.value", "value_invalid")}),
        ({"field": "a", "op": "eq", "value": float("nan")}, {("c.value", "value_invalid")}),
        ({"field": "a", "op": "gt", "value": True}, {("c.value", "value_invalid")}),
        ({"field": "a", "op": "in", "value": []}, {("c.value", "too_short")}),
        ({"field": "a", "op": "in", "value": ["x", []]}, {("c.value.1", "value_invalid")}),
        ({"field": "a", "op": "exists", "value": 1}, {("c.value", "extra_forbidden")}),
        ({"field": "a", "op": "contains", "value": " "}, {("c.value", "value_invalid")}),
        ({"field": "a", "op": "contains", "value": []}, {("c.value", "value_invalid")}),
        ({"field": "a", "op": "between", "value": [2, 1]}, {("c", "range_invalid")}),
        ({"field": "a", "op": "between", "value": [2, "x"]}, {("c", "range_invalid")}),
        ({"field": "a", "op": "within_days", "value": 0}, {("c.value", "greater_than_equal")}),
        ({"field": "a", "op": "within_days", "value": "7"}, {("c.value", "int_type")}),
        ({"field": "a", "op": "changed_since", "value": "soon"}, {("c", "time_invalid")}),
        ({"field": "a", "op": "changed_since", "value": "2026-02-30"}, {("c", "time_invalid")}),
        ({"field": "__class__", "op": "exists"}, {("c.field", "field_invalid")}),
        ({"field": "a..b", "op": "exists"}, {("c.field", "field_invalid")}),
        ({"field": "a", "op": "exists", "of": 1}, {("c.of", "extra_forbidden")}),
        ({"any": []}, {("c.any", "too_short")}),
        ({"all": [], "any": []}, {("c.any", "extra_forbidden")}),
        ("country = DE", {("c", "model_attributes_type")}),
        (None, {("c", "model_attributes_type")}),
        (
            {"all": [{"field": "a", "op": "eq"}, {"not": {"field": "?", "op": "missing"}}]},
            {("c.all.0.value", "missing"), ("c.all.1.not.field", "field_invalid")},
        ),
    ],
)
def test_bad_definitions_are_refused_with_every_error(
    definition: object, errors: set[tuple[str, str]]
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_condition(definition, "c")
    assert {(error.path, error.code) for error in refusal.value.errors} == errors


def test_depth_and_size_are_limited() -> None:
    deep: dict[str, Any] = {"field": "a", "op": "exists"}
    for _ in range(6):
        deep = {"not": deep}
    wide = {"any": [{"field": "a", "op": "exists"}] * 200}
    for definition, code in ((deep, "condition_too_deep"), (wide, "condition_too_large")):
        with pytest.raises(InvalidInput) as refusal:
            parse_condition(definition)
        assert [error.code for error in refusal.value.errors] == [code]
    parse_condition(deep["not"])
    parse_condition({"any": wide["any"][:199]})


def test_a_condition_inside_a_model_reports_plain_paths() -> None:
    class Rule(BaseModel):
        when: Condition

    with pytest.raises(ValidationError) as refusal:
        Rule.model_validate({"when": {"all": [{"field": "a", "op": "lt", "value": []}]}})
    assert [e["loc"] for e in refusal.value.errors()] == [("when", "all", 0, "value")]
    rule = Rule.model_validate({"when": {"not": {"field": "规模", "op": "gte", "value": 5}}})
    assert Rule.model_validate_json(rule.model_dump_json()) == rule
    assert rule.model_dump(mode="json") == {
        "when": {"not": {"field": "规模", "op": "gte", "value": 5}}
    }


def test_the_schema_is_published() -> None:
    schema = json.dumps(TypeAdapter(Condition).json_schema())
    assert all(f'"{op}"' in schema for op in ("eq", "not_in", "between", "within_days", "all"))


def test_fields_are_listed_for_checking() -> None:
    condition = parse_condition(
        {"any": [{"not": {"field": "a.b", "op": "exists"}}, {"field": "c", "op": "missing"}]}
    )
    assert fields_of(condition) == {"a.b", "c"}
    assert fields_of(ALWAYS) == frozenset()


def test_the_next_flip_is_when_time_alone_changes_a_leaf() -> None:
    def flip(op: str, days: int, field: str = "created_at") -> datetime | None:
        return next_flip(parse_condition({"field": field, "op": op, "value": days}), LEAD, NOW)

    created = LEAD["created_at"]
    assert flip("within_days", 2) == created + timedelta(days=2)
    assert flip("within_days", 1) is None
    assert flip("older_than_days", 7) == created + timedelta(days=7)
    assert flip("next_days", 3, "renewal") == datetime(2026, 5, 29, tzinfo=UTC)
    assert flip("next_days", 30, "renewal") == datetime(2026, 6, 1, tzinfo=UTC)
    assert flip("within_days", 7, "name") is None


ops = st.sampled_from(["within_days", "older_than_days", "next_days"])
minutes = st.integers(-60_000, 60_000)


@given(ops, st.integers(1, 30), minutes, st.booleans(), st.integers(0, 60_000))
def test_nothing_changes_before_the_next_flip(
    op: str, days: int, offset: int, plain_date: bool, later: int
) -> None:
    moment = NOW + timedelta(minutes=offset)
    facts = {"at": moment.date() if plain_date else moment}
    condition = parse_condition({"field": "at", "op": op, "value": days})
    flip = next_flip(condition, facts, NOW)
    then = NOW + timedelta(minutes=later)
    if flip is not None and then >= flip:
        before = flip - timedelta(microseconds=1)
        assert evaluate(condition, facts, before) == evaluate(condition, facts, NOW)
    else:
        assert evaluate(condition, facts, then) == evaluate(condition, facts, NOW)


scalars = st.booleans() | st.integers(-100, 100) | st.text("aÄ7中 ", max_size=3) | st.none()
facts_ = st.dictionaries(st.sampled_from("abc"), scalars | st.lists(scalars, max_size=3))
values = st.booleans() | st.integers(-100, 100) | st.text("aÄ7中", min_size=1, max_size=3)
leaves = st.one_of(
    st.fixed_dictionaries(
        {"field": st.sampled_from("abc"), "op": st.sampled_from(["eq", "ne"]), "value": values}
    ),
    st.fixed_dictionaries(
        {
            "field": st.sampled_from("abc"),
            "op": st.sampled_from(["in", "not_in"]),
            "value": st.lists(values, min_size=1, max_size=3),
        }
    ),
    st.fixed_dictionaries(
        {
            "field": st.sampled_from("abc"),
            "op": st.sampled_from(["lt", "lte", "gt", "gte"]),
            "value": st.integers(-100, 100) | st.text("aÄ7中", min_size=1, max_size=3),
        }
    ),
    st.fixed_dictionaries(
        {"field": st.sampled_from("abc"), "op": st.sampled_from(["exists", "missing"])}
    ),
)
OPPOSITES = {"eq": "ne", "in": "not_in", "exists": "missing"}


@given(leaves, facts_)
def test_opposite_operators_always_disagree(leaf: dict[str, Any], facts: dict[str, Any]) -> None:
    if leaf["op"] in OPPOSITES:
        other = leaf | {"op": OPPOSITES[leaf["op"]]}
        assert evaluate(parse_condition(leaf), facts, NOW) != evaluate(
            parse_condition(other), facts, NOW
        )


@given(st.lists(leaves, min_size=1, max_size=4), facts_)
def test_de_morgan_holds(parts: list[dict[str, Any]], facts: dict[str, Any]) -> None:
    none_of = {"not": {"any": parts}}
    all_not = {"all": [{"not": part} for part in parts]}
    assert evaluate(parse_condition(none_of), facts, NOW) == evaluate(
        parse_condition(all_not), facts, NOW
    )


@given(st.lists(leaves, min_size=1, max_size=4), facts_)
def test_the_explanation_agrees_with_the_answer(
    parts: list[dict[str, Any]], facts: dict[str, Any]
) -> None:
    condition = parse_condition({"all": parts})
    assert all(o.holds for o in explain(condition, facts, NOW)) == evaluate(condition, facts, NOW)


@given(leaves)
def test_a_definition_survives_storage(leaf: dict[str, Any]) -> None:
    condition = parse_condition({"not": leaf})
    assert parse_condition(json.loads(condition.model_dump_json())) == condition


def test_decimals_compare_exactly() -> None:
    assert evaluate(
        parse_condition({"field": "x", "op": "eq", "value": 0.1}), {"x": Decimal("0.10")}, NOW
    )
    assert not evaluate(
        parse_condition({"field": "x", "op": "eq", "value": 0.1}),
        {"x": Decimal("0.1000000000000000055")},
        NOW,
    )
