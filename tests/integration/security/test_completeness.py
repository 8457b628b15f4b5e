"""The attacks cover every route there is, and each is asked in a way that would succeed."""

from tests.integration.security.estate import CANARY, Estate
from tests.integration.security.routes import ADDRESSED, ALL, BODIES, OUTSIDE, PRIVATE, PUBLIC


def test_what_is_public_was_decided() -> None:
    assert {str(route) for route in ALL if route.contract.public} == PUBLIC


def test_every_private_route_that_takes_a_body_has_one_here() -> None:
    asked = {str(route) for route in PRIVATE if route.contract.body is not None}
    assert set(BODIES) == asked, "say in routes.py how a new route is asked"


def test_every_path_parameter_leads_to_a_record_of_the_estate(estate: Estate) -> None:
    named = {name for route in ADDRESSED for name in route.parameters}
    assert named == set(estate.ids), "give the estate a record for each new path parameter"


def test_every_own_account_route_is_one_of_the_caller() -> None:
    outside = {str(r) for r in PRIVATE if r.contract.writes and not r.contract.rehearsable}
    assert outside == OUTSIDE


def test_its_own_admin_gets_through_every_route(estate: Estate) -> None:
    """Otherwise a refusal elsewhere would prove nothing."""
    estate.house.world.requests.clear()
    refused: dict[str, str] = {}
    for route in PRIVATE:
        if str(route) in OUTSIDE:
            continue
        query = {"dry_run": "true"} if route.contract.writes else {}
        answer = estate.ask(route, estate.admin, query=query)
        if answer.status not in (route.contract.status, 409):
            refused[str(route)] = answer.text
    assert refused == {}
    assert "Scan" not in estate.house.world.requests


def test_its_own_admin_sees_the_marks(estate: Estate) -> None:
    """Otherwise their absence elsewhere would prove nothing."""
    for path in ("/v1/leads", "/v1/users", "/v1/teams", "/v1/calendars", "/v1/forms"):
        answer = estate.house.world.call("GET", path, by=estate.admin)
        assert CANARY in answer.text, path
