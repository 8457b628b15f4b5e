"""People of a tenant: invitations, rights, and the administrator who always remains."""

import json
import threading
from typing import Any

import pytest

from functions.access.tokens import username
from shared.domain.access import FIELD_RULES, Role
from tests.integration.access.house import PASSWORD, House, Person
from tests.world import apps

LI = "li.wei@huaxing.example"


def _change(house: House, by: Person, user: str, **changes: Any) -> Any:
    return house.call(by, "PATCH", f"/v1/users/{user}", changes)


def test_tenant_starts_with_an_administrator_a_team_and_a_working_calendar(house: House) -> None:
    made = house.create_tenant()
    house.world.settle()
    challenge = house.attempt(
        "admin@huaxing.example", house.temporary_password("admin@huaxing.example")
    )
    admin = house.person("admin@huaxing.example", house.respond(challenge, new_password=PASSWORD))
    assert admin.principal.actor == made["admin"]
    assert admin.principal.teams == (made["team"],)
    tenant = house.call(admin, "GET", "/v1/tenant").json
    assert (tenant["id"], tenant["calendar"]) == (made["tenant"], made["calendar"])
    days = house.call(admin, "GET", f"/v1/calendars/{made['calendar']}").json["working"]
    assert days["holidays"]["2026-10-01"] == "国庆节"
    assert "2026-10-10" in days["makeup_days"]


def test_creating_a_tenant_again_finds_it(house: House) -> None:
    first = house.create_tenant()
    house.world.settle()
    again = house.create_tenant(admin_password=PASSWORD)
    assert {**again, "created": True} == first
    assert again["created"] is False
    with pytest.raises(Exception, match="in use"):
        house.create_tenant("Another company")


def test_tenant_in_a_country_without_known_holidays_works_on_weekdays(house: House) -> None:
    admin = house.admin("Tristan", "admin@tristan.example", region="TA")
    (calendar,) = house.call(admin, "GET", "/v1/calendars").json["items"]
    assert calendar["working"]["holidays"] == {}
    assert admin.principal.region == "TA"


def test_invitation_is_written_in_the_language_of_its_reader(house: House) -> None:
    admin = house.admin()
    house.invite(admin, LI)
    house.invite(admin, "smith@huaxing.example", locale="en")
    subjects = [m["Content"]["Simple"]["Subject"]["Data"] for m in house.world.mail.sent]
    assert subjects == ["华星科技邀请您使用 Rapport", "华星科技 invites you to Rapport"]
    text = house.world.mail.sent[1]["Content"]["Simple"]["Body"]["Text"]["Data"]
    assert "https://crm.example.com" in text


def test_redelivered_invitation_sends_no_second_mail(house: House) -> None:
    house.invite(house.admin(), LI)
    (entry,) = [e for e in house.world.bus.entries if e["DetailType"] == "user.invited.v1"]
    body = json.dumps({"detail-type": "user.invited.v1", "detail": json.loads(entry["Detail"])})
    house.world.deliver("user-accounts", [body, body])
    assert len(house.world.mail.sent) == 1
    assert house.world.dead == []


def test_invitation_that_failed_half_way_is_repaired_by_its_redelivery(house: House) -> None:
    admin = house.admin()
    house.pool.fail_next = "admin_set_user_password"
    house.invite(admin, LI)
    ((queue, body),) = house.world.dead
    assert house.world.mail.sent == []
    house.world.deliver(queue, [body])
    challenge = house.attempt(LI, house.temporary_password(LI))
    assert house.respond(challenge, new_password=PASSWORD).status == 200


def test_second_invitation_replaces_the_first_password(house: House) -> None:
    admin = house.admin()
    user = house.invite(admin, LI)
    first = house.temporary_password(LI)
    path = f"/v1/users/{user['id']}/invitation"
    assert house.call(admin, "POST", path).json["invitations"] == 2
    house.world.settle()
    assert house.temporary_password(LI) != first
    assert house.attempt(LI, first).status == 401
    challenge = house.attempt(LI, house.temporary_password(LI))
    house.respond(challenge, new_password=PASSWORD)
    assert house.call(admin, "POST", path).code == "not_invited"


