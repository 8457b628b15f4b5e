"""Tags: a vocabulary, given by people or by rule, merged, renamed and retired on every record."""

import pytest

from shared.domain.errors import InvalidInput
from shared.storage.tags import closed_tags, refuse_closed_tags
from tests.house import House
from tests.integration.imports.office import Office, csv_file
from tests.integration.segments.conftest import Board, leaf

EVALUATION = "segment-evaluation"


def tags_of(board: Board, lead: str) -> tuple[str, ...]:
    """The tags on a lead."""
    return board.house.stored(lead).tags


def test_a_name_is_taken_however_it_is_spelt(board: Board, house: House) -> None:
    board.tag("重要客戶", group="Value", colour="#ff0000")
    for name in ("重要客户", " 重要客戶 "):
        assert house.call("POST", "/v1/tags", {"name": name}).code == "already_exists"
    listed = house.call("GET", "/v1/tags", query={"group": "value"}).json["items"]
    assert [tag["name"] for tag in listed] == ["重要客戶"]
    assert house.call("GET", "/v1/tags", query={"q": "客户"}).json["items"] == listed


def test_a_rule_gives_and_takes_its_tag(board: Board, house: House) -> None:
    old = board.lead(city="Berlin", tags=["VIP"])
    tag = board.tag("Hauptstadt", rule={"lead": leaf("city", "eq", "Berlin")})
    assert tags_of(board, old) == ("VIP", "Hauptstadt")
    new = board.lead(city="Paris")
    board.change(new, city="Berlin")
    assert tags_of(board, new) == ("Hauptstadt",)
    assert board.holds(tag, old, new)
    board.change(new, city="Rome")
    assert tags_of(board, new) == ()
    assert board.holds(tag, old)
    view = house.call("GET", f"/v1/tags/{tag}").json
    assert (view["members"], view["status"], view["run"]["seen"]) == (1, "ready", 1)
    assert view["rule"] == {"lead": leaf("city", "eq", "Berlin")}
    assert not house.world.dead


def test_what_somebody_does_to_a_rule_tag_is_put_right(board: Board) -> None:
    board.tag("capital", rule={"lead": leaf("city", "eq", "Berlin")})
    inside, outside = board.lead(city="Berlin"), board.lead(city="Rome")
    board.change(inside, tags=["x"])
    assert tags_of(board, inside) == ("x", "capital")
    board.house.change(board.house.stored(outside), tags=("Capital", "y"))
    board.change(outside, city="Oslo")
    assert tags_of(board, outside) == ("y",)


def test_rules_cannot_drive_each_other_in_circles(board: Board) -> None:
    """Each sees the tags people gave only, so they settle after one evaluation."""
    board.tag("a", rule={"lead": {"not": leaf("tags", "contains", "b")}})
    board.tag("b", rule={"lead": leaf("tags", "contains", "a")})
    lead = board.lead(tags=["c"])
    assert tags_of(board, lead) == ("c", "a")


def test_segments_see_tags_given_by_rules(board: Board) -> None:
    board.tag("capital", rule={"lead": leaf("city", "eq", "Berlin")})
    segment = board.make(leaf("tags", "contains", "capital"))
    lead = board.lead(city="Berlin")
    assert board.holds(segment, lead)


def test_a_rule_may_not_look_at_what_it_changes(board: Board, house: House) -> None:
    rule = {"lead": leaf("updated_at", "within_days", 3)}
    answer = house.call("POST", "/v1/tags", {"name": "n", "rule": rule})
    assert answer.json["errors"][0]["code"] == "field_not_for_rules"
    rule = {"lead": leaf("shoe_size", "eq", 3)}
    answer = house.call("POST", "/v1/tags", {"name": "n", "rule": rule})
    assert answer.json["errors"][0]["code"] == "unknown_field"


def test_merging_moves_every_record_over(board: Board, house: House) -> None:
    loser, winner = board.tag("Key Account"), board.tag("VIP")
    plain, both = board.lead(tags=["key account"]), board.lead(tags=["VIP", "Key Account", "x"])
    binned = board.lead(tags=["Key Account"])
    house.call("DELETE", f"/v1/leads/{binned}")
    answer = house.call("POST", f"/v1/tags/{loser}/merge", {"into": winner})
    assert answer.status == 202
    house.world.settle(rounds=200)
    assert tags_of(board, plain) == ("VIP",)
    assert tags_of(board, both) == ("VIP", "x")
    assert tags_of(board, binned) == ("VIP",)
    moved = house.call("GET", f"/v1/tags/{loser}")
    assert (moved.status, moved.headers["Location"]) == (301, f"/v1/tags/{winner}")
    assert closed_tags(house.store, ["KEY ACCOUNT", "VIP"]) == {"KEY ACCOUNT"}
    assert house.call("POST", f"/v1/tags/{winner}/merge", {"into": loser}).status == 422


