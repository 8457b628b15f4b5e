"""The admin of another tenant reaches nothing here: no read, write, list, search, export, event."""

import json
import urllib.request
from typing import Any

import pytest

from shared.domain.access import Role
from tests.house import House, all_items
from tests.integration.security.estate import CANARY, Estate
from tests.integration.security.routes import (
    ADDRESSED,
    BODIES,
    OUTSIDE,
    SEGMENT,
    UNADDRESSED,
    Route,
)


def items_of(estate: Estate) -> list[Any]:
    return estate.house.items()


@pytest.mark.parametrize("route", ADDRESSED, ids=str)
def test_foreign_records_do_not_exist(estate: Estate, stranger: House, route: Route) -> None:
    by = stranger.by()
    before = items_of(estate)
    variants: list[dict[str, Any]] = [{}, {"headers": {"if-match": '"1"'}}]
    if route.contract.writes:
        variants += [{"query": {"dry_run": "true"}}, {"headers": {"idempotency-key": "k"}}]
    for variant in variants:
        estate.house.world.requests.clear()
        answer = estate.ask(route, by, **variant)
        assert (answer.status, answer.code) == (404, "not_found"), answer.text
        assert CANARY not in answer.text
        assert "ETag" not in answer.headers
        assert not estate.written()
    assert items_of(estate) == before


@pytest.mark.parametrize("route", [r for r in UNADDRESSED if str(r) not in OUTSIDE], ids=str)
def test_ones_own_answers_show_nothing_of_others(
    estate: Estate, stranger: House, route: Route
) -> None:
    before, events = items_of(estate), len(estate.house.events())
    answer = estate.ask(route, stranger.by())
    estate.house.world.settle(rounds=200)
    assert answer.status < 500, answer.text
    assert CANARY not in answer.text
    sent = json.dumps(BODIES.get(str(route), lambda _: None)(estate))
    assert not any(i in answer.text for i in estate.ids.values() if i not in sent)
    assert items_of(estate) == before
    assert len(estate.house.events()) == events


def parameters(route: Route) -> set[str]:
    return set(route.contract.query.model_fields) if route.contract.query else set()


SEARCHED = [route for route in UNADDRESSED if "q" in parameters(route)]
PAGED = [route for route in (*UNADDRESSED, *ADDRESSED) if "cursor" in parameters(route)]


@pytest.mark.parametrize("route", SEARCHED, ids=str)
def test_a_search_finds_ones_own_alone(estate: Estate, stranger: House, route: Route) -> None:
    query = {"q": CANARY}
    assert CANARY in estate.ask(route, estate.admin, query=query).text
    assert estate.ask(route, stranger.by(), query=query).json["items"] == []


def test_something_is_searched_and_much_is_paged() -> None:
    assert len(SEARCHED) >= 2
    assert len(PAGED) >= 12


@pytest.mark.parametrize("route", PAGED, ids=str)
def test_a_cursor_of_another_tenant_is_refused(
    estate: Estate, stranger: House, route: Route
) -> None:
    page = estate.ask(route, estate.admin, query={"limit": "1"}).json
    assert page["cursor"], "the estate needs two of these"
    query = {"limit": "1", "cursor": page["cursor"]}
    assert estate.ask(route, estate.admin, query=query).status == 200
    stolen = estate.ask(route, stranger.by(), query=query)
    assert stolen.status == (404 if route.parameters else 422)
    assert CANARY not in stolen.text
    for bent in (page["cursor"][:-2] + "AA", page["cursor"] + "x", "..", "%00", "Zm9v"):
        bad = estate.ask(route, estate.admin, query={"limit": "1", "cursor": bent})
        assert bad.status == 422, bad.text


