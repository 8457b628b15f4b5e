"""Signing in and out, as people and attackers do it."""

import boto3
import pytest

from shared.domain.tenancy import User
from tests.integration.access.house import NEXT_PASSWORD, PASSWORD, House
from tests.integration.access.user_pool import totp
from tests.world import SETTINGS

LI = "li.wei@huaxing.example"


def _audit(house: House, admin: object, **query: str) -> list[tuple[str, str]]:
    answer = house.call(admin, "GET", "/v1/audit", query=query)  # pyright: ignore
    assert answer.status == 200, answer.text
    return [(entry["action"], entry["outcome"]) for entry in answer.json["items"]]


def test_invitation_leads_through_a_new_password_to_a_session(house: House) -> None:
    admin = house.admin()
    user = house.invite(admin, LI)
    assert user["status"] == "invited"
    challenge = house.attempt(LI, house.temporary_password(LI))
    assert challenge.json["challenge"] == "new_password_required"
    assert challenge.json["access_token"] is None
    li = house.person(LI, house.respond(challenge, new_password=PASSWORD))
    assert li.principal.actor == user["id"]
    assert li.principal.region == "CN"
    stored = house.world.runtime.store(li.principal.tenant).load(User, user["id"])
    assert stored.status == "active"
    trail = _audit(house, admin, actor=user["id"])
    assert trail == [("sign_in_challenge", "ok"), ("sign_in", "challenged")]
    house.world.settle()
    assert [e.subject.id for e in house.world.events("user.activated")] == [user["id"]]
    assert len(house.world.events("session.started")) == 2


def test_refusals_of_every_kind_look_the_same(house: House) -> None:
    admin = house.admin()
    house.member(admin, LI)
    gone = house.member(admin, "gone@huaxing.example")
    house.call(admin, "POST", f"/v1/users/{gone.principal.actor}/deactivation")
    answers = [
        house.attempt("nobody@huaxing.example"),
        house.attempt(LI, "Wrong-Password-11"),
        house.attempt("gone@huaxing.example"),
        house.attempt("not an address"),
    ]
    house.world.settle()
    answers.append(house.attempt("gone@huaxing.example"))
    answers += [house.attempt(LI, f"Wrong-Password-{n}") for n in range(5)]
    answers.append(house.attempt(LI))  # right, but locked out by now
    bodies = [{k: v for k, v in a.json.items() if k != "request_id"} for a in answers]
    assert {a.status for a in answers} == {401}
    assert all(body == bodies[0] for body in bodies)
    assert bodies[0]["code"] == "sign_in_failed"
    assert {tuple(sorted(answer.headers)) for answer in answers} == {
        ("Cache-Control", "Content-Type", "X-Request-Id")
    }


def test_unknown_address_costs_the_same_steps_as_a_wrong_password(house: House) -> None:
    house.admin()
    work = []
    for email in ("admin@huaxing.example", "nobody@huaxing.example"):
        house.world.requests.clear()
        house.pool.calls.clear()
        house.attempt(email, "Wrong-Password-11")
        work.append((dict(house.world.requests), list(house.pool.calls)))
    assert work[0] == work[1]


def test_refused_sign_in_is_in_the_trail_with_address_and_agent(house: House) -> None:
    admin = house.admin()
    body = {"email": admin.email, "password": "Wrong-Password-11"}
    agent = {"user-agent": "curl/8" * 100}
    house.world.call("POST", "/v1/sessions", body, anonymous=True, headers=agent)
    query = {"outcome": "refused", "action": "sign_in", "actor": admin.principal.actor}
    (entry,) = house.call(admin, "GET", "/v1/audit", query=query).json["items"]
    assert entry["ip"] == "198.51.100.7"
    assert entry["reason"] == "password"
    assert entry["user_agent"] == ("curl/8" * 100)[:200]


def test_passwords_and_tokens_are_nowhere_in_the_table(house: House) -> None:
    admin = house.admin()
    li = house.member(admin, LI)
    body = {"current_password": PASSWORD, "new_password": NEXT_PASSWORD}
    headers = {"idempotency-key": "once"}
    assert house.call(li, "PUT", "/v1/me/password", body, headers=headers).status == 204
    house.call(admin, "POST", "/v1/api-keys", {"name": "Shop"}, headers=headers)
    token = house.call(admin, "POST", "/v1/api-keys", {"name": "Shop"}).json["token"]
    house.world.settle()
    rows = str(boto3.client("dynamodb").scan(TableName=SETTINGS["TABLE_NAME"])["Items"])
    secrets = [PASSWORD, NEXT_PASSWORD, li.access, li.refresh, token.rsplit(".", 1)[1], "rpk."]
    assert [s for s in secrets if s in rows] == []


def test_weak_new_password_is_refused_with_the_policy(house: House) -> None:
    admin = house.admin()
    house.invite(admin, LI)
    challenge = house.attempt(LI, house.temporary_password(LI))
    answer = house.respond(challenge, new_password="short")
    assert answer.status == 422
    assert answer.json["errors"][0]["code"] == "password_policy"
    assert house.respond(challenge, new_password=PASSWORD).status == 200


