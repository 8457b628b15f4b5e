"""Teams and the tree they form."""

import pytest

from functions.access import departments
from shared.domain.departments import Departments, departments_id
from shared.domain.tenancy import Team, User
from tests.integration.access.house import House, Person


def _team(house: House, admin: Person, name: str, parent: str | None = None) -> str:
    answer = house.call(admin, "POST", "/v1/teams", {"name": name, "parent": parent})
    assert answer.status == 201, answer.text
    return answer.json["id"]


def _tree(house: House, admin: Person) -> dict[str, str | None]:
    store = house.world.runtime.store(admin.principal.tenant)
    return store.load(Departments, departments_id(store.tenant)).parents


def test_tree_follows_every_change_of_a_team(house: House) -> None:
    admin = house.admin()
    (home,) = admin.principal.teams
    east, west = _team(house, admin, "East"), _team(house, admin, "West")
    city = _team(house, admin, "City", east)
    assert _tree(house, admin) == {home: None, east: None, west: None, city: east}
    house.call(admin, "PATCH", f"/v1/teams/{city}", {"parent": west})
    assert _tree(house, admin)[city] == west
    assert house.call(admin, "DELETE", f"/v1/teams/{east}").status == 204
    assert _tree(house, admin) == {home: None, west: None, city: west}
    below = house.call(admin, "GET", "/v1/teams", query={"parent": west}).json["items"]
    assert [team["id"] for team in below] == [city]


def test_circle_is_refused(house: House) -> None:
    admin = house.admin()
    top = _team(house, admin, "Top")
    middle = _team(house, admin, "Middle", top)
    leaf = _team(house, admin, "Leaf", middle)
    for parent in (top, middle, leaf):
        answer = house.call(admin, "PATCH", f"/v1/teams/{top}", {"parent": parent})
        assert answer.json["errors"][0]["code"] == "team_circle"


def test_team_with_children_or_members_is_not_deleted(house: House) -> None:
    admin = house.admin()
    (home,) = admin.principal.teams
    assert house.call(admin, "DELETE", f"/v1/teams/{home}").code == "team_has_members"
    top = _team(house, admin, "Top")
    _team(house, admin, "Below", top)
    assert house.call(admin, "DELETE", f"/v1/teams/{top}").code == "team_has_children"


def test_name_is_unique_below_one_parent_and_free_after_deletion(house: House) -> None:
    admin = house.admin()
    east, west = _team(house, admin, "East"), _team(house, admin, "West")
    one = _team(house, admin, "销售一部", east)
    _team(house, admin, "销售一部", west)
    again = {"name": "銷售一部", "parent": east}
    assert house.call(admin, "POST", "/v1/teams", again).status == 409
    house.call(admin, "DELETE", f"/v1/teams/{one}")
    assert house.call(admin, "POST", "/v1/teams", again).status == 201


def test_members_are_kept_in_step_on_both_sides(house: House) -> None:
    admin = house.admin()
    store = house.world.runtime.store(admin.principal.tenant)
    team = _team(house, admin, "Sales")
    people = [house.invite(admin, f"p{n}@huaxing.example")["id"] for n in range(3)]
    path = f"/v1/teams/{team}/members"
    answer = house.call(admin, "PUT", path, {"members": [people[0], people[1], people[0]]})
    assert answer.json["members"] == people[:2]
    answer = house.call(admin, "PUT", path, {"members": people[1:]})
    assert store.load(Team, team).members == tuple(people[1:])
    teams = {user: store.load(User, user).teams for user in people}
    assert teams == {people[0]: (), people[1]: (team,), people[2]: (team,)}
    house.world.settle()
    moves = house.world.events("team.members_changed")
    assert moves[-1].data == {"joined": [people[2]], "left": [people[0]]}


def test_unknown_member_is_refused_and_nobody_moves(house: House) -> None:
    admin = house.admin()
    team = _team(house, admin, "Sales")
    members = [admin.principal.actor, "usr_00000000000000000000000000"]
    answer = house.call(admin, "PUT", f"/v1/teams/{team}/members", {"members": members})
    assert answer.json["errors"][0]["code"] == "user_unknown"
    assert house.call(admin, "GET", f"/v1/teams/{team}").json["members"] == []


def test_too_many_moves_at_once_are_refused_not_split(house: House) -> None:
    admin = house.admin()
    team = _team(house, admin, "Sales")
    many = [f"usr_{n:026d}" for n in range(departments.MOST_AT_ONCE + 1)]
    answer = house.call(admin, "PUT", f"/v1/teams/{team}/members", {"members": many})
    assert (answer.status, answer.code) == (409, "too_many_members_at_once")


def test_stale_change_of_a_team_is_refused(house: House) -> None:
    admin = house.admin()
    team = _team(house, admin, "Sales")
    first = house.call(admin, "GET", f"/v1/teams/{team}")
    headers = {"if-match": first.headers["ETag"]}
    assert (
        house.call(admin, "PATCH", f"/v1/teams/{team}", {"name": "A"}, headers=headers).status
        == 200
    )
    assert (
        house.call(admin, "PATCH", f"/v1/teams/{team}", {"name": "B"}, headers=headers).status
        == 412
    )


@pytest.mark.parametrize("field", ["manager", "members"])
def test_people_of_a_team_must_exist(house: House, field: str) -> None:
    admin = house.admin()
    nobody = "usr_00000000000000000000000000"
    value = nobody if field == "manager" else [nobody]
    answer = house.call(admin, "POST", "/v1/teams", {"name": "Sales", field: value})
    assert answer.json["errors"][0]["path"] == field
