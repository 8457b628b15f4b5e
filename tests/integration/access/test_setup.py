"""API keys as administrators handle them, calendars, and the tenant's defaults."""

from datetime import timedelta
from typing import Any

import pytest

from tests.integration.access.house import House


def test_token_is_told_once_and_its_hash_never(house: House) -> None:
    admin = house.admin()
    made = house.call(admin, "POST", "/v1/api-keys", {"name": "Shop"})
    assert made.json["token"].startswith(f"rpk.{admin.principal.tenant}.{made.json['id']}.")
    assert made.headers["ETag"] == '"1"'
    shown = house.call(admin, "GET", f"/v1/api-keys/{made.json['id']}")
    listed = house.call(admin, "GET", "/v1/api-keys")
    assert shown.json["token"] is None
    assert "secret_hash" not in shown.text + listed.text + made.text


def test_repeated_creation_of_a_key_is_refused_instead_of_telling_the_token_again(
    house: House,
) -> None:
    admin = house.admin()
    headers = {"idempotency-key": "once"}
    assert house.call(admin, "POST", "/v1/api-keys", {"name": "A"}, headers=headers).status == 201
    again = house.call(admin, "POST", "/v1/api-keys", {"name": "A"}, headers=headers)
    assert (again.status, again.code) == (409, "answered_before")
    assert len(house.call(admin, "GET", "/v1/api-keys").json["items"]) == 1


def test_rehearsed_key_has_no_token(house: House) -> None:
    admin = house.admin()
    query = {"dry_run": "true"}
    answer = house.call(admin, "POST", "/v1/api-keys", {"name": "Shop"}, query=query)
    assert (answer.status, answer.json["token"]) == (201, None)
    assert house.call(admin, "GET", "/v1/api-keys").json["items"] == []


def test_key_never_makes_a_key_that_may_more_than_itself(house: House) -> None:
    admin = house.admin()
    scopes = ["api_key:create", "api_key:update", "api_key:read", "lead:read"]
    body = {"name": "Maker", "role": "admin", "scopes": scopes}
    made = house.call(admin, "POST", "/v1/api-keys", body).json
    maker = house.principal(made["token"])
    wide: list[dict[str, Any]] = [
        {"role": "admin"},
        {"role": "admin", "scopes": ["lead:*"]},
        {"role": "admin", "scopes": ["user:create"]},
        {"role": "integration"},
    ]
    for more in wide:
        answer = house.call(maker, "POST", "/v1/api-keys", {"name": "x", **more})
        assert (more, answer.status) == (more, 403)
    path = f"/v1/api-keys/{made['id']}"
    assert house.call(maker, "PATCH", path, {"scopes": None}).status == 403
    narrow = {"name": "x", "role": "integration", "scopes": ["lead:read"]}
    assert house.call(maker, "POST", "/v1/api-keys", narrow).status == 201
    stronger = house.call(admin, "POST", "/v1/api-keys", {"name": "y", "role": "admin"}).json["id"]
    turned = house.call(maker, "POST", f"/v1/api-keys/{stronger}/rotation", {})
    assert (turned.status, turned.code) == (403, "forbidden")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"scopes": ["lead:explode"]}, "scope_unknown"),
        ({"scopes": ["user:create"]}, "scope_unknown"),
        ({"scopes": ["lead"]}, "string_pattern_mismatch"),
        ({"expires_at": "2026-03-02T09:00:00Z"}, "in_the_past"),
        ({"role": "system"}, "value_error"),
    ],
)
def test_impossible_key_is_refused(house: House, more: dict[str, Any], code: str) -> None:
    answer = house.call(house.admin(), "POST", "/v1/api-keys", {"name": "Shop", **more})
    assert (answer.status, answer.json["errors"][0]["code"]) == (422, code)


