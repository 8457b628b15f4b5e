"""Within a tenant, role and scope decide: every route as every role, as keys, as nobody."""

import urllib.request

import pytest

from shared.domain.access import (
    ASSIGNABLE_ROLES,
    Principal,
    Role,
    Scope,
    field_rules,
    grant,
)
from shared.domain.errors import Forbidden
from tests.house import House
from tests.integration.security.estate import CANARY, Estate
from tests.integration.security.routes import ADDRESSED, OUTSIDE, PRIVATE, Route


@pytest.fixture(scope="module")
def colleagues(estate: Estate) -> dict[Role, Principal]:
    """Somebody in each role who owns nothing, in a department apart."""
    house = estate.house
    found: dict[Role, Principal] = {}
    for role in ASSIGNABLE_ROLES:
        person = house.user(f"colleague {role}", role)
        team = house.team([person])
        found[role] = house.by(person, tree=(team.id,))
    return found


def scope_of(by: Principal, route: Route) -> Scope | None:
    try:
        return grant(by, route.contract.resource or "", route.contract.action or "").scope
    except Forbidden:
        return None


@pytest.mark.parametrize("role", ASSIGNABLE_ROLES, ids=str)
def test_a_role_without_the_right_is_refused_and_writes_nothing(
    estate: Estate, colleagues: dict[Role, Principal], role: Role
) -> None:
    by = colleagues[role]
    without = [route for route in PRIVATE if scope_of(by, route) is None]
    before = estate.house.items()
    estate.house.world.requests.clear()
    for route in without:
        answer = estate.ask(route, by)
        assert (answer.status, answer.code) == (403, "forbidden"), f"{route} {answer.text}"
        assert CANARY not in answer.text
    assert estate.house.world.requests.total() == 0, "refused before anything is read"
    assert estate.house.items() == before


@pytest.mark.parametrize("role", ASSIGNABLE_ROLES, ids=str)
def test_what_lies_out_of_reach_is_not_there(
    estate: Estate, colleagues: dict[Role, Principal], role: Role
) -> None:
    by = colleagues[role]
    before = estate.house.items()
    estate.house.world.requests.clear()
    for route in ADDRESSED:
        if scope_of(by, route) in (None, Scope.ALL):
            continue
        answer = estate.ask(route, by)
        ruled = route.contract.writes and field_rules(by, route.contract.kind or "")
        allowed = (404, 403) if ruled else (404,)
        assert answer.status in allowed, f"{route} {answer.text}"
        assert CANARY not in answer.text
    assert not estate.written()
    assert estate.house.items() == before


def test_some_role_is_held_back_by_its_reach(colleagues: dict[Role, Principal]) -> None:
    tried = {
        (role, str(route))
        for role, by in colleagues.items()
        for route in ADDRESSED
        if scope_of(by, route) not in (None, Scope.ALL)
    }
    assert len(tried) >= 40


def test_a_colleague_lists_finds_and_exports_no_foreign_lead(
    estate: Estate, colleagues: dict[Role, Principal]
) -> None:
    world = estate.house.world
    for role in (Role.SALES, Role.SALES_MANAGER, Role.SUPPORT):
        for query in (
            {},
            {"q": CANARY},
            {"owner": estate.owner.id},
            {"team": estate.ids["team_id"]},
        ):
            answer = world.call("GET", "/v1/leads", by=colleagues[role], query=query)
            found = {lead["id"] for lead in answer.json["items"]}
            assert estate.ids["lead"] not in found, (role, query)
    manager = colleagues[Role.SALES_MANAGER]
    job = world.call("POST", "/v1/exports", {"format": "ndjson"}, by=manager).json["id"]
    world.settle(rounds=200)
    link = world.call("POST", f"/v1/exports/{job}/link", by=manager).json["url"]
    with urllib.request.urlopen(link) as file:
        assert estate.ids["lead"] not in file.read().decode()


def test_a_cursor_of_a_colleague_with_more_reach_is_refused(
    estate: Estate, colleagues: dict[Role, Principal]
) -> None:
    world = estate.house.world
    cursor = world.call("GET", "/v1/leads", by=estate.admin, query={"limit": "1"}).json["cursor"]
    query = {"limit": "1", "cursor": cursor}
    answer = world.call("GET", "/v1/leads", by=colleagues[Role.SALES], query=query)
    assert answer.status == 422


def key(estate: Estate, *scopes: str) -> Principal:
    return estate.house.by(kind="api_key", scopes=frozenset(scopes))


def test_a_key_does_no_more_than_its_scopes(estate: Estate) -> None:
    before = estate.house.items()
    estate.house.world.requests.clear()
    for route in PRIVATE:
        resource, action = route.contract.resource, route.contract.action
        near = {f"{resource}:other", f"other:{action}", f"{resource}", "*", "*:*", f"{resource}:"}
        for scopes in (set[str](), near):
            answer = estate.ask(route, key(estate, *scopes))
            assert (answer.status, answer.code) == (403, "forbidden"), f"{route} {answer.text}"
    assert estate.house.world.requests.total() == 0
    assert estate.house.items() == before


def test_a_key_does_what_its_scopes_say(estate: Estate) -> None:
    for route in PRIVATE:
        if str(route) in OUTSIDE or route.contract.action == "bulk":
            continue
        resource, action = route.contract.resource, route.contract.action
        query = {"dry_run": "true"} if route.contract.writes else {}
        for scope in (f"{resource}:{action}", f"{resource}:*"):
            answer = estate.ask(route, key(estate, scope), query=query)
            assert answer.status != 401, f"{route} {answer.text}"
            told = answer.json.get("details", {}) if answer.status == 403 else {}
            lacking = (told.get("resource"), told.get("action"))
            assert lacking != (resource, action), f"{route} {answer.text}"


@pytest.mark.parametrize("route", PRIVATE, ids=str)
def test_nobody_gets_in_without_identity(estate: Estate, route: Route) -> None:
    estate.house.world.requests.clear()
    answer = estate.ask(route, None)
    assert (answer.status, answer.code) == (401, "unauthenticated")
    assert CANARY not in answer.text
    assert estate.house.world.requests.total() == 0


def test_a_salesperson_cannot_make_themselves_more(estate: Estate) -> None:
    house: House = estate.house
    seller = house.by(house.user("climber"))
    for method, path, body in (
        ("PATCH", f"/v1/users/{seller.actor}", {"role": "admin"}),
        ("PATCH", "/v1/me", {"role": "admin"}),
        ("POST", "/v1/api-keys", {"name": "k", "role": "admin"}),
        ("PATCH", f"/v1/leads/{estate.ids['lead']}", {"owner": seller.actor}),
        ("PUT", f"/v1/teams/{estate.ids['team_id']}/members", {"members": [seller.actor]}),
    ):
        answer = house.call(method, path, body, by=seller)
        assert answer.status in (403, 404, 422), (path, answer.text)