def test_late_invitation_never_resets_the_password_of_who_came_in(house: House) -> None:
    admin = house.admin()
    house.member(admin, LI)
    (entry,) = [e for e in house.world.bus.entries if e["DetailType"] == "user.invited.v1"]
    envelope = json.loads(entry["Detail"]) | {"id": "evt_another"}
    house.world.deliver("user-accounts", [json.dumps({"detail": envelope})])
    assert house.attempt(LI, PASSWORD).json["status"] == "signed_in"


def test_address_is_unique_in_the_installation_whatever_its_case(house: House) -> None:
    admin = house.admin()
    other = house.admin("Other Ltd", "admin@other.example")
    house.invite(admin, LI)
    for caller in (admin, other):
        body = {"email": LI.title(), "name": "Li", "role": "sales"}
        answer = house.call(caller, "POST", "/v1/users", body)
        assert (answer.status, answer.code) == (409, "already_exists")
        assert "usr_" not in answer.text
        assert (
            house.call(caller, "POST", "/v1/users", body, query={"dry_run": "true"}).status == 409
        )
    assert house.attempt(LI.upper(), house.temporary_password(LI)).status == 200


def test_rehearsed_invitation_stores_and_sends_nothing(house: House) -> None:
    admin = house.admin()
    body = {"email": LI, "name": "Li", "role": "sales"}
    assert house.call(admin, "POST", "/v1/users", body, query={"dry_run": "true"}).status == 201
    house.world.settle()
    assert house.world.mail.sent == []
    assert len(house.call(admin, "GET", "/v1/users").json["items"]) == 1


@pytest.mark.parametrize("change", [{"role": "sales"}, None])
def test_last_administrator_is_neither_demoted_nor_deactivated(
    house: House, change: dict[str, str] | None
) -> None:
    admin = house.admin()
    house.invite(admin, LI, "admin")  # invited only: cannot act yet

    def leave(user: str) -> Any:
        if change:
            return _change(house, admin, user, **change)
        return house.call(admin, "POST", f"/v1/users/{user}/deactivation")

    answer = leave(admin.principal.actor)
    assert (answer.status, answer.code) == (409, "last_administrator")
    second = house.member(admin, "zhao@huaxing.example", "admin")
    assert leave(second.principal.actor).status == 200
    assert leave(admin.principal.actor).code == "last_administrator"


