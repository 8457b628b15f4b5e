"""Two customers become one: fields, identities, consents, everything that belongs to them."""

from typing import Any

import pytest

from shared.domain.access import Role
from shared.domain.customers.links import Affiliation, affiliation_id
from shared.domain.notes import Note
from shared.domain.opportunities.model import Opportunity
from shared.storage.consents import ledger_of
from tests.house import House
from tests.integration.duplicates.customers import (
    account,
    contact,
    merge,
    merged,
    open_house,
    state_of,
    the_account,
    the_contact,
)

PHONE = {"number": "13812340101", "primary": True}
OTHER = {"number": "13812340102", "primary": True}
THIRD = {"number": "13812340103"}


@pytest.fixture(autouse=True)
def _queue_only(house: House) -> None:
    open_house(house)


def test_the_survivor_has_what_both_had_and_the_loser_answers_301(house: House) -> None:
    a = account(house, phones=[PHONE], tags=["vip"], custom={"x": 1}, industry="电子")
    b = account(
        house,
        "华为",
        phones=[OTHER],
        tags=["vip", "new"],
        custom={"x": 2, "y": 3},
        website="https://huawei.cn",
    )
    merge_id = merged(house, a, b)
    found = the_account(house, a)
    assert [p.number.e164 for p in found.phones] == ["+8613812340101", "+8613812340102"]
    assert [p.primary for p in found.phones] == [True, False]
    assert found.tags == ("vip", "new")
    assert found.custom == {"x": 1, "y": 3}
    assert (found.name, found.aliases) == ("华为技术有限公司", ("华为",))
    assert (found.industry, found.website) == ("电子", "https://huawei.cn")
    gone = house.call("GET", f"/v1/accounts/{b}")
    assert (gone.status, gone.headers["Location"]) == (301, f"/v1/accounts/{a}")
    assert house.call("GET", f"/v1/accounts/{a}").status == 200
    state = state_of(house, merge_id)
    assert (state["status"], state["survivor"], state["loser"]) == ("done", a, b)
    listed = house.call("GET", "/v1/accounts").json["items"]
    assert [item["id"] for item in listed] == [a]


def test_each_field_can_be_chosen_from_either_side(house: House) -> None:
    a = account(house, "Old Ltd", industry="a", external_id="x-1")
    b = account(house, "New Ltd", industry="b", external_id="x-2")
    choices = {"name": "loser", "industry": "loser", "tags": "survivor", "external_id": "loser"}
    merged(house, a, b, choices=choices)
    found = the_account(house, a)
    assert (found.name, found.industry, found.external_id) == ("New Ltd", "b", "x-2")
    assert found.aliases == ("Old Ltd",)
    assert [identity.value for identity in found.identities] == ["x-1"]


@pytest.mark.parametrize(
    ("choices", "code"),
    [({"name": "both"}, "one_value"), ({"owner": "loser"}, "unknown_field")],
)
def test_impossible_choices_are_422(house: House, choices: dict[str, str], code: str) -> None:
    answer = merge(house, account(house), account(house), choices=choices)
    assert answer.status == 422
    assert [error["code"] for error in answer.json["errors"]] == [code]


def test_the_preview_shows_both_values_and_what_would_be(house: House) -> None:
    a = account(house, "A Ltd", industry="a")
    b = account(house, "B Ltd", industry="b", website="https://b.example", tags=["x"])
    order = {"survivor": a, "loser": b, "prefer": "most_complete"}
    answer = house.call("POST", "/v1/merges/preview", order)
    assert answer.status == 200, answer.text
    fields = {field["field"]: field for field in answer.json["fields"]}
    assert fields["industry"]["survivor"] == "a"
    assert fields["industry"]["loser"] == "b"
    assert fields["industry"]["suggestion"] == "loser"
    assert fields["website"]["suggestion"] == "loser"
    assert answer.json["recommended_survivor"] == b
    assert answer.json["record"]["tags"] == ["x"]
    assert the_account(house, a).industry == "a"


def test_a_source_that_stands_first_is_preferred(house: House) -> None:
    a = account(house, "A", source="web", industry="a")
    b = account(house, "B", source="erp", industry="b")
    merged(house, a, b, prefer="source", sources=["erp", "web"])
    assert the_account(house, a).industry == "b"


def test_identities_and_their_guards_pass_to_the_survivor(house: House) -> None:
    wechat = {"channel": "wechat", "value": "wx-1"}
    a = contact(house, phones=[PHONE])
    b = contact(house, phones=[PHONE, THIRD], identities=[wechat], emails=[{"address": "a@b.cn"}])
    assert the_contact(house, b).contested == ("phone::+8613812340101",)
    merged(house, b, a)
    found = the_contact(house, b)
    assert found.contested == ()
    third = contact(house, "李娜", identities=[wechat], phones=[PHONE])
    assert set(the_contact(house, third).contested) == {"wechat::wx-1", "phone::+8613812340101"}


