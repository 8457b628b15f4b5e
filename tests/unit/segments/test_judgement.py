"""Definitions say the same about a record wherever it is met, and never contradict themselves."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.domain.conditions import evaluate, parse_condition
from shared.domain.leads.model import Lead
from shared.domain.segments.explanation import why
from shared.domain.segments.facts import facts_of
from shared.domain.segments.judgement import Case, Definition, in_order, judge
from shared.domain.segments.segment import Excluded, Included
from shared.storage.record import from_item, to_item
from tests.unit.segments.cases import NOW, PHONE, conditions, lead, leads

IDS = [f"seg_{n:026d}" for n in range(4)]


def defined(n: int = 0, condition: Any = None, **more: Any) -> Definition:
    """A definition of the n-th segment."""
    node = parse_condition(condition) if condition is not None else None
    return Definition(IDS[n], 1, node, **more)


def members(record: Lead, *definitions: Definition, placed: tuple[str, ...] = ()) -> set[str]:
    """The targets to which the record belongs."""
    return set(judge(in_order(definitions), Case(record, NOW, placed)).targets)


@given(leads, conditions)
def test_the_answer_is_the_same_on_the_model_and_on_what_is_stored_of_it(
    record: Lead, condition: Any
) -> None:
    item = to_item("ten_A", record, (), "w")
    read = from_item(Lead, item)
    again = Lead.model_validate(read.model_dump())
    node = parse_condition(condition)
    expected = evaluate(node, facts_of(record), NOW)
    assert evaluate(node, facts_of(read), NOW) == expected
    assert evaluate(node, facts_of(again), NOW) == expected
    assert members(read, defined(0, condition)) == ({IDS[0]} if expected else set())


@given(leads, conditions)
def test_why_agrees_with_whether(record: Lead, condition: Any) -> None:
    one = defined(0, condition)
    told = why(one, (one,), Case(record, NOW))
    assert told.member == (one.id in members(record, one)) == told.condition_holds


@given(leads, conditions, st.integers(0, 40_000))
def test_nothing_moves_before_the_flip(record: Lead, condition: Any, minutes: int) -> None:
    definitions = (defined(0, condition),)
    now = judge(definitions, Case(record, NOW))
    then = NOW + timedelta(minutes=minutes)
    if now.flip is None or then < now.flip:
        assert judge(definitions, Case(record, then)).targets == now.targets


@given(leads, conditions, st.lists(conditions, max_size=3))
def test_one_evaluation_settles_all_tags(record: Lead, first: Any, others: list[Any]) -> None:
    """Whatever rules look at, tags included: evaluating again changes nothing."""
    rules = [
        Definition(f"tag_{n:026d}", 1, parse_condition(condition), tag=name)
        for n, (name, condition) in enumerate(
            zip(("Berlin", "台北", "x y", "new"), (first, *others), strict=False)
        )
    ]
    definitions = in_order(rules)
    once = judge(definitions, Case(record, NOW))
    settled = record.model_copy(update={"tags": once.tags})
    again = judge(definitions, Case(settled, NOW))
    assert (again.tags, again.targets) == (once.tags, once.targets)


@given(leads, conditions)
def test_exclusion_wins(record: Lead, condition: Any) -> None:
    one = defined(
        0,
        condition,
        include=Included(ids=(record.id,)),
        exclude=Excluded(ids=(record.id,)),
    )
    assert members(record, one) == set()


def test_a_listed_record_belongs_whatever_the_condition_says() -> None:
    listed = Included(ids=(lead().id,))
    never = {"field": "city", "op": "eq", "value": "nowhere"}
    assert members(lead(), defined(0, never, include=listed)) == {IDS[0]}


@pytest.mark.parametrize("address", ["a@example.com", "+8613812340101"])
def test_who_has_an_excluded_address_is_left_out(address: str) -> None:
    one = defined(0, {"all": []}, exclude=Excluded(addresses=(address.upper(),)))
    assert members(lead(email="A@Example.com", phone=PHONE), one) == set()
    assert members(lead(email="b@example.com"), one) == {IDS[0]}


def test_segments_are_decided_after_those_they_refer_to() -> None:
    base = defined(0, {"field": "city", "op": "eq", "value": "Berlin"})
    middle = defined(1, include=Included(segments=(IDS[0],)))
    top = defined(2, {"all": []}, exclude=Excluded(segments=(IDS[1],)))
    for order in ((top, middle, base), (base, middle, top)):
        assert members(lead(city="Berlin"), *order) == {IDS[0], IDS[1]}
        assert members(lead(city="Rome"), *order) == {IDS[2]}


def test_a_circle_of_segments_is_refused() -> None:
    one = defined(0, include=Included(segments=(IDS[1],)))
    other = defined(1, {"all": []}, exclude=Excluded(segments=(IDS[0],)))
    with pytest.raises(ValueError, match="circle"):
        in_order((one, other))


def test_a_static_segment_has_who_was_put_in() -> None:
    static = defined(0, by_hand=True)
    assert members(lead(), static) == set()
    assert members(lead(), static, placed=(IDS[0],)) == {IDS[0]}
    gone = lead(deleted_at=NOW)
    assert members(gone, static, placed=(IDS[0],)) == set()


def test_a_record_in_the_bin_belongs_to_nothing_and_keeps_its_tags() -> None:
    rule = Definition("tag_0", 1, parse_condition({"all": []}), tag="new")
    verdict = judge((rule, defined(0, {"all": []})), Case(lead(deleted_at=NOW, tags=("x",)), NOW))
    assert (verdict.targets, verdict.tags, verdict.flip) == (frozenset(), ("x",), None)


def test_a_full_record_gets_no_tag_more() -> None:
    tags = tuple(f"tag {n:02d}" for n in range(50))
    rule = Definition("tag_0", 1, parse_condition({"all": []}), tag="new")
    assert judge((rule,), Case(lead(tags=tags), NOW)).tags == tags


def test_a_tag_is_respelt_as_its_rule_says() -> None:
    rule = Definition("tag_0", 1, parse_condition({"all": []}), tag="臺北")
    assert judge((rule,), Case(lead(tags=("台北", "x")), NOW)).tags == ("x", "臺北")


@pytest.mark.parametrize("address", ["13812340101", "nobody", "a b@example.com", "+1"])
def test_an_address_that_could_never_match_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        Excluded(addresses=(address,))
