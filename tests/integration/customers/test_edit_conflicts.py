"""Two people edit one record: other fields are merged, the same ones told with three values."""

import pytest

from tests.house import House

pytestmark = pytest.mark.parametrize(
    ("path", "first", "second"),
    [("/v1/accounts", "industry", "website"), ("/v1/leads", "city", "job_title")],
)


def _made(house: House, path: str) -> str:
    answer = house.call("POST", path, {"name": "华为", "custom": {"a": 1, "b": 1}})
    assert answer.status == 201, answer.text
    return f"{path}/{answer.json['id']}"


def _version(house: House, one: str) -> int:
    house.world.settle()
    return int(house.call("GET", one).json["version"])


def _patch(house: House, one: str, body: dict[str, object], version: int):
    return house.call("PATCH", one, body, headers={"If-Match": f'"{version}"'})


def test_changes_of_other_fields_are_merged(
    house: House, path: str, first: str, second: str
) -> None:
    one = _made(house, path)
    seen = _version(house, one)
    assert _patch(house, one, {first: "Anna's"}, seen).status == 200
    house.world.settle()
    merged = _patch(house, one, {second: "Berta's"}, seen)
    assert merged.status == 200, merged.text
    assert (merged.json[first], merged.json[second]) == ("Anna's", "Berta's")


def test_changes_of_the_same_field_are_told_with_three_values(
    house: House, path: str, first: str, second: str
) -> None:
    one = _made(house, path)
    _patch(house, one, {first: "old"}, _version(house, one))
    seen = _version(house, one)
    _patch(house, one, {first: "Anna's", second: "new"}, seen)
    now = _version(house, one)
    refused = _patch(house, one, {first: "Berta's", "source": "fair"}, seen)
    assert refused.status == 412
    assert refused.json["details"] == {
        "your_version": seen,
        "current_version": now,
        "conflicts": [{"field": first, "base": "old", "yours": "Berta's", "current": "Anna's"}],
    }
    assert house.call("GET", one).json[first] == "Anna's"


def test_the_same_change_by_both_is_no_conflict(
    house: House, path: str, first: str, second: str
) -> None:
    one = _made(house, path)
    seen = _version(house, one)
    _patch(house, one, {first: "same"}, seen)
    house.world.settle()
    assert _patch(house, one, {first: "same", second: "mine"}, seen).json[second] == "mine"


def test_own_fields_are_merged_one_by_one(house: House, path: str, first: str, second: str) -> None:
    one = _made(house, path)
    seen = _version(house, one)
    _patch(house, one, {"custom": {"a": 2}}, seen)
    house.world.settle()
    assert _patch(house, one, {"custom": {"b": 2}}, seen).json["custom"] == {"a": 2, "b": 2}
    house.world.settle()
    refused = _patch(house, one, {"custom": {"a": 3}}, seen)
    assert refused.json["details"]["conflicts"] == [
        {"field": "custom.a", "base": 1, "yours": 3, "current": 2}
    ]


def test_without_its_history_nothing_is_merged(
    house: House, path: str, first: str, second: str
) -> None:
    one = _made(house, path)
    seen = _version(house, one)
    _patch(house, one, {first: "Anna's"}, seen)
    refused = _patch(house, one, {second: "Berta's"}, seen)
    assert refused.status == 412
    assert refused.json["details"]["conflicts"] == [
        {"field": second, "base": None, "yours": "Berta's", "current": None}
    ]


def test_a_version_that_never_was_is_stale(
    house: House, path: str, first: str, second: str
) -> None:
    one = _made(house, path)
    version = _version(house, one)
    assert _patch(house, one, {first: "x"}, version + 1).status == 412