@pytest.mark.parametrize("given", [{}, {"code": "123456"}])
def test_challenge_needs_the_answer_it_asks_for(house: House, given: dict[str, str]) -> None:
    admin = house.admin()
    house.invite(admin, LI)
    challenge = house.attempt(LI, house.temporary_password(LI))
    answer = house.respond(challenge, **given)
    assert (answer.status, answer.json["errors"][0]["path"]) == (422, "new_password")


def test_altered_or_late_challenge_session_is_refused(house: House) -> None:
    admin = house.admin()
    house.invite(admin, LI)
    challenge = house.attempt(LI, house.temporary_password(LI))
    sealed = challenge.json["session"]
    body = {"new_password": PASSWORD}
    for session in (sealed[:-3] + "AAA", "%%%", sealed + "x", "a"):
        answer = house.world.call(
            "POST", "/v1/sessions/challenge", {**body, "session": session}, anonymous=True
        )
        assert (answer.status, answer.code) == (401, "session_expired")
    house.pass_seconds(16 * 60)
    assert house.respond(challenge, **body).code == "session_expired"


def test_second_factor_is_asked_for_once_it_is_enabled(house: House) -> None:
    li = house.member(house.admin(), LI)
    begun = house.call(li, "POST", "/v1/me/totp")
    assert begun.status == 201
    secret = begun.json["secret"]
    assert begun.json["uri"].startswith("otpauth://totp/Rapport%3Ali.wei%40huaxing.example?secret=")
    assert house.call(li, "PUT", "/v1/me/totp", {"code": "000000"}).code == "wrong_code"
    code = totp(secret, house.world.now)
    assert house.call(li, "PUT", "/v1/me/totp", {"code": code}).status == 204
    assert house.call(li, "GET", "/v1/me").json["mfa"] is True
    challenge = house.attempt(LI)
    assert challenge.json["challenge"] == "totp_required"
    assert house.respond(challenge, code="000000").code == "wrong_code"
    again = house.person(LI, house.respond(challenge, code=code))
    assert house.call(again, "DELETE", "/v1/me/totp").status == 204
    assert house.attempt(LI).json["status"] == "signed_in"


def test_signing_out_ends_every_session_at_once(house: House) -> None:
    admin = house.admin()
    li = house.member(admin, LI)
    house.pass_seconds(60)
    other = house.sign_in(LI)
    assert house.call(li, "DELETE", "/v1/sessions").status == 204
    for session in (li, other):
        with pytest.raises(Exception, match=r"^Unauthorized$"):
            house.authorize(session.access)
        body = {"refresh_token": session.refresh}
        answer = house.world.call("POST", "/v1/sessions/refresh", body, anonymous=True)
        assert (answer.status, answer.code) == (401, "session_expired")
    house.pass_seconds(1)
    assert house.sign_in(LI).principal == li.principal
    assert house.authorize(admin.access)


def test_refresh_after_a_sign_out_is_refused_even_by_a_pool_that_forgot_it(house: House) -> None:
    li = house.member(house.admin(), LI)
    house.pass_seconds(60)
    house.call(li, "DELETE", "/v1/sessions")
    house.pass_seconds(60)
    for account in house.pool.accounts.values():
        account.generation = 0
    body = {"refresh_token": li.refresh}
    answer = house.world.call("POST", "/v1/sessions/refresh", body, anonymous=True)
    assert (answer.status, answer.code) == (401, "session_expired")


def test_signing_in_within_the_second_of_a_sign_out_says_when_to_repeat(house: House) -> None:
    li = house.member(house.admin(), LI)
    house.pass_seconds(0.4)
    house.call(li, "DELETE", "/v1/sessions")
    early = house.attempt(LI)
    assert (early.status, early.headers["Retry-After"]) == (503, "1")
    house.pass_seconds(1)
    assert house.attempt(LI).status == 200


def test_refresh_gives_a_new_access_token_until_deactivation(house: House) -> None:
    admin = house.admin()
    li = house.member(admin, LI)
    body = {"refresh_token": li.refresh}

    def refresh() -> int:
        answer = house.world.call("POST", "/v1/sessions/refresh", body, anonymous=True)
        if answer.status == 200:
            assert house.principal(answer.json["access_token"]) == li.principal
            assert answer.json["refresh_token"] is None
        return answer.status

    assert refresh() == 200
    house.call(admin, "POST", f"/v1/users/{li.principal.actor}/deactivation")
    assert refresh() == 401  # before the user pool has heard of it
    house.world.settle()
    assert refresh() == 401


def test_password_change_needs_the_present_one(house: House) -> None:
    li = house.member(house.admin(), LI)
    body = {"current_password": "Wrong-Password-11", "new_password": NEXT_PASSWORD}
    assert house.call(li, "PUT", "/v1/me/password", body).status == 401
    body["current_password"] = PASSWORD
    assert house.call(li, "PUT", "/v1/me/password", body).status == 204
    assert house.attempt(LI, PASSWORD).status == 401
    assert house.attempt(LI, NEXT_PASSWORD).status == 200


def test_pool_outage_is_said_and_leaves_no_session(house: House) -> None:
    house.admin()
    house.pool.fail_next = "admin_initiate_auth"
    answer = house.attempt("admin@huaxing.example")
    assert (answer.status, answer.code) == (503, "unavailable")