def test_everything_that_belonged_to_the_loser_belongs_to_the_survivor(house: House) -> None:
    a, b = account(house, "A"), account(house, "B")
    child = account(house, "B China", parent=b)
    person = contact(house, account=b)
    deal = house.make(Opportunity, name="Deal", account=b, contacts=(person,))
    note = house.make(Note, about=b, concerning=(b,), text="n")
    house.world.settle()
    merge_id = merged(house, a, b)
    assert the_account(house, child).parent == a
    assert the_contact(house, person).account == a
    assert the_contact(house, person).accounts == (a,)
    assert house.store.load(Opportunity, deal.id).account == a
    assert house.store.load(Note, note.id).about == a
    assert house.store.load(Affiliation, affiliation_id(a, person)).contact == person
    assert house.store.find(Affiliation, affiliation_id(b, person)) is None
    assert state_of(house, merge_id)["moved"] == 5
    timeline = house.call("GET", f"/v1/accounts/{a}/timeline").json["items"]
    assert "account.created" in {entry["name"] for entry in timeline if entry["subject"]["id"] == b}


def test_a_contacts_deals_and_roles_follow_too(house: House) -> None:
    firm = account(house)
    a, b = contact(house, account=firm), contact(house, "王晓明", account=firm)
    house.change(house.store.load(Affiliation, affiliation_id(firm, b)), roles=("billing",))
    deal = house.call(
        "POST", "/v1/opportunities", {"name": "Deal", "account": firm, "contacts": [b]}
    )
    house.world.settle()
    merged(house, a, b)
    assert house.store.load(Affiliation, affiliation_id(firm, a)).roles == ("billing",)
    assert house.store.find(Affiliation, affiliation_id(firm, b)) is None
    assert house.store.load(Opportunity, deal.json["id"]).contacts == (a,)


def test_the_stricter_consent_wins(house: House) -> None:
    a, b = contact(house), contact(house, "王晓明")
    said: dict[str, Any] = {"purpose": "marketing", "channel": "email", "evidence": "form"}
    at = "2026-03-01T00:00:00Z"
    for one, state in ((a, "granted"), (b, "withdrawn")):
        answer = house.call(
            "POST", f"/v1/contacts/{one}/consents", {**said, "state": state, "at": at}
        )
        assert answer.status == 201, answer.text
    merged(house, a, b)
    ledger = ledger_of(house.store, a)
    assert ledger is not None
    assert [(s.channel, s.state) for s in ledger.states] == [("email", "withdrawn")]


def test_chains_of_merges_lead_to_the_last_survivor(house: House) -> None:
    a, b, c = (account(house, name) for name in "ABC")
    person = contact(house, account=b)
    merged(house, a, b)
    merged(house, c, a)
    assert the_contact(house, person).account == c
    first = house.call("GET", f"/v1/accounts/{b}")
    second = house.call("GET", first.headers["Location"])
    assert (first.status, second.status) == (301, 301)
    assert second.headers["Location"] == f"/v1/accounts/{c}"


def test_what_was_merged_is_not_merged_again(house: House) -> None:
    a, b, c = (account(house, name) for name in "ABC")
    merged(house, a, b)
    for order in ((b, c), (c, b)):
        answer = merge(house, *order)
        assert (answer.status, answer.code) == (409, "already_merged")


@pytest.mark.parametrize("kinds", [("account", "contact"), ("contact", "account")])
def test_only_two_of_a_kind_become_one(house: House, kinds: tuple[str, str]) -> None:
    makers = {"account": account, "contact": contact}
    answer = merge(house, *(makers[kind](house) for kind in kinds))
    assert answer.status == 422


def test_a_record_is_not_merged_with_itself_nor_from_the_archive(house: House) -> None:
    a, b = account(house), account(house)
    assert merge(house, a, a).status == 422
    house.call("DELETE", f"/v1/accounts/{b}")
    assert merge(house, a, b).code == "invalid_state"
    assert merge(house, b, a).code == "invalid_state"


def test_a_group_of_companies_never_becomes_a_circle(house: House) -> None:
    top = account(house, "Top")
    middle = account(house, "Middle", parent=top)
    low = account(house, "Low", parent=middle)
    merged(house, low, top)
    assert the_account(house, low).parent is None
    assert the_account(house, middle).parent == low


def test_nobody_merges_what_they_may_not_change(house: House) -> None:
    seller = house.by(house.user(role=Role.SALES))
    mine = house.call("POST", "/v1/accounts", {"name": "Mine"}, by=seller).json["id"]
    other = account(house, "Other")
    for order in ((mine, other), (other, mine)):
        body = {"survivor": order[0], "loser": order[1]}
        assert house.call("POST", "/v1/merges", body, by=seller).status == 404
        assert house.call("POST", "/v1/merges/preview", body, by=seller).status == 404


def test_a_dry_run_stores_nothing(house: House) -> None:
    a, b = account(house), account(house)
    house.world.settle()
    before = house.items()
    answer = house.call(
        "POST", "/v1/merges", {"survivor": a, "loser": b}, query={"dry_run": "true"}
    )
    assert answer.status == 201
    house.world.settle()
    assert house.items() == before


def test_a_merge_is_seven_requests(house: House) -> None:
    a, b = account(house, phones=[PHONE]), account(house, phones=[OTHER])
    by = house.by()
    house.world.requests.clear()
    body = {"survivor": a, "loser": b}
    assert house.call("POST", "/v1/merges", body, by=by).status == 201
    assert house.world.requests == {"GetItem": 5, "BatchGetItem": 1, "TransactWriteItems": 1}