REFERENCES: list[tuple[str, str, Any]] = [
    ("PUT", "/v1/leads/{own}/owner", lambda e: {"owner": e.ids["user_id"]}),
    ("POST", "/v1/teams", lambda e: {"name": "T", "members": [e.ids["user_id"]]}),
    ("POST", "/v1/teams", lambda e: {"name": "T", "manager": e.ids["user_id"]}),
    ("POST", "/v1/teams", lambda e: {"name": "T", "parent": e.ids["team_id"]}),
    (
        "POST",
        "/v1/users",
        lambda e: {
            "email": e.fresh_address(),
            "name": "N",
            "role": "sales",
            "teams": [e.ids["team_id"]],
        },
    ),
    (
        "POST",
        "/v1/users",
        lambda e: {
            "email": e.fresh_address(),
            "name": "N",
            "role": "sales",
            "calendar": e.ids["calendar_id"],
        },
    ),
    ("PATCH", "/v1/tenant", lambda e: {"calendar": e.ids["calendar_id"]}),
    (
        "POST",
        "/v1/segments",
        lambda e: {"name": "S", **SEGMENT, "include": {"segments": [e.ids["segment"]]}},
    ),
    (
        "POST",
        "/v1/segments",
        lambda e: {"name": "S", **SEGMENT, "exclude": {"ids": [e.ids["lead"]]}},
    ),
    (
        "PUT",
        "/v1/lead-routing",
        lambda e: {"rules": [{"id": "r", "label": "R", "team": e.ids["team_id"]}]},
    ),
    ("PUT", "/v1/lead-routing", lambda e: {"first_touch": {"calendar": e.ids["calendar_id"]}}),
    (
        "POST",
        "/v1/forms",
        lambda e: {
            "name": "F",
            "fields": [{"name": "name", "label": "N"}],
            "target": {"assignment": {"by": "owner", "owner": e.ids["user_id"]}},
        },
    ),
]
"""Bodies of one's own requests that name a record of somebody else."""


@pytest.mark.parametrize(("method", "path", "body"), REFERENCES)
def test_foreign_records_cannot_be_named_either(
    estate: Estate, stranger: House, method: str, path: str, body: Any
) -> None:
    own = stranger.lead(assign=False)["id"]
    estate.house.world.requests.clear()
    answer = stranger.call(method, path.format(own=own), body(estate))
    assert answer.status == 422, answer.text
    assert CANARY not in answer.text
    assert not estate.written()


def test_a_bulk_action_fails_for_each_foreign_lead(estate: Estate, stranger: House) -> None:
    own = stranger.lead()["id"]
    before = items_of(estate)
    for action in ({"action": "tag", "add_tags": ["x"]}, {"action": "delete"}):
        body = {"ids": [estate.ids["lead"], own], **action}
        results = stranger.call("POST", "/v1/leads/bulk", body).json["results"]
        assert [(r["outcome"], r["code"]) for r in results] == [
            ("failed", "not_found"),
            ("done", None),
        ]
    assert items_of(estate) == before


def test_a_key_of_another_tenant_replays_nothing(estate: Estate, stranger: House) -> None:
    headers, body = {"idempotency-key": "shared"}, {"name": CANARY}
    first = estate.house.world.call("POST", "/v1/leads", body, by=estate.admin, headers=headers)
    second = stranger.call("POST", "/v1/leads", {"name": "mine"}, headers=headers)
    colleague = estate.house.by(Role.MARKETING)
    third = estate.house.call("POST", "/v1/leads", body, by=colleague, headers=headers)
    assert len({answer.json["id"] for answer in (first, second, third)}) == 3


def test_an_export_holds_ones_own_records_alone(estate: Estate, stranger: House) -> None:
    stranger.lead(name="mine")
    stranger.world.settle()
    job = stranger.call("POST", "/v1/exports", {"format": "ndjson"}).json["id"]
    stranger.world.settle(rounds=200)
    link = stranger.call("POST", f"/v1/exports/{job}/link").json["url"]
    with urllib.request.urlopen(link) as file:
        text = file.read().decode()
    assert "mine" in text
    assert CANARY not in text


def test_every_item_belongs_to_one_tenant_by_its_key(estate: Estate, stranger: House) -> None:
    tenants = {estate.house.tenant, stranger.tenant}
    for item in all_items(estate.house.world):
        owner = item["pk"]["S"].split("#")[0]
        if owner not in tenants:
            assert owner == "global"
            continue
        text = str(item)
        (other,) = tenants - {owner}
        assert other not in text.replace(f"{other}.", ""), item
