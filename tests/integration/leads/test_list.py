"""Lists: every filter alone and together, newest first, page by page, within the caller's reach."""

from datetime import timedelta
from typing import Any

import pytest

from shared.domain.access import Role
from tests.house import House


def names(house: House, **query: Any) -> list[str]:
    by = query.pop("by", None)
    given = {name: str(value) for name, value in query.items()}
    answer = house.call("GET", "/v1/leads", query=given, by=by)
    assert answer.status == 200, answer.text
    return [lead["name"] for lead in answer.json["items"]]


def test_the_newest_come_first(house: House) -> None:
    for name in "abc":
        house.lead(name=name)
        house.world.pass_time(timedelta(milliseconds=2))
    assert names(house) == ["c", "b", "a"]


def test_pages_continue_without_gap_or_repetition(house: House) -> None:
    for n in range(7):
        house.lead(name=f"n{n}")
        house.world.pass_time(timedelta(milliseconds=2))
    seen: list[str] = []
    query: dict[str, str] = {"limit": "3"}
    while True:
        page = house.call("GET", "/v1/leads", query=query).json
        seen += [lead["name"] for lead in page["items"]]
        if page["cursor"] is None:
            break
        query["cursor"] = page["cursor"]
    assert seen == [f"n{n}" for n in reversed(range(7))]


def test_filtered_pages_continue_too(house: House) -> None:
    for n in range(9):
        house.lead(name=f"n{n}", source="web" if n % 2 else "fair")
        house.world.pass_time(timedelta(milliseconds=2))
    first = house.call("GET", "/v1/leads", query={"source": "web", "limit": "3"}).json
    rest = house.call(
        "GET", "/v1/leads", query={"source": "web", "limit": "3", "cursor": first["cursor"]}
    ).json
    assert [x["name"] for x in first["items"]] == ["n7", "n5", "n3"]
    assert [x["name"] for x in rest["items"]] == ["n1"]
    assert rest["cursor"] is None


def test_by_source_and_tag(house: House) -> None:
    house.lead(name="a", source="展会", tags=["vip", "x"])
    house.lead(name="b", source="web", tags=["vip"])
    assert names(house, source="展会") == ["a"]
    assert sorted(names(house, tag="vip")) == ["a", "b"]
    assert names(house, tag="vip", source="web") == ["b"]
    assert names(house, tag="vi") == []


def test_by_status(house: House) -> None:
    one = house.lead(name="a")
    house.lead(name="b")
    house.call("POST", f"/v1/leads/{one['id']}/disqualification", {"reason": "spam"})
    assert names(house, status="disqualified") == ["a"]
    assert names(house, status="new") == ["b"]


def test_by_score(house: House) -> None:
    house.settled(name="hot", phone="13812340101", urgency="high", company_size=300)
    house.settled(name="cold", phone="13812340102")
    assert house.stored(house.settled(name="warm", email="a@example.com").id).score == 5
    assert names(house, score_min=40) == ["hot"]
    assert names(house, score_max=10) == ["warm", "cold"]
    assert names(house, score_min=10, score_max=10) == ["cold"]


def test_by_date_of_creation(house: House) -> None:
    for name in "abc":
        house.lead(name=name)
        house.world.pass_time(timedelta(days=1))
    assert names(house, created_from="2026-03-03T09:00:00Z") == ["c", "b"]
    assert names(house, created_before="2026-03-03T17:00:00+08:00") == ["a"]
    assert names(
        house, created_from="2026-03-03T09:00:00Z", created_before="2026-03-04T09:00:00Z"
    ) == ["b"]


def test_by_owner_me_and_nobody(house: House) -> None:
    owner = house.user()
    house.owned(owner, name="mine")
    house.lead(name="nobody's", assign=False)
    assert names(house, owner=owner.id) == ["mine"]
    assert names(house, owner="me", by=house.by(owner)) == ["mine"]
    assert names(house, owner="none") == ["nobody's"]
    assert names(house, owner=owner.id, status="new") == ["mine"]
    assert names(house, owner=owner.id, status="working") == []


def test_by_team(house: House) -> None:
    owner = house.user()
    team = house.team([owner])
    house.owned(owner, name="ours")
    house.lead(name="other")
    assert names(house, team=team.id) == ["ours"]


def test_the_bin_is_shown_apart(house: House) -> None:
    gone = house.lead(name="gone", source="web")
    house.lead(name="here", source="web")
    house.call("DELETE", f"/v1/leads/{gone['id']}")
    assert names(house) == ["here"]
    assert names(house, deleted="true") == ["gone"]
    assert names(house, deleted="true", source="web", status="new") == ["gone"]
    assert names(house, status="new") == ["here"]


def test_everybody_sees_as_far_as_their_role_reaches(house: House) -> None:
    boss, seller, stranger = house.user(role=Role.SALES_MANAGER), house.user(), house.user()
    top = house.team([boss])
    house.team([seller], parent=top.id)
    house.team([stranger])
    house.owned(seller, name="below")
    house.owned(stranger, name="elsewhere")
    house.lead(name="waiting", assign=False)
    assert names(house, by=house.by(seller)) == ["below"]
    assert sorted(names(house, by=house.by(boss))) == ["below", "waiting"]
    assert sorted(names(house, by=house.by(Role.MARKETING))) == ["below", "elsewhere", "waiting"]
    assert names(house, by=house.by(seller), owner=stranger.id) == []


def test_a_manager_of_many_departments_sees_them_all(house: House) -> None:
    boss, seller = house.user(role=Role.SALES_MANAGER), house.user()
    team = house.team([seller])
    house.owned(seller, name="far below")
    tree = (*(f"team_{n:026}" for n in range(199)), team.id)
    assert names(house, by=house.by(boss, tree=tree)) == ["far below"]


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "101"},
        {"limit": "many"},
        {"status": "lost"},
        {"score_min": "-1"},
        {"created_from": "2026-03-01"},
        {"created_from": "2026-03-01T00:00:00"},
        {"unknown": "1"},
        {"cursor": "nonsense"},
        {"cursor": "x" * 501},
        {"q": ""},
    ],
)
def test_bad_parameters_are_422(house: House, query: dict[str, str]) -> None:
    assert house.call("GET", "/v1/leads", query=query).status == 422


def test_a_cursor_serves_only_the_query_and_caller_it_was_made_for(house: House) -> None:
    for _ in range(3):
        house.lead(source="web")
    cursor = house.call("GET", "/v1/leads", query={"limit": "1"}).json["cursor"]
    stolen = [
        house.call("GET", "/v1/leads", query={"limit": "1", "source": "web", "cursor": cursor}),
        house.call("GET", "/v1/leads", query={"cursor": cursor}, by=house.by(Role.LEGAL)),
        House(house.world).call("GET", "/v1/leads", query={"cursor": cursor}),
    ]
    assert [answer.status for answer in stolen] == [422] * 3


def test_a_hidden_score_is_no_filter(house: House) -> None:
    finance = house.by(Role.FINANCE)
    answer = house.call("GET", "/v1/leads", query={"score_min": "50"}, by=finance)
    assert (answer.status, answer.json["details"]) == (403, {"fields": ["score"]})
