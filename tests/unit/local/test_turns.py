"""How many handlers of a queue run at once."""

from infra.local.turns import Turns


def test_a_second_handler_waits_until_the_first_has_been_at_work_for_a_while() -> None:
    now = [0.0]
    turns = Turns(limit=2, patience=3.0, clock=lambda: now[0])
    assert turns.free()
    first = turns.begin()
    assert not turns.free()
    now[0] = 3.0
    assert turns.free()
    turns.begin()
    now[0] = 6.0
    assert not turns.free()  # the template allows no third one
    turns.end(first)
    assert turns.free()


def test_a_turn_that_ends_lets_the_next_one_begin_at_once() -> None:
    now = [0.0]
    turns = Turns(limit=5, patience=3.0, clock=lambda: now[0])
    began = turns.begin()
    turns.end(began)
    assert turns.free()
    assert turns.wait(0)
    assert turns.wait_for_all(0)


def test_waiting_ends_without_a_turn_when_nobody_finishes() -> None:
    turns = Turns(limit=1)
    turns.begin()
    assert not turns.wait(0.01)
    assert not turns.wait_for_all(0.01)
