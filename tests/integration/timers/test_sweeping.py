"""The sweeper finds what falls due in the next minute, for all tenants, in all shards."""

from datetime import datetime, timedelta

import pytest

from shared.domain.leads.model import Lead
from shared.storage import keys
from tests.house import House
from tests.integration.timers.conftest import Watch
from tests.world import START


def lead_due(house: House, due: datetime) -> Lead:
    lead = house.store.load(Lead, house.lead(assign=False)["id"])
    return house.change(lead, timers={"rescore": due})


@pytest.mark.parametrize(
    ("ahead", "delay"),
    [
        (timedelta(days=-1), 0),
        (timedelta(0), 0),
        (timedelta(milliseconds=1), 1),
        (timedelta(seconds=29, milliseconds=999), 30),
        (timedelta(seconds=59, milliseconds=999), 60),
        (timedelta(seconds=60), None),
        (timedelta(hours=1), None),
    ],
)
def test_a_message_is_delayed_to_its_second_and_never_early(
    house: House, watch: Watch, ahead: timedelta, delay: int | None
) -> None:
    lead = lead_due(house, START + ahead)
    found = [(timer.id, after) for timer, after in watch.sweep()]
    assert found == ([] if delay is None else [(lead.id, delay)])


def test_every_shard_is_swept(house: House, watch: Watch) -> None:
    leads = [lead_due(house, START) for _ in range(40)]
    assert {keys.due_shard(lead.id) for lead in leads} == set(range(keys.DUE_SHARDS))
    found = [timer.id for timer, _ in watch.sweep()]
    assert sorted(found) == sorted(lead.id for lead in leads)


def test_the_earliest_timer_of_a_record_counts(house: House, watch: Watch) -> None:
    lead = lead_due(house, START + timedelta(hours=1))
    house.change(lead, timers={**lead.timers, "first_touch": START})
    assert [timer.due for timer, _ in watch.sweep()] == [START]


def test_all_tenants_are_swept_at_once(house: House, watch: Watch) -> None:
    neighbour = House(house.world)
    mine, theirs = lead_due(house, START), lead_due(neighbour, START)
    watch.sweep()
    waiting = "".join(body for body, _ in house.world.queues.waiting["lead-timers"])
    assert mine.id in waiting
    assert theirs.id in waiting


def test_what_is_in_the_bin_is_not_due(house: House, watch: Watch) -> None:
    lead = lead_due(house, START)
    house.call("DELETE", f"/v1/leads/{lead.id}")
    assert watch.sweep() == []
    house.call("POST", f"/v1/leads/{lead.id}/restoration")
    assert len(watch.sweep()) == 1
