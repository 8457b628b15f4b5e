"""What is copied from one timeline to another can be taken back, and nothing else with it."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.events.base import Event
from shared.domain.events.conversion import LeadConversionReverted, LeadConverted
from shared.domain.leads.conversion import LeadConversion
from shared.domain.leads.model import Lead
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


def test_a_merge_in_the_moment_of_projection_loses_nothing(house: House) -> None:
    """The projection read the loser before the merge, and writes after its timeline was copied."""
    one, two = account(house), account(house)
    deal(house, two, is_open=False)
    house.world.settle(hold="timeline")
    (message,) = house.world.take("timeline")
    table = house.store.table
    first = table.get_many

    def get_many(*given: Any, **more: Any) -> Any:
        found = first(*given, **more)
        if table.get_many is get_many:
            del table.get_many  # type: ignore[method-assign]
            merge(house, two, one)
        return found

    table.get_many = get_many  # type: ignore[method-assign]
    house.world.deliver("timeline", [message])
    assert timeline_keys(house, one) == timeline_keys(house, two) != []


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


def test_a_merge_that_is_carried_out_late_reaches_the_last_survivor(house: House) -> None:
    one, two, three = account(house), account(house), account(house)
    happened(house, three)
    house.change(three, merged_into=two.id, deleted_at=house.world.now)
    merge(house, two, one)
    through(house, timeline.copy_rows, three, two)
    assert timeline_keys(house, one) == timeline_keys(house, two) == timeline_keys(house, three)
    unmerge(house, three, two)
    assert timeline_keys(house, one) == timeline_keys(house, two) == []


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


def store(house: House, lead: Lead, event: Event, **changes: Any) -> Lead:
    context = house.world.runtime.system_context(house.tenant, "test")
    unit = house.store.begin(context)
    unit.put(house.store.load(Lead, lead.id).evolve(context, event, **changes))
    unit.commit()
    return house.store.load(Lead, lead.id)


def convert(house: House, lead: Lead, one: Account) -> Lead:
    became = LeadConversion(
        id="cnv_1", at=house.world.now, by="usr_1", account=one.id, before="working"
    )
    event = LeadConverted(conversion=became.id, account=one.id)
    return store(house, lead, event, status="converted", conversion=became)


def revert(house: House, lead: Lead) -> Lead:
    event = LeadConversionReverted(conversion="cnv_1", status="working")
    return store(house, lead, event, status="working", conversion=None)


def told(house: House, one: Account) -> set[str]:
    items = house.call("GET", f"/v1/accounts/{one.id}/timeline").json["items"]
    return {entry["name"] for entry in items}


def test_what_happened_to_a_lead_stands_with_the_account_it_became(house: House) -> None:
    lead, one = house.settled(), account(house)
    convert(house, lead, one)
    house.world.settle()
    assert told(house, one) >= {"lead.captured", "lead.scored", "lead.converted"}
    assert timeline_keys(house, one) == timeline_keys(house, lead)
    revert(house, lead)
    house.world.settle()
    assert told(house, one) == {"lead.converted"}
    assert house.world.dead == []


def test_a_late_event_of_a_converted_lead_reaches_its_account(house: House) -> None:
    lead, one = house.settled(), account(house)
    houses_own = timeline_keys(house, lead)
    house.world.settle(hold="timeline")
    store(house, lead, LeadConversionReverted(conversion="none", status="new"))
    house.world.settle(hold="timeline")
    house.world.take("timeline-rehoming")
    (late,) = house.world.take("timeline")
    convert(house, lead, one)
    house.world.settle()
    house.world.deliver("timeline", [late])
    assert len(timeline_keys(house, one)) == len(houses_own) + 2


@pytest.mark.parametrize("seed", range(4))
def test_conversions_and_reversals_may_be_told_in_any_order(house: House, seed: int) -> None:
    lead, one = house.settled(), account(house)
    for _ in range(2):
        convert(house, lead, one)
        revert(house, lead)
    if seed % 2:
        convert(house, lead, one)
    house.world.settle(hold="timeline-rehoming")
    messages = house.world.take("timeline-rehoming") * 2
    random.Random(seed).shuffle(messages)
    for message in messages:
        house.world.deliver("timeline-rehoming", [message])
    assert house.world.dead == []
    assert ("lead.captured" in told(house, one)) is bool(seed % 2)


def test_a_reversal_waits_for_its_conversion_to_be_told(house: House) -> None:
    lead, one = house.settled(), account(house)
    convert(house, lead, one)
    house.world.settle(hold="timeline")
    revert(house, lead)
    house.world.settle(hold="timeline")
    ((queue, message),) = house.world.dead
    house.world.dead.clear()
    house.world.settle()
    house.world.deliver(queue, [message])
    assert house.world.dead == []
    assert told(house, one) == {"lead.converted"}
