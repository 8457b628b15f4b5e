"""From what somebody said to a lead, and to a changed one: pure, the same for every channel."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.access import Principal, Role
from shared.domain.context import Context
from shared.domain.errors import InvalidInput, InvalidState
from shared.domain.leads import work
from shared.domain.leads.capture import LeadChange, NewLead, capture, change
from shared.domain.leads.model import Lead

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
CALLER = Principal("ten_A", "usr_A", Role.SALES, region="CN")
CONTEXT = Context(CALLER, NOW, lambda: bytes(10))


def new(**said: Any) -> Lead:
    return capture(CONTEXT, NewLead.model_validate(said), channel="api")


def changed(lead: Lead, **said: Any) -> Lead:
    wanted = LeadChange.model_validate(said)
    return change(CONTEXT, lead, wanted, wanted.model_fields_set)


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cf")), max_size=30)
SAID = st.fixed_dictionaries(
    {"name": st.just("王伟")},
    optional={
        "company": TEXT,
        "city": TEXT,
        "source": TEXT,
        "urgency": st.sampled_from(["low", "normal", "high", "immediate", None]),
        "company_size": st.none() | st.integers(0, 10_000_000),
        "tags": st.lists(TEXT.filter(lambda t: t.strip() != ""), max_size=5),
        "custom": st.dictionaries(
            st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True),
            st.none() | st.booleans() | st.integers(-(10**9), 10**9) | TEXT,
            max_size=5,
        ),
    },
)


@given(SAID)
def test_saying_the_same_again_changes_nothing(said: dict[str, Any]) -> None:
    lead = new(**said)
    assert changed(lead, **said) is lead


@given(SAID, SAID)
def test_a_change_gives_what_was_said_and_leaves_the_rest(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    before = new(**first)
    after = changed(before, **second)
    as_new = new(**second)
    for name in second.keys() - {"custom"}:
        assert getattr(after, name) == getattr(as_new, name)
    for name in first.keys() - second.keys():
        assert getattr(after, name) == getattr(before, name)
    merged = {**before.custom, **second.get("custom", {})}
    assert after.custom.keys() == {n for n, v in merged.items() if v is not None}


@given(SAID, SAID)
def test_an_event_names_exactly_the_fields_that_changed(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    before = new(**first)
    after = changed(before, **second)
    told = {f for e in after.events for f in getattr(e, "fields", ())}
    ours = set(NewLead.model_fields) - {"assign"}
    assert told == {n for n in ours if getattr(before, n) != getattr(after, n)}


@pytest.mark.parametrize("said", [{}, {"city": "x"}, {"name": " "}, {"custom": {"a": 1}}])
def test_a_lead_needs_something_to_know_it_by(said: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        new(**said)
    assert [e.code for e in refused.value.errors] == ["identity_required"]


@pytest.mark.parametrize("field", ["name", "company", "email", "phone", "external_id"])
def test_any_one_of_the_identifying_fields_is_enough(field: str) -> None:
    values = {"email": "a@example.com", "phone": "13812340101"}
    lead = new(**{field: values.get(field, "x")})
    assert lead.display_name
    with pytest.raises(InvalidInput):
        changed(lead, **{field: None})


def test_a_closed_lead_keeps_its_status() -> None:
    closed = work.disqualify(CONTEXT, new(name="x"), "spam")
    with pytest.raises(InvalidState):
        changed(closed, status="working")
    assert changed(closed, city="x").city == "x"
