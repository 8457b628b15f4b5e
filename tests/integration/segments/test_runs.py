"""Back-fill in chunks: right while records and definitions change meanwhile, counted once."""

from datetime import timedelta
from itertools import islice

import pytest

from functions.segments import runs
from functions.segments.evaluation import Evaluator
from functions.segments.messages import CHUNKS, WALKS
from functions.timers.app import sweep_timers
from shared.domain.leads.model import Lead
from shared.domain.segments.run import MOST_ATTEMPTS, PATIENCE
from shared.runtime.timers import TimerDue
from tests.house import House, fresh_id, scheduled
from tests.integration.segments.conftest import Board, leaf

EVALUATION = "segment-evaluation"


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of forty ids in chunks of ten, so that some dozens of records are a long walk."""
    monkeypatch.setattr(runs, "PAGE", 40)
    monkeypatch.setattr(runs, "CHUNK", 10)


def leads(house: House, count: int, city: str = "Berlin") -> list[str]:
    """The ids of leads put into the table without any event: only a run can find them."""
    stamps = [
        Lead.stamp(house.world.runtime.context(house._system), fresh_id("lead"))
        for _ in range(count)
    ]
    made = (Lead(**stamp, name="N", city=city) for stamp in stamps)
    while part := list(islice(made, 50)):
        house.save(*part)
    return [stamp["id"] for stamp in stamps]


def test_a_run_finds_everybody_and_says_how_far_it_is(board: Board, house: House) -> None:
    ids = leads(house, 93)
    leads(house, 20, "Paris")
    segment = board.make(leaf("city", "eq", "Berlin"), settle=False)
    house.world.settle(hold=CHUNKS)
    bodies = house.world.take(CHUNKS)
    house.world.deliver(CHUNKS, bodies[:4])
    view = house.call("GET", f"/v1/segments/{segment}").json
    assert view["status"] == "building"
    assert (view["progress"]["found"], view["progress"]["seen"]) == (113, 40)
    house.world.deliver(CHUNKS, bodies[4:])
    view = house.call("GET", f"/v1/segments/{segment}").json
    assert (view["status"], view["run"]["seen"], view["run"]["changed"]) == ("ready", 113, 93)
    assert board.holds(segment, *ids)


def test_steps_that_come_again_are_counted_once(board: Board, house: House) -> None:
    ids = leads(house, 57)
    segment = board.make(leaf("city", "eq", "Berlin"), settle=False)
    house.world.settle(hold=WALKS)
    walks = house.world.take(WALKS)
    house.world.deliver(WALKS, walks * 3)
    house.world.settle(hold=CHUNKS)
    chunks = house.world.take(CHUNKS)
    assert len(chunks) > len(set(chunks)) >= 6
    house.world.deliver(CHUNKS, chunks[::-1] + chunks)
    house.world.settle()
    run = board.stored(segment).run
    assert run is not None
    assert (run.seen, run.changed) == (57, 57)
    assert board.holds(segment, *ids)
    assert not house.world.dead


def test_records_that_change_meanwhile_end_where_they_belong(board: Board, house: House) -> None:
    ids = leads(house, 30)
    segment = board.make(leaf("city", "eq", "Berlin"), settle=False)
    house.world.settle(hold=CHUNKS)
    chunks = house.world.take(CHUNKS)
    board.change(ids[0], city="Rome")  # before its chunk
    house.world.deliver(CHUNKS, chunks[:1])
    board.change(ids[1], city="Rome")  # after it
    late = board.lead(city="Berlin")
    house.world.deliver(CHUNKS, chunks)
    house.world.settle()
    assert board.holds(segment, *ids[2:], late)


def test_a_newer_definition_takes_the_place_of_a_run(board: Board, house: House) -> None:
    berlin, paris = leads(house, 25), leads(house, 15, "Paris")
    segment = board.make(leaf("city", "eq", "Berlin"), settle=False)
    house.world.settle(hold=CHUNKS)
    old = house.world.take(CHUNKS)
    house.world.deliver(CHUNKS, old[:2])
    assert board.count(segment) == 20
    body = {"condition": leaf("city", "eq", "Paris")}
    assert house.call("PATCH", f"/v1/segments/{segment}", body).status == 200
    house.world.deliver(CHUNKS, old[2:])
    house.world.settle()
    house.world.deliver(CHUNKS, old)
    assert board.holds(segment, *paris)
    assert board.stored(segment).status == "ready"
    assert not any(segment in board.membership(i).targets for i in berlin[:20])


def test_an_old_definition_in_hand_never_wins(board: Board, house: House) -> None:
    """A worker that read the definition before it changed, and writes after the back-fill."""
    [lead] = leads(house, 1)
    segment = board.make(leaf("city", "eq", "Paris"))
    context = house.world.runtime.system_context(house.tenant, "segments")
    slow = Evaluator(house.store, context)
    assert slow.definitions.book.entries
    board.house.call(
        "PATCH", f"/v1/segments/{segment}", {"condition": leaf("city", "eq", "Berlin")}
    )
    house.world.settle()
    assert board.holds(segment, lead)
    slow.settle(lead, "change")
    assert board.holds(segment, lead)


def test_lost_messages_are_sent_again_when_a_run_stands_still(board: Board, house: House) -> None:
    ids = leads(house, 55)
    segment = board.make(leaf("city", "eq", "Berlin"), settle=False)
    house.world.settle(hold=CHUNKS)
    chunks = house.world.take(CHUNKS)
    house.world.deliver(CHUNKS, chunks[:2])
    for _ in range(3):
        house.world.pass_time(PATIENCE)
        look_after(house, segment)
        house.world.settle()
    assert board.holds(segment, *ids)
    assert board.stored(segment).status == "ready"
    assert not board.stored(segment).timers


def test_a_run_that_never_gets_on_has_failed_and_can_be_started_again(
    board: Board, house: House
) -> None:
    ids = leads(house, 5)
    segment = board.make(leaf("city", "eq", "Berlin"), settle=False)
    house.world.settle(hold=WALKS)
    for _ in range(MOST_ATTEMPTS):
        house.world.take(WALKS)
        house.world.pass_time(PATIENCE)
        look_after(house, segment)
    house.world.take(WALKS)
    assert board.stored(segment).status == "failed"
    assert house.call("POST", f"/v1/segments/{segment}/refresh").status == 202
    house.world.settle()
    assert board.holds(segment, *ids)
    assert board.stored(segment).status == "ready"


def test_timers_of_finished_runs_do_nothing(board: Board, house: House) -> None:
    segment = board.make(leaf("city", "eq", "Berlin"))
    before = board.stored(segment)
    house.world.pass_time(timedelta(days=1))
    look_after(house, segment)
    assert board.stored(segment) == before


def look_after(house: House, segment: str) -> None:
    """Deliver the timer that looks after a run."""
    due = TimerDue(tenant=house.tenant, kind="segment", id=segment, due=house.world.now)
    house.world.deliver("segment-timers", [due.model_dump_json()])


def test_an_old_record_in_hand_never_wins(board: Board, house: House) -> None:
    """A back-fill that read the record before it changed, in a way that changed no membership."""
    [lead] = leads(house, 1, "Paris")
    segment = board.make(leaf("city", "eq", "Paris"), settle=False)
    house.world.settle(hold=CHUNKS)
    house.world.take(CHUNKS)
    slow = Evaluator(house.store, house.world.runtime.system_context(house.tenant, "segments"))
    slow.records.prefetch([lead])
    board.change(lead, city="Rome")
    slow.settle(lead, "run")
    assert board.holds(segment)


def test_a_chunk_costs_few_requests(
    board: Board, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "CHUNK", 100)
    monkeypatch.setattr(runs, "PAGE", 1000)
    leads(house, 100)
    segment = board.make(leaf("city", "eq", "Berlin"), settle=False)
    house.world.settle(hold=CHUNKS)
    [first] = house.world.take(CHUNKS)
    house.world.requests.clear()
    house.world.deliver(CHUNKS, [first])
    assert house.world.requests.total() <= 16, house.world.requests
    assert house.call("POST", f"/v1/segments/{segment}/refresh").status == 202
    house.world.settle(hold=CHUNKS)
    [again] = house.world.take(CHUNKS)
    house.world.requests.clear()
    house.world.deliver(CHUNKS, [again])
    assert house.world.requests.total() <= 11, house.world.requests


def test_the_end_of_a_segment_is_looked_after_too(board: Board, house: House) -> None:
    ids = leads(house, 12)
    segment = board.make(leaf("city", "eq", "Berlin"))
    assert board.holds(segment, *ids)
    assert house.call("DELETE", f"/v1/segments/{segment}").status == 200
    house.world.settle(hold=WALKS)
    house.world.take(WALKS)
    house.world.pass_time(PATIENCE)
    sweep_timers(scheduled(house.world), None)
    house.world.release_delayed("segment-timers")
    house.world.settle()
    assert board.recount(segment) == 0
    assert not house.world.dead