def test_two_administrators_who_demote_each_other_at_once_leave_one(house: House) -> None:
    one = house.admin()
    two = house.member(one, LI, "admin")
    statuses: list[int] = []

    def demote(by: Person, whom: Person) -> None:
        statuses.append(_change(house, by, whom.principal.actor, role="sales").status)

    threads = [threading.Thread(target=demote, args=pair) for pair in ((one, two), (two, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 409]


def test_deactivated_user_is_shut_out_of_the_pool_and_let_in_again(house: House) -> None:
    admin = house.admin()
    li = house.member(admin, LI)
    name = username(li.principal.tenant, li.principal.actor)
    path = f"/v1/users/{li.principal.actor}"
    assert house.call(admin, "POST", f"{path}/deactivation").json["status"] == "deactivated"
    house.world.settle()
    assert house.pool.accounts[name].enabled is False
    assert house.call(admin, "POST", f"{path}/activation").json["status"] == "active"
    house.world.settle()
    house.pass_seconds(1)
    assert house.sign_in(LI).principal == li.principal
    assert [e.name for e in house.world.events() if e.name.startswith("user.")][-2:] == [
        "user.deactivated",
        "user.reactivated",
    ]


def test_who_never_signed_in_is_invited_again_after_reactivation(house: House) -> None:
    admin = house.admin()
    user = house.invite(admin, LI)
    house.call(admin, "POST", f"/v1/users/{user['id']}/deactivation")
    house.world.settle()
    assert house.attempt(LI, house.temporary_password(LI)).status == 401
    answer = house.call(admin, "POST", f"/v1/users/{user['id']}/activation")
    assert answer.json["status"] == "invited"
    house.world.settle()
    assert house.attempt(LI, house.temporary_password(LI)).json["status"] == "challenge"


def test_change_tells_role_teams_and_availability_as_events(house: House) -> None:
    admin = house.admin()
    li = house.invite(admin, LI)
    team = house.call(admin, "POST", "/v1/teams", {"name": "Sales"}).json["id"]
    leave = {"start": "2026-03-09T00:00:00+08:00", "end": "2026-03-16T00:00:00+08:00"}
    answer = _change(house, admin, li["id"], role="support", teams=[team], leave=[leave])
    assert answer.json["teams"] == [team]
    assert house.call(admin, "GET", f"/v1/teams/{team}").json["members"] == [li["id"]]
    house.world.settle()
    names = {e.name for e in house.world.events() if e.subject.id == li["id"]}
    assert names == {
        "user.invited",
        "user.role_changed",
        "user.teams_changed",
        "user.availability_changed",
    }
    version = answer.json["version"]
    assert _change(house, admin, li["id"], role="support").json["version"] == version


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"teams": ["team_00000000000000000000000000"]}, "teams"),
        ({"calendar": "cal_00000000000000000000000000"}, "calendar"),
        ({"role": "system"}, "role"),
        ({"name": " \u200b "}, "name"),
        ({"name": None}, "name"),
        ({"capacity": -1}, "capacity"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"email": "new@huaxing.example"}, "email"),
    ],
)
def test_impossible_change_of_a_user_is_refused(
    house: House, changes: dict[str, Any], path: str
) -> None:
    admin = house.admin()
    answer = _change(house, admin, admin.principal.actor, **changes)
    assert (answer.status, answer.json["errors"][0]["path"]) == (422, path)


def test_users_are_listed_by_role_team_status_and_found_by_name(house: House) -> None:
    admin = house.admin()
    team = house.call(admin, "POST", "/v1/teams", {"name": "Sales"}).json["id"]
    li = house.invite(admin, LI, teams=[team])["id"]
    zhao = house.invite(admin, "zhao@huaxing.example", "support")["id"]

    def ids(**query: str) -> set[str]:
        return {u["id"] for u in house.call(admin, "GET", "/v1/users", query=query).json["items"]}

    assert ids() == {admin.principal.actor, li, zhao}
    assert ids(role="support") == {zhao}
    assert ids(team=team) == {li}
    assert ids(status="active") == {admin.principal.actor}
    assert ids(q="伟", role="sales") == {li}
    assert ids(q="zhao@") == {zhao}


def test_everybody_sees_their_own_rights(house: House) -> None:
    admin = house.admin()
    for role in (Role.ADMIN, Role.SALES_MANAGER, Role.SALES, Role.READ_ONLY):
        person = house.member(admin, f"me.{role}@huaxing.example", role)
        me = house.call(person, "GET", "/v1/me").json
        assert (me["role"], me["kind"], me["email"]) == (role, "user", person.email)
        assert ("create" in me["rights"]["user"]) == (role == "admin")
        assert me["field_rules"] == FIELD_RULES.get(role, {})


def test_program_sees_its_rights_but_has_no_profile(house: House) -> None:
    admin = house.admin()
    body = {"name": "商城", "scopes": ["me:*", "lead:read"]}
    program = house.principal(house.call(admin, "POST", "/v1/api-keys", body).json["token"])
    me = house.call(program, "GET", "/v1/me").json
    assert (me["kind"], me["name"]) == ("api_key", "商城")
    assert me["rights"] == {"me": {"read": "own", "update": "own"}, "lead": {"read": "all"}}
    for method, path in (("DELETE", "/v1/sessions"), ("POST", "/v1/me/totp")):
        assert house.call(program, method, path).code == "people_only"


