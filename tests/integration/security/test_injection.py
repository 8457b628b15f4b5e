"""Ids are names, not paths and not keys: whatever stands in their place finds nothing."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.integration.security.estate import CANARY, Estate
from tests.integration.security.routes import ADDRESSED, ALL, PRIVATE, Route


def bad_ids(estate: Estate, parameter: str) -> list[str]:
    """Ids no record has; some would be keys or paths if anybody put them together carelessly."""
    good = estate.ids[parameter]
    tenant = estate.house.tenant
    prefix = good.split("_")[0]
    return [
        "..",
        "../../etc/passwd",
        f"{prefix}_{'0' * 26}",
        f"{good}#",
        f"{good}#H#0000000001",
        f"{tenant}#{good}",
        f"#{good}",
        f"{good}/",
        f"{good}\x00",
        f"{good}\n",
        f"{good} ",
        good.lower(),
        good.replace(prefix, "usr" if prefix != "usr" else "lead"),
        "U#lead#external_id#x",
        "' OR '1'='1",
        "${jndi:ldap://x}",
        "{{7*7}}",
        "🦊",
        "ｌｅａｄ",
        "%",
        "x" * 5000,
    ]


@pytest.mark.parametrize("route", ADDRESSED, ids=str)
def test_ids_that_are_none_find_nothing(estate: Estate, route: Route) -> None:
    before = estate.house.items()
    estate.house.world.requests.clear()
    for name in route.parameters:
        for bad in bad_ids(estate, name):
            answer = estate.ask(route, estate.admin, at={name: quote(bad, safe="")})
            assert answer.status == 404, f"{bad!r}: {answer.text}"
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert "Traceback" not in answer.text
    assert not estate.written()
    assert estate.house.items() == before


PUBLIC = [route for route in ALL if route.contract.public and route.parameters]


@pytest.mark.parametrize("route", PUBLIC, ids=str)
def test_public_addresses_cannot_be_guessed_or_bent(estate: Estate, route: Route) -> None:
    for bad in (*bad_ids(estate, "form"), estate.ids["form"], estate.ids["lead"]):
        path = route.path.replace("{" + route.parameters[0] + "}", quote(bad, safe=""))
        body: dict[str, Any] | None = {} if route.method == "POST" else None
        answer = estate.house.world.call(route.method, path, body, anonymous=True)
        assert 400 <= answer.status < 500, f"{bad!r}: {answer.status} {answer.text}"
        assert CANARY not in answer.text


FILTERS = ["#", "lead#x", "..", "\x00", "' OR '1'='1", "🦊" * 60, "ten_A#lead_1", "%00"]


@pytest.mark.parametrize(
    "route", [r for r in PRIVATE if r.method == "GET" and r.contract.query], ids=str
)
def test_filters_are_values_and_nothing_else(estate: Estate, route: Route) -> None:
    assert route.contract.query is not None
    for name in route.contract.query.model_fields:
        for value in FILTERS:
            answer = estate.ask(route, estate.admin, query={name: value})
            assert answer.status in (200, 404, 422), f"{name}={value!r}: {answer.text}"
            if answer.status == 200 and name != "q" and value.strip("\x00"):
                assert answer.json["items"] == [], f"{name}={value!r}"


@pytest.mark.parametrize("route", [r for r in PRIVATE if r.contract.writes], ids=str)
def test_headers_are_read_strictly(estate: Estate, route: Route) -> None:
    before = estate.house.items()
    for headers in (
        {"if-match": "1"},
        {"if-match": '"x"'},
        {"if-match": '"1", "2"'},
        {"idempotency-key": ""},
        {"idempotency-key": "ключ"},
        {"idempotency-key": "k" * 256},
    ):
        answer = estate.ask(route, estate.admin, headers=headers)
        assert answer.status == 422, f"{headers}: {answer.text}"
    assert estate.house.items() == before
