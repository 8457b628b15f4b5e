"""What each thing costs at the table: requests counted, never time."""

from collections import Counter
from typing import Any

import pytest

from functions.changes.app import publish_events
from functions.timers.app import sweep_timers
from shared.domain.access import Principal
from tests.house import House, bus_message, scheduled

Cost = dict[str, int]
CREATE: Cost = {"PutItem": 1}
TRANSACTION: Cost = {"TransactWriteItems": 1}
CHANGE: Cost = {"GetItem": 1, "PutItem": 1}


def cost(
    house: House,
    method: str,
    path: str,
    body: Any = None,
    *,
    by: Principal | None = None,
    query: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> Counter[str]:
    """The requests of one call that succeeds."""
    by = by or house.by()
    house.world.settle()
    house.world.requests.clear()
    answer = house.call(method, path, body, by=by, query=query, headers=headers)
    assert answer.status < 300, answer.text
    return Counter(house.world.requests)


@pytest.mark.parametrize(
    ("fields", "key", "expected"),
    [
        ({}, None, CREATE),
        ({"budget": {"amount": "1", "currency": "CNY"}}, None, CREATE),
        ({"tags": ["x"]}, None, {"BatchGetItem": 1, **CREATE}),  # whether the tag may be given
        ({"phone": "13812340101", "email": "a@example.com"}, None, TRANSACTION),  # match rows
        ({}, "k-1", TRANSACTION),
        ({"external_id": "x-1"}, None, TRANSACTION),
        ({"external_id": "x-2"}, "k-2", TRANSACTION),
    ],
)
def test_creating_is_one_write_and_no_read(
    house: House, fields: dict[str, Any], key: str | None, expected: Cost
) -> None:
    headers = {"idempotency-key": key} if key else None
    spent = cost(house, "POST", "/v1/leads", {"name": "王伟", **fields}, headers=headers)
    assert spent == expected


def test_reading_is_one_request(house: House) -> None:
    lead = house.lead()
    assert cost(house, "GET", f"/v1/leads/{lead['id']}") == {"GetItem": 1}


@pytest.mark.parametrize(
    "query", [{}, {"status": "new"}, {"source": "web"}, {"created_from": "2026-03-01T00:00:00Z"}]
)
def test_a_list_of_fifty_is_one_request(house: House, query: dict[str, str]) -> None:
    for _ in range(52):
        house.lead(source="web", assign=False)
    seller = house.user()
    house.owned(seller)
    assert cost(house, "GET", "/v1/leads", query=query) == {"Query": 1}
    assert cost(house, "GET", "/v1/leads", query=query, by=house.by(seller)) == {"Query": 1}
    page = house.call("GET", "/v1/leads", query=query).json
    assert len(page["items"]) == 50
    more = {**query, "cursor": page["cursor"]}
    assert cost(house, "GET", "/v1/leads", query=more) == {"Query": 1}


def test_a_change_is_one_read_and_one_write(house: House) -> None:
    lead = house.lead()
    path = f"/v1/leads/{lead['id']}"
    assert cost(house, "PATCH", path, {"industry": "x"}) == CHANGE
    assert cost(house, "PATCH", path, {"industry": "x"}) == {"GetItem": 1}
    assert cost(house, "POST", f"{path}/disqualification", {"reason": "spam"}) == CHANGE
    assert cost(house, "DELETE", path) == CHANGE


def test_changes_that_move_work_are_one_read_and_one_transaction(house: House) -> None:
    lead = house.owned(house.users(1)[0])
    team = house.team([house.user()])
    member = team.members[0]
    path = f"/v1/leads/{lead.id}"
    note = {"text": "x", "channel": "call"}
    expected = {"GetItem": 1, **TRANSACTION}
    standard = {"GetItem": 2}
    assert cost(house, "POST", f"{path}/notes", note) == {**expected, **standard}
    assert cost(house, "POST", f"{path}/notes", note) == {**CHANGE, **standard}
    house.call("PUT", f"{path}/owner", {"owner": member})
    assert cost(house, "POST", f"{path}/disqualification", {"reason": "spam"}) == expected


@pytest.mark.parametrize("text", ["娜", "anna", "anna schmidt", "0101"])
def test_a_search_is_at_most_three_requests(house: House, text: str) -> None:
    for n in range(60):
        house.lead(name=f"Anna Schmidt 李娜 {n}", phone=f"1381234{n:02}{n:02}")
    house.lead(phone="13812340101")
    spent = cost(house, "GET", "/v1/leads", query={"q": text})
    assert spent.total() <= 3
    assert set(spent) == {"Query", "BatchGetItem"}


def test_history_notes_and_reasons_are_two_requests(house: House) -> None:
    lead = house.settled()
    for part in ("history", "notes", "explanation"):
        assert cost(house, "GET", f"/v1/leads/{lead.id}/{part}") == {"GetItem": 1, "Query": 1}


def test_a_refused_request_costs_at_most_its_reads(house: House) -> None:
    lead = house.lead()
    by = house.by()
    house.world.requests.clear()
    path = f"/v1/leads/{lead['id']}"
    house.call("PATCH", path, {"industry": "x"}, by=by, headers={"if-match": '"9"'})
    house.call("PATCH", path, {"nope": 1}, by=by)
    house.call("PATCH", "/v1/leads/nonsense", {"industry": "x"}, by=by)
    house.call("POST", "/v1/leads", {}, by=by)
    house.call("GET", path, anonymous=True)
    assert house.world.requests == {"GetItem": 1}


def test_taking_leads_in_reads_the_rules_once_a_batch_and_writes_once_a_lead(house: House) -> None:
    house.route({"team": house.team(house.users(3)).id})
    for batch in (1, 10):
        house.world.settle()
        seen = len(house.events("lead.captured"))
        for _ in range(batch):
            house.lead()
        publish_events({"Records": house.world.stream_records()}, None)
        messages = [bus_message(e) for e in house.events("lead.captured")[seen:]]
        house.world.requests.clear()
        house.world.deliver("lead-intake", messages)
        spent = house.world.requests
        assert spent["TransactWriteItems"] == batch
        assert spent["Query"] == 1  # the rota
        assert spent["BatchGetItem"] <= 3  # teams, users, calendars
        assert spent["GetItem"] <= batch + 4  # scoring, routing, tenant, the policy's calendar


def test_an_idle_sweep_is_one_query_a_shard(house: House) -> None:
    house.world.requests.clear()
    sweep_timers(scheduled(house.world), None)
    assert house.world.requests == {"Query": 8}
