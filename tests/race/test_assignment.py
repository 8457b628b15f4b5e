"""Fairness holds when many workers assign at the same time: it is claimed, not hoped for."""

from collections import Counter
from typing import Any

import pytest

from shared.domain.leads.model import Lead
from shared.domain.tenancy import Team, User
from shared.storage import rota
from shared.storage.record import envelopes_of, from_item
from tests.house import House, bus_message
from tests.race.contest import at_once

WORKERS = 5
BATCH = 25


def capture(house: House, count: int) -> list[str]:
    """Leads created concurrently; gives the messages that follow from them."""
    by = house.by()
    made = at_once(
        lambda n: house.call("POST", "/v1/leads", {"name": f"n{n}"}, by=by).status, range(count)
    )
    assert made == [201] * count
    envelopes = [e for item in leads_in(house) for e in envelopes_of(item)]
    return [bus_message(e) for e in envelopes if e.name == "lead.captured"]


def leads_in(house: House) -> list[dict[str, Any]]:
    return [item for item in house.items() if item.get("kind", {}).get("S") == "lead"]


def assign(house: House, messages: list[str]) -> None:
    """What the queue would do: batches to several workers, failed messages again."""
    waiting = messages
    for _ in range(3):
        batches = [waiting[n : n + BATCH] for n in range(0, len(waiting), BATCH)]
        at_once(lambda batch: house.world.deliver("lead-intake", batch), batches, WORKERS)
        waiting = [body for _, body in house.world.dead]
        house.world.dead.clear()
        if not waiting:
            return
    raise AssertionError(f"{len(waiting)} messages would end in the dead-letter queue")


def staff(house: House, count: int, strategy: str, **each: Any) -> tuple[Team, list[User]]:
    users = house.users(count, **each)
    team = house.team(users)
    assert house.route({"team": team.id, "strategy": strategy}).status == 200
    return team, users


def outcome(house: House, team: Team) -> Counter[str | None]:
    """Leads by owner; checks that the loads say the same."""
    leads = [from_item(Lead, item) for item in leads_in(house)]
    owned = Counter(lead.owner for lead in leads)
    loads = {user: s.load for user, s in rota.standings(house.store, team.id).items()}
    assert loads == {user: n for user, n in owned.items() if user is not None}
    assert all(lead.score is not None for lead in leads)
    return owned


@pytest.mark.slow
def test_a_thousand_leads_are_spread_evenly_over_seven_people(house: House) -> None:
    team, users = staff(house, 7, "round_robin")
    assign(house, capture(house, 1000))
    owned = outcome(house, team)
    assert owned.keys() == {user.id for user in users}
    assert owned.total() == 1000
    assert max(owned.values()) - min(owned.values()) <= 1


def test_the_least_loaded_share_evenly_too(house: House) -> None:
    team, users = staff(house, 3, "least_load")
    assign(house, capture(house, 200))
    owned = outcome(house, team)
    assert owned.keys() == {user.id for user in users}
    assert max(owned.values()) - min(owned.values()) <= 1


@pytest.mark.parametrize("strategy", ["round_robin", "least_load"])
def test_nobody_gets_more_than_they_can_take(house: House, strategy: str) -> None:
    team, users = staff(house, 4, strategy)
    caps = dict(zip((user.id for user in users), (3, 10, 25, 40), strict=True))
    for user in users:
        house.change(user, capacity=caps[user.id])
    assign(house, capture(house, 150))
    owned = outcome(house, team)
    assert owned == {**caps, None: 150 - sum(caps.values())}


def test_messages_delivered_several_times_at_once_assign_once(house: House) -> None:
    team, _ = staff(house, 3, "round_robin")
    messages = capture(house, 60)
    assign(house, [body for body in messages for _ in range(4)])
    owned = outcome(house, team)
    assert owned.total() == 60
    assert max(owned.values()) - min(owned.values()) <= 1


def test_leads_assigned_again_at_once_keep_every_load_true(house: House) -> None:
    team, _ = staff(house, 3, "round_robin")
    assign(house, capture(house, 24))
    by = house.by()
    ids = [item["id"]["S"] for item in leads_in(house)]
    answers = at_once(
        lambda i: house.call("POST", f"/v1/leads/{i}/assignment", by=by).status, ids * 3, 8
    )
    assert set(answers) <= {200, 409, 412}
    assert answers.count(200) >= 24
    assert outcome(house, team).total() == 24
