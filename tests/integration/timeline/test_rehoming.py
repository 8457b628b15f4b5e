"""What is copied from one timeline to another can be taken back, and nothing else with it."""

from collections.abc import Callable

from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.storage import timeline
from shared.storage.driver import Table
from tests.house import House
from tests.integration.timeline.deals import account, deal, timeline_keys

Step = Callable[[Table, str, str, str, str | None], str | None]


def through(house: House, step: Step, source: Account, target: Account) -> int:
    """Every chunk; how many there were."""
    after, chunks = None, 0
    while True:
        after = step(house.store.table, house.tenant, source.id, target.id, after)
        chunks += 1
        if after is None:
            return chunks


def merge(house: House, loser: Account, survivor: Account) -> None:
    house.change(loser, merged_into=survivor.id, deleted_at=house.world.now)
    through(house, timeline.copy_rows, loser, survivor)


def unmerge(house: House, loser: Account, survivor: Account) -> None:
    house.change(loser, merged_into=None, deleted_at=None)
    through(house, timeline.take_back, loser, survivor)


def happened(house: House, *records: Account | Contact) -> None:
    deal(house, *records, is_open=False)
    house.world.settle()


def rows(house: House, *records: Account) -> list[list[str]]:
    return [timeline_keys(house, record) for record in records]


def test_a_merge_that_is_undone_leaves_both_timelines_as_they_were(house: House) -> None:
    one, two = account(house), account(house)
    for parties in ((one,), (two,), (one, two), (two,)):
        happened(house, *parties)
    before = rows(house, one, two)
    merge(house, two, one)
    assert rows(house, one, two) == [sorted({*before[0], *before[1]}), before[1]]
    unmerge(house, two, one)
    assert rows(house, one, two) == before


def test_copying_again_changes_nothing(house: House) -> None:
    one, two = account(house), account(house)
    happened(house, two)
    merge(house, two, one)
    once = house.items()
    assert through(house, timeline.copy_rows, two, one) == 1
    assert house.items() == once


def test_a_late_event_of_the_loser_reaches_the_survivor_and_goes_back_with_it(house: House) -> None:
    one, two = account(house), account(house)
    merge(house, two, one)
    happened(house, two)
    (late,) = timeline_keys(house, one)
    assert timeline_keys(house, two) == [late]
    unmerge(house, two, one)
    assert rows(house, one, two) == [[], [late]]


def test_what_came_through_another_merge_stays(house: House) -> None:
    one, two, three = account(house), account(house), account(house)
    happened(house, two, three)
    happened(house, two)
    merge(house, two, one)
    merge(house, three, one)
    unmerge(house, two, one)
    assert timeline_keys(house, one) == timeline_keys(house, three)


def test_a_chain_of_merges_is_taken_back_as_a_whole(house: House) -> None:
    one, two, three = account(house), account(house), account(house)
    happened(house, three)
    merge(house, three, two)
    merge(house, two, one)
    happened(house, three)
    assert len(timeline_keys(house, one)) == 2
    unmerge(house, two, one)
    assert timeline_keys(house, one) == []
    assert timeline_keys(house, two) == timeline_keys(house, three)
    assert len(timeline_keys(house, two)) == 2


def test_merges_in_a_circle_end(house: House) -> None:
    one, two = account(house), account(house)
    house.change(one, merged_into=two.id, deleted_at=house.world.now)
    house.change(two, merged_into=one.id, deleted_at=house.world.now)
    happened(house, one)
    assert timeline_keys(house, one) == timeline_keys(house, two) != []


def test_long_timelines_move_in_chunks(house: House) -> None:
    one, two = account(house), account(house)
    rows = [
        {
            "pk": {"S": f"{house.tenant}#{two.id}"},
            "sk": {"S": f"T#2026-03-01T10:00:00.000Z#evt_{n:03}"},
            "entry": {"S": "{}"},
            "concerns": {"SS": [two.id]},
        }
        for n in range(timeline.COPIED_AT_ONCE + 1)
    ]
    house.store.table.write_many(puts=rows)
    assert through(house, timeline.copy_rows, two, one) == 2
    assert timeline_keys(house, one) == timeline_keys(house, two)
    assert through(house, timeline.take_back, two, one) == 2
    assert timeline_keys(house, one) == []