def test_another_name_follows_on_every_record(board: Board, house: House) -> None:
    tag, other = board.tag("Kunde"), board.tag("other")
    lead = board.lead(tags=["kunde"])
    assert house.call("PATCH", f"/v1/tags/{tag}", {"name": "Customer"}).status == 200
    house.world.settle(rounds=200)
    assert tags_of(board, lead) == ("Customer",)
    assert house.call("PATCH", f"/v1/tags/{tag}", {"name": "OTHER"}).code == "tag_exists"
    assert house.call("GET", f"/v1/tags/{other}").json["name"] == "other"


def test_a_retired_tag_stays_on_records_and_is_given_to_none(board: Board, house: House) -> None:
    tag = board.tag("Messe 2019")
    lead = board.lead(tags=["Messe 2019"])
    assert house.call("POST", f"/v1/tags/{tag}/retirement").status == 200
    house.world.requests.clear()
    refuse_closed_tags(house.store, ["messe 2019"], ["Messe 2019"])
    assert not house.world.requests
    with pytest.raises(InvalidInput) as refused:
        refuse_closed_tags(house.store, [], ["fresh", "messe 2019"])
    assert [error.code for error in refused.value.errors] == ["tag_closed"]
    assert house.world.requests == {"BatchGetItem": 1}
    assert tags_of(board, lead) == ("Messe 2019",)
    assert house.call("DELETE", f"/v1/tags/{tag}/retirement").status == 200
    refuse_closed_tags(house.store, [], ["Messe 2019"])


def test_a_retired_rule_rests_and_works_again(board: Board, house: House) -> None:
    tag = board.tag("capital", rule={"lead": leaf("city", "eq", "Berlin")})
    before = board.lead(city="Berlin")
    house.call("POST", f"/v1/tags/{tag}/retirement")
    house.world.settle(rounds=200)
    assert board.holds(tag)
    while_resting = board.lead(city="Berlin")
    assert (tags_of(board, before), tags_of(board, while_resting)) == (("capital",), ())
    house.call("DELETE", f"/v1/tags/{tag}/retirement")
    house.world.settle(rounds=200)
    assert tags_of(board, while_resting) == ("capital",)
    assert board.holds(tag, before, while_resting)


def test_nobody_puts_a_closed_tag_on_a_lead(board: Board, house: House) -> None:
    board.tag("capital", rule={"lead": leaf("city", "eq", "Berlin")})
    inside, outside = board.lead(city="Berlin"), board.lead(city="Rome")
    for method, path in (("POST", "/v1/leads"), ("PATCH", f"/v1/leads/{outside}")):
        answer = house.call(method, path, {"name": "N", "tags": ["Capital"]})
        assert answer.json["errors"][0]["code"] == "tag_closed"
    board.change(inside, tags=["capital", "x"])
    assert tags_of(board, inside) == ("capital", "x")
    order = {"ids": [outside], "action": "tag", "add_tags": ["capital"]}
    result = house.call("POST", "/v1/leads/bulk", order).json["results"][0]
    assert result["outcome"] == "failed"


def test_a_lead_with_a_rule_tag_is_converted_without_it(board: Board, house: House) -> None:
    board.tag("hot", rule={"lead": leaf("urgency", "eq", "high")})
    lead = board.lead(urgency="high", company="云栖科技", email="w@example.com", tags=["vip"])
    assert set(tags_of(board, lead)) == {"hot", "vip"}
    answer = house.call("POST", f"/v1/leads/{lead}/conversion", {})
    assert answer.status in (200, 201), answer.text
    house.world.settle(rounds=200)
    [account] = house.call("GET", "/v1/accounts").json["items"]
    assert account["tags"] == ["vip"]
    assert not house.world.dead


def test_a_row_of_a_file_cannot_give_a_closed_tag(board: Board, house: House) -> None:
    board.tag("hot", rule={"lead": leaf("urgency", "eq", "high")})
    office = Office(house, house.by())
    rows = csv_file([("A", "x"), ("B", "Hot"), ("C", "hot")], header=("Name", "Tags"))
    fields = [{"field": "name", "columns": ["Name"]}, {"field": "tags", "columns": ["Tags"]}]
    done = office.imported(rows, fields, "a.csv")
    assert (done["progress"]["counts"]["created"], done["progress"]["counts"]["failed"]) == (1, 2)
