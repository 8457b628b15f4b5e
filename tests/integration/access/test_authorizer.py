"""What the gateway is told about a caller, and what it refuses."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from functions.access.tokens import username
from tests.integration.access.house import House, Person
from tests.integration.access.user_pool import ISSUER, signed

LI = "li.wei@huaxing.example"


def _key(house: House, admin: Person, **body: Any) -> dict[str, Any]:
    answer = house.call(admin, "POST", "/v1/api-keys", {"name": "Shop", **body})
    assert answer.status == 201, answer.text
    return answer.json


def _refused(house: House, token: str, scheme: str = "Bearer") -> bool:
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        house.authorize(token, scheme)
    return True


def test_policy_holds_for_every_route_of_the_stage(house: House) -> None:
    answer = house.authorize(house.admin().access)
    (statement,) = answer["policyDocument"]["Statement"]
    assert statement["Effect"] == "Allow"
    assert statement["Resource"] == "arn:aws:execute-api:eu-central-1:123456789012:api/prod/*"
    assert all(isinstance(value, str) for value in answer["context"].values())


def test_person_and_program_are_read_in_one_request(house: House) -> None:
    admin = house.admin()
    key = _key(house, admin)
    house.authorize(key["token"])
    for token in (admin.access, key["token"]):
        house.world.requests.clear()
        house.authorize(token)
        assert house.world.requests == {"BatchGetItem": 1}


STRANGE_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _without(claims: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in claims.items() if key != name}


FORGERIES: dict[str, Callable[[House, str], str]] = {
    "another client": lambda h, name: h.pool.token(name, client_id="other"),
    "an id token": lambda h, name: h.pool.token(name, token_use="id"),
    "another pool": lambda h, name: h.pool.token(name, iss=ISSUER + "x"),
    "no known name": lambda h, name: h.pool.token("admin"),
    "another user": lambda h, name: h.pool.token(name[:-1] + ("0" if name[-1] != "0" else "1")),
    "another tenant": lambda h, name: h.pool.token("ten_" + "0" * 26 + name[30:]),
    "expired": lambda h, name: h.pool.token(name, exp=int(h.world.now.timestamp())),
    "altered": lambda h, name: h.pool.token(name)[:-8] + "AAAAAAAA",
    "unsigned": lambda h, name: signed(h.pool.claims(name), None, "none"),
    "no expiry": lambda h, name: signed(_without(h.pool.claims(name), "exp")),
    "no issuer": lambda h, name: signed(_without(h.pool.claims(name), "iss")),
    "another key": lambda h, name: signed(h.pool.claims(name), STRANGE_KEY),
    "a shared secret": lambda h, name: signed(h.pool.claims(name), "x" * 32, "HS256"),
    "an unknown key": lambda h, name: signed(h.pool.claims(name), STRANGE_KEY, kid="two"),
    "not a token": lambda h, name: "not.a.token",
    "empty": lambda h, name: "",
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_forged_token_names_nobody(house: House, forgery: str) -> None:
    admin = house.admin()
    name = username(admin.principal.tenant, admin.principal.actor)
    assert house.authorize(house.pool.token(name))
    assert _refused(house, FORGERIES[forgery](house, name))


def test_account_name_in_lower_case_is_the_same_person(house: House) -> None:
    admin = house.admin()
    name = username(admin.principal.tenant, admin.principal.actor).lower()
    assert house.principal(house.pool.token(name)) == admin.principal


def test_scheme_must_be_bearer(house: House) -> None:
    admin = house.admin()
    assert _refused(house, admin.access, "Basic")
    assert house.authorize(admin.access, "bearer")


def test_deactivated_person_is_refused_at_once(house: House) -> None:
    admin = house.admin()
    li = house.member(admin, LI)
    house.call(admin, "POST", f"/v1/users/{li.principal.actor}/deactivation")
    assert _refused(house, li.access)
    name = username(li.principal.tenant, li.principal.actor)
    house.pass_seconds(5)
    assert _refused(house, house.pool.token(name))


def test_public_keys_are_fetched_once_and_for_unknown_ones_once_a_minute(house: House) -> None:
    admin = house.admin()
    for _ in range(3):
        house.authorize(admin.access)
    assert house.keys.asked == 1
    strange = signed(house.pool.claims("ten_x.usr_y"), kid="two")
    assert _refused(house, strange)
    assert house.keys.asked == 1
    house.pass_seconds(61)
    assert _refused(house, strange)
    assert _refused(house, strange)
    assert house.keys.asked == 2


def test_missing_public_keys_are_an_outage_not_a_refusal(house: House) -> None:
    house.create_tenant()
    house.keys.close()
    with pytest.raises(Exception, match="keys cannot be read"):
        house.authorize(house.pool.token("ten_x.usr_y"))


def test_manager_reaches_the_departments_below(house: House) -> None:
    admin = house.admin()
    east = house.call(admin, "POST", "/v1/teams", {"name": "华东"}).json["id"]
    below = {"name": "上海", "parent": east}
    shanghai = house.call(admin, "POST", "/v1/teams", below).json["id"]
    house.call(admin, "POST", "/v1/teams", {"name": "华南"})
    lead = house.member(admin, LI, "sales_manager", teams=[east])
    assert lead.principal.teams == (east,)
    assert set(lead.principal.tree) == {east, shanghai}
    plain = house.member(admin, "zhao@huaxing.example", "sales", teams=[east])
    assert plain.principal.tree == ()  # no right of the role needs it


def test_program_acts_with_its_role_and_scopes(house: House) -> None:
    admin = house.admin()
    key = _key(house, admin, scopes=["lead:read", "lead:create"])
    program = house.principal(key["token"])
    assert (program.kind, program.actor) == ("api_key", key["id"])
    assert program.scopes == {"lead:read", "lead:create"}
    assert house.principal(_key(house, admin)["token"]).scopes is None


def test_altered_api_key_is_refused(house: House) -> None:
    admin = house.admin()
    other = house.admin("Other Ltd", "admin@other.example")
    token = _key(house, admin)["token"]
    mark, tenant, key, secret = token.split(".")
    for altered in (
        f"{mark}.{tenant}.{key}.{secret[:-1]}",
        f"{mark}.{tenant}.{key}.{secret}x",
        f"{mark}.{other.principal.tenant}.{key}.{secret}",
        f"{mark}.{tenant}.{admin.principal.actor}.{secret}",
        f"{mark}.{tenant}.{_key(house, admin)['id']}.{secret}",
        f"{mark}.{tenant}.{key}",
        f"{mark}.{tenant}#{key}.{key}.{secret}",
        f"{mark}.{tenant}.{key}.",
    ):
        assert _refused(house, altered)
    assert house.authorize(token)


def test_expired_and_revoked_api_keys_are_refused(house: House) -> None:
    admin = house.admin()
    until = (house.world.now + timedelta(hours=1)).isoformat()
    key, lasting = _key(house, admin, expires_at=until), _key(house, admin)
    assert house.authorize(key["token"])
    house.pass_seconds(3600)
    assert _refused(house, key["token"])
    assert house.authorize(lasting["token"])
    assert house.call(admin, "DELETE", f"/v1/api-keys/{lasting['id']}").status == 204
    assert _refused(house, lasting["token"])


def test_rotated_api_key_opens_with_both_secrets_for_the_overlap(house: House) -> None:
    admin = house.admin()
    key = _key(house, admin)
    path = f"/v1/api-keys/{key['id']}/rotation"
    turned = house.call(admin, "POST", path, {"overlap_hours": 2}).json
    assert house.authorize(key["token"])
    assert house.authorize(turned["token"])
    house.pass_seconds(2 * 3600)
    assert _refused(house, key["token"])
    assert house.authorize(turned["token"])
    final = house.call(admin, "POST", path, {"overlap_hours": 0}).json
    assert _refused(house, turned["token"])
    assert house.authorize(final["token"])


def test_uses_are_counted_with_one_write_a_minute(house: House) -> None:
    admin = house.admin()
    key = _key(house, admin)
    shown = house.call(admin, "GET", f"/v1/api-keys/{key['id']}").json
    assert (shown["uses"], shown["last_used_at"], shown["hours"]) == (0, None, [])
    house.world.requests.clear()
    for _ in range(5):
        house.authorize(key["token"])
        house.pass_seconds(5)
    assert house.world.requests == {"BatchGetItem": 5, "TransactWriteItems": 1}
    house.pass_seconds(60)
    house.authorize(key["token"])
    assert house.world.requests["TransactWriteItems"] == 2
    shown = house.call(admin, "GET", f"/v1/api-keys/{key['id']}").json
    assert shown["uses"] == 6
    assert shown["hours"] == [{"hour": "2026-03-02T09:00Z", "uses": 6}]
    (listed,) = house.call(admin, "GET", "/v1/api-keys").json["items"]
    assert listed["last_used_at"] == "2026-03-02T09:01:25Z"
    assert shown["version"] == 1
