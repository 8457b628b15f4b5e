"""What may happen to a lead, and what may not: transitions as pure functions."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.errors import InvalidState
from shared.domain.leads import work
from shared.domain.leads.model import MAX_BEHAVIOURS, Behaviour, Lead, Routing
from shared.domain.scoring import default_model, score
from tests.unit.leads.test_capture import CONTEXT, NOW, new

BY_HAND = Routing(at=NOW, outcome="manual")
DUE = NOW + timedelta(hours=1)


def assigned(lead: Lead, owner: str = "usr_B") -> Lead:
    return work.assign(CONTEXT, lead, owner, "team_A", routing=BY_HAND, first_touch_due=DUE)


Step = Callable[[Lead], Lead]
STEPS: dict[str, Step] = {
    "assign": assigned,
    "wait": lambda lead: work.wait(CONTEXT, lead, BY_HAND),
    "touch": lambda lead: work.touch(CONTEXT, lead, "call"),
    "disqualify": lambda lead: work.disqualify(CONTEXT, lead, "spam"),
    "requalify": lambda lead: work.requalify(CONTEXT, lead),
    "delete": lambda lead: work.delete(CONTEXT, lead),
    "restore": lambda lead: work.restore(CONTEXT, lead),
    "behave": lambda lead: work.behave(
        CONTEXT, lead, Behaviour(type="page.visited", at=NOW - timedelta(days=1))
    ),
    "score": lambda lead: work.apply_score(
        CONTEXT, lead, score(default_model(), lead, lead.behaviours, NOW)
    ),
}


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=12))
def test_no_sequence_of_steps_leads_to_an_impossible_lead(names: list[str]) -> None:
    lead = new(name="x")
    for name in names:
        try:
            after = STEPS[name](lead)
        except InvalidState:
            continue
        if after is not lead:
            assert len(after.events) >= len(lead.events)
        lead = after
        assert (lead.status == "disqualified") == (lead.disqualification is not None)
        assert len(lead.timers.keys() & work.CLOCK) <= 1
        if lead.touched_at is not None or lead.owner is None:
            assert not lead.timers.keys() & work.CLOCK
        if lead.status == "disqualified":
            assert lead.timers.keys() <= {"rescore"}
        if lead.deleted_at is not None:
            assert lead.next_timer() is None
            assert not lead.open


def test_a_closed_lead_is_not_assigned_and_not_closed_again() -> None:
    closed = work.disqualify(CONTEXT, new(name="x"), "no_need")
    for step in ("assign", "disqualify", "restore"):
        with pytest.raises(InvalidState):
            STEPS[step](closed)


def test_taking_up_a_lead_gives_back_the_status_it_had() -> None:
    working = work.touch(CONTEXT, new(name="x"), "call")
    again = work.requalify(CONTEXT, work.disqualify(CONTEXT, working, "no_need", "later"))
    assert (again.status, again.disqualification) == ("working", None)


def test_a_new_owner_starts_the_clock_anew_whatever_stood_before() -> None:
    lead = assigned(new(name="x"))
    for timer in sorted(work.CLOCK):
        standing = lead.evolve(CONTEXT, timers={timer: NOW, "rescore": DUE})
        moved = assigned(standing, "usr_C")
        assert moved.timers == {"first_touch": DUE, "rescore": DUE}
        assert work.touch(CONTEXT, standing, "call").timers == {"rescore": DUE}


def test_a_touched_lead_gets_no_clock() -> None:
    touched = work.touch(CONTEXT, new(name="x"), "visit")
    assert assigned(touched).timers == {}
    assert work.touch(CONTEXT, touched, "call") is touched


def test_only_the_latest_behaviours_are_kept() -> None:
    lead = new(name="x")
    for n in range(MAX_BEHAVIOURS + 5):
        said = Behaviour(type="page.visited", at=NOW - timedelta(days=n))
        lead = work.behave(CONTEXT, lead, said)
    assert len(lead.behaviours) == MAX_BEHAVIOURS
    assert lead.behaviours[-1].at == NOW
    assert lead.behaviours[0].at == NOW - timedelta(days=MAX_BEHAVIOURS - 1)


def test_the_same_score_is_no_news_but_a_new_model_is() -> None:
    lead = STEPS["score"](new(name="x", phone="13812340101"))
    assert STEPS["score"](lead) is lead
    other = default_model().model_copy(update={"version": 2})
    again = work.apply_score(CONTEXT, lead, score(other, lead, (), NOW))
    assert again.scoring is not None
    assert again.scoring.model_version == 2


def test_a_fading_score_sets_the_time_of_the_next_look() -> None:
    lead = STEPS["score"](STEPS["behave"](new(name="x", phone="13812340101")))
    due = lead.timers["rescore"]
    assert due > NOW
    later = replace(CONTEXT, now=due)
    faded = work.apply_score(later, lead, score(default_model(), lead, lead.behaviours, due))
    assert (faded.score or 0) < (lead.score or 0)


def test_every_step_says_what_happened() -> None:
    told: dict[str, Any] = {}
    for name in ("assign", "wait", "touch", "disqualify", "delete", "behave", "score"):
        lead = new(name="x", phone="13812340101")
        told[name] = STEPS[name](lead).events[-1].name
    assert told == {
        "assign": "lead.assigned",
        "wait": "lead.waiting",
        "touch": "lead.touched",
        "disqualify": "lead.disqualified",
        "delete": "lead.deleted",
        "behave": "lead.behaved",
        "score": "lead.scored",
    }