def test_revoked_key_stays_in_the_list_and_cannot_be_turned_back(house: House) -> None:
    admin = house.admin()
    key = house.call(admin, "POST", "/v1/api-keys", {"name": "Shop"}).json["id"]
    house.call(admin, "DELETE", f"/v1/api-keys/{key}")
    (listed,) = house.call(admin, "GET", "/v1/api-keys", query={"status": "revoked"}).json["items"]
    assert listed["status"] == "revoked"
    assert house.call(admin, "POST", f"/v1/api-keys/{key}/rotation", {}).code == "key_revoked"
    assert house.call(admin, "DELETE", f"/v1/api-keys/{key}").status == 204
    house.world.settle()
    assert len(house.world.events("api_key.revoked")) == 1


def test_expired_key_is_shown_as_expired(house: House) -> None:
    admin = house.admin()
    until = (house.world.now + timedelta(minutes=1)).isoformat()
    house.call(admin, "POST", "/v1/api-keys", {"name": "Shop", "expires_at": until})
    house.pass_seconds(60)
    assert house.call(admin, "GET", "/v1/api-keys").json["items"][0]["status"] == "expired"


def test_national_calendar_takes_the_tenants_zone_and_given_hours(house: House) -> None:
    admin = house.admin()
    week = {"1": [{"start": "09:00", "end": "12:00"}, {"start": "13:30", "end": "18:00"}]}
    body = {"country": "DE", "subdivision": "BY", "years": [2026], "week": week}
    answer = house.call(admin, "POST", "/v1/calendars/preloaded", body)
    assert answer.status == 201
    assert answer.json["name"] == "DE 2026-2026"
    assert answer.json["working"]["zone"] == "Asia/Shanghai"
    assert "2026-01-06" in answer.json["working"]["holidays"]
    unknown = {"country": "XX", "years": [2026]}
    answer = house.call(admin, "POST", "/v1/calendars/preloaded", unknown)
    assert answer.json["errors"][0]["code"] == "country_unknown"


def test_national_calendar_without_any_hours_is_refused(house: House) -> None:
    body = {"country": "DE", "years": [2026], "week": {}}
    answer = house.call(house.admin(), "POST", "/v1/calendars/preloaded", body)
    assert answer.status == 422


def test_calendar_in_use_by_the_tenant_is_not_deleted(house: House) -> None:
    admin = house.admin()
    first = house.call(admin, "GET", "/v1/tenant").json["calendar"]
    week = {"1": [{"start": "22:00", "end": "24:00"}]}
    body = {"name": "Night", "working": {"zone": "Asia/Shanghai", "week": week}}
    second = house.call(admin, "POST", "/v1/calendars", body).json["id"]
    assert house.call(admin, "DELETE", f"/v1/calendars/{first}").code == "calendar_in_use"
    assert house.call(admin, "PATCH", "/v1/tenant", {"calendar": second}).status == 200
    assert house.call(admin, "DELETE", f"/v1/calendars/{first}").status == 204
    assert house.call(admin, "GET", f"/v1/calendars/{first}").status == 404


def test_calendar_change_tells_who_computes_with_it(house: House) -> None:
    admin = house.admin()
    path = f"/v1/calendars/{house.call(admin, 'GET', '/v1/tenant').json['calendar']}"
    assert house.call(admin, "PATCH", path, {"name": "Office"}).json["name"] == "Office"
    house.world.settle()
    assert len(house.world.events("calendar.changed")) == 2


def test_tenants_defaults_reach_new_people_and_the_authorizer(house: House) -> None:
    admin = house.admin()
    changes = {"default_region": "DE", "locale": "de-DE", "time_zone": "Europe/Berlin"}
    assert house.call(admin, "PATCH", "/v1/tenant", changes).json["default_region"] == "DE"
    assert house.principal(admin.access).region == "DE"
    user = house.invite(admin, "kurz@huaxing.example")
    assert (user["locale"], user["time_zone"]) == ("de-DE", "Europe/Berlin")
