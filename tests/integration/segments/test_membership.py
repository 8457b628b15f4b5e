"""Members come and go with the records' changes, exactly once, and counts always agree."""

from tests.house import House
from tests.integration.segments.conftest import Board, leaf


def test_a_new_segment_finds_the_records_there_are(board: Board) -> None:
    berlin, _paris = board.lead(city="Berlin"), board.lead(city="Paris")
    segment = board.make(leaf("city", "eq", "berlin"))
    assert board.members(segment) == [berlin]
    assert board.holds(segment, berlin)
    view = board.house.call("GET", f"/v1/segments/{segment}").json
    assert (view["status"], view["members"], view["run"]["seen"]) == ("ready", 1, 2)


def test_a_change_moves_a_record_in_and_out(board: Board) -> None:
    segment = board.make(leaf("city", "eq", "Berlin"))
    lead = board.lead(city="Paris")
    assert board.holds(segment)
    board.change(lead, city="Berlin")
    assert board.holds(segment, lead)
    board.change(lead, city="Rome")
    assert board.holds(segment)
    names = ("segment.entered", "segment.left")
    told = [(e.name, e.data["record"]) for e in board.house.events() if e.name in names]
    assert told == [("segment.entered", lead), ("segment.left", lead)]
    assert not board.house.world.dead


def test_what_is_deleted_is_no_member_until_it_is_restored(board: Board, house: House) -> None:
    segment = board.make(leaf("city", "eq", "Berlin"))
    lead = board.lead(city="Berlin")
    assert board.count(segment) == 1
    house.call("DELETE", f"/v1/leads/{lead}")
    house.world.settle()
    assert board.holds(segment)
    house.call("POST", f"/v1/leads/{lead}/restoration")
    house.world.settle()
    assert board.holds(segment, lead)