def test_profile_change_keeps_role_and_teams_out_of_reach(house: House) -> None:
    li = house.member(house.admin(), LI)
    answer = house.call(li, "PATCH", "/v1/me", {"name": "李伟", "time_zone": "Europe/Berlin"})
    assert (answer.json["name"], answer.json["time_zone"]) == ("李伟", "Europe/Berlin")
    assert house.call(li, "PATCH", "/v1/me", {"role": "admin"}).status == 422


def test_nobody_reaches_into_another_tenant(house: House) -> None:
    admin = house.admin()
    other = house.admin("Other Ltd", "admin@other.example")
    user = house.invite(admin, LI)["id"]
    team = house.call(admin, "POST", "/v1/teams", {"name": "Sales"}).json["id"]
    key = house.call(admin, "POST", "/v1/api-keys", {"name": "Shop"}).json["id"]
    calendar = house.call(admin, "GET", "/v1/calendars").json["items"][0]["id"]
    attacks: list[tuple[str, str, Any]] = [
        ("GET", f"/v1/users/{user}", None),
        ("PATCH", f"/v1/users/{user}", {"name": "x"}),
        ("POST", f"/v1/users/{user}/deactivation", None),
        ("POST", f"/v1/users/{user}/activation", None),
        ("POST", f"/v1/users/{user}/invitation", None),
        ("GET", f"/v1/teams/{team}", None),
        ("PATCH", f"/v1/teams/{team}", {"name": "x"}),
        ("PUT", f"/v1/teams/{team}/members", {"members": []}),
        ("DELETE", f"/v1/teams/{team}", None),
        ("GET", f"/v1/calendars/{calendar}", None),
        ("PATCH", f"/v1/calendars/{calendar}", {"name": "x"}),
        ("DELETE", f"/v1/calendars/{calendar}", None),
        ("GET", f"/v1/api-keys/{key}", None),
        ("PATCH", f"/v1/api-keys/{key}", {"name": "x"}),
        ("POST", f"/v1/api-keys/{key}/rotation", {}),
        ("DELETE", f"/v1/api-keys/{key}", None),
    ]
    for method, path, body in attacks:
        answer = house.call(other, method, path, body)
        assert (method, path, answer.status) == (method, path, 404)
    for path in ("users", "teams", "calendars", "api-keys", "audit"):
        seen = house.call(other, "GET", f"/v1/{path}").text
        assert admin.principal.tenant not in seen
        assert all(i not in seen for i in (user, team, key, calendar, admin.principal.actor))
    borrowed: list[tuple[str, str, Any]] = [
        ("PUT", f"/v1/teams/{other.principal.teams[0]}/members", {"members": [user]}),
        ("POST", "/v1/teams", {"name": "x", "parent": team}),
        ("PATCH", f"/v1/users/{other.principal.actor}", {"teams": [team]}),
        ("PATCH", "/v1/tenant", {"calendar": calendar}),
    ]
    for method, path, body in borrowed:
        answer = house.call(other, method, path, body)
        assert (method, path, answer.status) == (method, path, 422)


def test_only_administrators_change_people_and_keys(house: House) -> None:
    li = house.member(house.admin(), LI, "sales_manager")
    routes = {
        (method, path): entry
        for path, methods in apps()["access"].app.routes.items()
        for method, entry in methods.items()
    }
    guarded = {
        key
        for key, entry in routes.items()
        if (contract := entry.view_function.contract).resource not in (None, "me")
        and contract.action != "read"
    }
    assert len(guarded) == 18
    for method, path in guarded:
        place = path.replace("{user_id}", "usr_x").replace("{team_id}", "team_x")
        place = place.replace("{key_id}", "key_x").replace("{calendar_id}", "cal_x")
        assert (path, house.call(li, method, place).code) == (path, "forbidden")
    for place in ("/v1/audit", "/v1/api-keys"):
        assert house.call(li, "GET", place).code == "forbidden"
