"""Many workers at once, late and double: in the end everything is as if evaluated from scratch."""

import random
import threading
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from functions.segments import runs
from functions.segments.evaluation import Evaluator
from functions.segments.messages import CHUNKS
from shared.domain.leads.model import Lead
from shared.domain.segments.judgement import Case, judge
from tests.house import House, fresh_id
from tests.integration.segments.conftest import Board, leaf

EVALUATION = "segment-evaluation"
CITIES = ("Berlin", "Paris", "Rome", "Oslo")


def together(*work: Callable[[], None]) -> None:
    """Run all of it at once; the first error of any is raised."""
    errors: list[BaseException] = []

    def run(one: Callable[[], None]) -> None:
        try:
            one()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def everything_agrees(board: Board, segments: Iterable[str], leads: Iterable[str]) -> None:
    """Rows, counts, memberships and tags equal an independent evaluation of every record."""
    house = board.house
    context = house.world.runtime.system_context(house.tenant, "segments")
    definitions = Evaluator(house.store, context).definitions
    expected: dict[str, set[str]] = {segment: set() for segment in segments}
    for lead_id in leads:
        lead = house.stored(lead_id)
        case = Case(lead, context.now.astimezone(definitions.zone))
        verdict = judge(definitions.of_kind("lead"), case)
        assert lead.tags == verdict.tags
        for target in verdict.targets & expected.keys():
            expected[target].add(lead_id)
    for segment, members in expected.items():
        assert board.holds(segment, *members), segment


def stored_leads(house: House, count: int, **fields: Any) -> list[str]:
    """Leads that no event tells of."""
    context = house.world.runtime.context(house._system)
    made = [
        Lead(**Lead.stamp(context, fresh_id("lead")), name="N", **{"city": "Berlin", **fields})
        for _ in range(count)
    ]
    house.save(*made)
    return [lead.id for lead in made]


def test_workers_on_the_same_record_count_it_once(board: Board, house: House) -> None:
    segment = board.make(leaf("city", "eq", "Berlin"))
    [lead] = stored_leads(house, 1)
    context = house.world.runtime.system_context(house.tenant, "segments")

    def settle() -> None:
        Evaluator(house.store, context).settle(lead, "change")

    together(*[settle] * 8)
    assert board.holds(segment, lead)
    house.world.settle()
    assert len([e for e in house.events("segment.entered") if e.data["record"] == lead]) == 1


def test_a_back_fill_races_with_changes_and_with_their_events(
    board: Board, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "PAGE", 20)
    monkeypatch.setattr(runs, "CHUNK", 5)
    leads = stored_leads(house, 40)
    board.tag("capital", rule={"lead": leaf("city", "in", ["Berlin", "Paris", "Rome"])})
    segment = board.make(leaf("city", "eq", "Berlin"), settle=False)
    other = board.make(
        leaf("tags", "contains", "capital"), exclude={"segments": [segment]}, settle=False
    )
    house.world.settle(hold=CHUNKS)
    chunks = house.world.take(CHUNKS)
    dice = random.Random(7)
    dice.shuffle(chunks)

    def back_fill(part: int) -> Callable[[], None]:
        return lambda: house.world.deliver(CHUNKS, chunks[part::3] + chunks[part::3][:2])

    def change() -> None:
        for lead in dice.sample(leads, 20):
            body = {"city": dice.choice(CITIES)}
            assert house.call("PATCH", f"/v1/leads/{lead}", body).status == 200

    together(back_fill(0), back_fill(1), back_fill(2), change)
    house.world.settle(hold=EVALUATION, rounds=200)
    bodies = house.world.take(EVALUATION)
    together(
        lambda: house.world.deliver(EVALUATION, bodies[::2]),
        lambda: house.world.deliver(EVALUATION, bodies[1::2]),
        lambda: house.world.deliver(EVALUATION, bodies[::-1]),
    )
    retried = [body for queue, body in house.world.dead if queue in (EVALUATION, CHUNKS)]
    house.world.dead.clear()
    house.world.deliver(EVALUATION, [b for b in retried if "detail-type" in b])
    house.world.deliver(CHUNKS, [b for b in retried if "detail-type" not in b])
    house.world.settle(rounds=200)
    assert not house.world.dead
    everything_agrees(board, (segment, other), leads)


def test_definitions_that_change_under_way_end_in_the_newest(board: Board, house: House) -> None:
    leads = stored_leads(house, 30) + stored_leads(house, 10, city="Paris")
    segment = board.make(leaf("city", "eq", "Rome"), settle=False)

    def define() -> None:
        for city in ("Berlin", "Oslo", "Paris"):
            body = {"condition": leaf("city", "eq", city)}
            answer = house.call("PATCH", f"/v1/segments/{segment}", body)
            assert answer.status == 200, answer.text

    context = house.world.runtime.system_context(house.tenant, "segments")

    def evaluate() -> None:
        for lead in leads:
            Evaluator(house.store, context).settle(lead, "change")

    together(define, evaluate, evaluate)
    house.world.settle(rounds=200)
    everything_agrees(board, (segment,), leads)
    assert board.count(segment) == 10


def test_after_any_history_counts_equal_a_recount(board: Board, house: House) -> None:
    dice = random.Random(11)
    leads = [board.lead(city=dice.choice(CITIES), settle=False) for _ in range(12)]
    board.tag("far", rule={"lead": leaf("city", "in", ["Rome", "Oslo"])})
    segments = [
        board.make(leaf("city", "eq", "Berlin")),
        board.make({"not": leaf("city", "eq", "Berlin")}),
        board.make(leaf("tags", "contains", "far"), exclude={"ids": leads[:2]}),
    ]
    for _ in range(60):
        lead = dice.choice(leads)
        match dice.randrange(4):
            case 0:
                house.call("DELETE", f"/v1/leads/{lead}")
            case 1:
                house.call("POST", f"/v1/leads/{lead}/restoration")
            case _:
                house.call("PATCH", f"/v1/leads/{lead}", {"city": dice.choice(CITIES)})
        if dice.random() < 0.3:
            house.world.settle(hold=EVALUATION)
            bodies = house.world.take(EVALUATION)
            dice.shuffle(bodies)
            house.world.deliver(EVALUATION, bodies + bodies[:3])
    house.world.settle(rounds=200)
    assert not house.world.dead
    everything_agrees(board, segments, leads)
