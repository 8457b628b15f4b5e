"""Accounts and contacts: who may not be a member never is, and figures decide too."""

from typing import Any

from functions.segments.messages import RECOUNTS
from shared.domain.customers.account import Account
from shared.domain.segments.membership import Membership, membership_id
from tests.house import House
from tests.integration.segments.conftest import Board, leaf


def made(house: House, kind: str, **fields: Any) -> str:
    """The id of a new account or contact, with all that follows."""
    body = {"name": f"Name {kind}", "allow_duplicate": {"reason": "a test"}, **fields}
    answer = house.call("POST", f"/v1/{kind}s", body)
    assert answer.status == 201, answer.text
    house.world.settle(rounds=200)
    return answer.json["id"]


def test_fields_of_customers_decide(board: Board, house: House) -> None:
    reachable = board.make(
        leaf("emails", "starts_with", "li@"),
        record_kind="contact",
        exclude={"addresses": ["x@y.com"]},
    )
    trait = {"name": "likes", "value": "tea", "source": "visit", "at": "2026-03-01T00:00:00Z"}
    loyal = board.make(
        {
            "all": [
                leaf("trait.likes", "eq", "TEA"),
                leaf("trait_at.likes", "within_days", 90),
                leaf("lifecycle", "eq", "prospect"),
            ]
        },
        record_kind="account",
    )
    contact = made(house, "contact", emails=[{"address": "Li@example.com"}])
    account = made(house, "account", traits=[trait])
    assert board.holds(reachable, contact)
    assert board.holds(loyal, account)
    assert "flip" in board.membership(account).timers


def test_what_is_in_review_is_no_member_until_it_is_approved(board: Board, house: House) -> None:
    reviewer = house.user("Ann")
    steps = [{"name": "check", "approvers": [{"by": "user", "value": reviewer.id}]}]
    policy = {"enabled": True, "rules": {"steps": steps}}
    assert house.call("PUT", "/v1/review-policies/account", policy).status == 200
    segment = board.make(leaf("name", "exists"), record_kind="account")
    tag = board.tag("everybody", rule={"account": {"all": []}})
    answer = house.call("POST", "/v1/accounts", {"name": "新公司"}, by=house.by(house.user("Sue")))
    account, review = answer.json["id"], answer.json["review"]
    assert review["state"] == "pending"
    house.world.settle(rounds=200)
    for path in (f"/v1/segments/{segment}/refresh", f"/v1/tags/{tag}/refresh"):
        assert house.call("POST", path).status == 202
        house.world.settle(rounds=200)
    assert board.holds(segment)
    assert board.holds(tag)
    assert house.store.find(Membership, membership_id(account)) is None
    path = f"/v1/approvals/{review['approval']}/decision"
    seen = {"action": "approve", "subject_version": house.store.load(Account, account).version}
    assert house.call("POST", path, seen, by=house.by(reviewer)).status == 200
    house.world.settle(rounds=200)
    assert board.holds(segment, account)
    assert house.store.load(Account, account).tags == ("everybody",)


def test_whose_processing_is_restricted_leaves_every_segment(board: Board, house: House) -> None:
    segment = board.make(leaf("name", "exists"), record_kind="contact")
    contact = made(house, "contact")
    assert board.holds(segment, contact)
    body = {"reason": "asked for it"}
    assert house.call("PUT", f"/v1/contacts/{contact}/restriction", body).status == 200
    house.world.settle(rounds=200)
    assert board.holds(segment)
    assert house.call("DELETE", f"/v1/contacts/{contact}/restriction").status == 200
    house.world.settle(rounds=200)
    assert board.holds(segment, contact)


def test_the_place_of_a_merged_record_goes_to_the_one_that_took_it_in(
    board: Board, house: House
) -> None:
    winner, loser = made(house, "account"), made(house, "account", name="Other", industry="tea")
    static = board.make(type="static", record_kind="account")
    everybody = board.make(leaf("name", "exists"), record_kind="account")
    assert house.call("POST", f"/v1/segments/{static}/members", {"add": [loser]}).status == 200
    answer = house.call("POST", "/v1/merges", {"survivor": winner, "loser": loser})
    assert answer.status == 201, answer.text
    house.world.settle(rounds=200)
    assert board.holds(static, winner)
    assert board.holds(everybody, winner)
    undone = house.call("DELETE", f"/v1/merges/{answer.json['id']}")
    assert undone.status in (200, 202), undone.text
    house.world.settle(rounds=200)
    assert board.holds(static, winner, loser)
    assert board.holds(everybody, winner, loser)


def test_figures_that_other_records_add_up_to_decide(board: Board, house: House) -> None:
    segment = board.make(leaf("figures.contact.count", "gte", 2), record_kind="account")
    account = made(house, "account")
    for name in ("A", "B"):
        assert board.holds(segment)
        made(house, "contact", name=name, account=account)
        house.world.release_delayed(RECOUNTS)
        house.world.settle(rounds=200)
    assert board.holds(segment, account)
    path = f"/v1/segments/{segment}/members/{account}/explanation"
    told = house.call("GET", path).json
    assert (told["member"], told["comparisons"][0]["found"]) == (True, "2")


def test_nothing_is_left_of_what_is_purged(board: Board, house: House) -> None:
    segment = board.make(leaf("name", "exists"), record_kind="account")
    account = made(house, "account")
    static = board.make(type="static", record_kind="account")
    house.call("POST", f"/v1/segments/{static}/members", {"add": [account]})
    assert house.call("DELETE", f"/v1/accounts/{account}").status == 200
    assert house.call("POST", f"/v1/accounts/{account}/purge").status == 202
    house.world.settle(rounds=200)
    house.world.release_delayed("customer-jobs")
    house.world.settle(rounds=200)
    assert not house.world.dead
    assert board.holds(segment)
    assert board.holds(static)
    assert house.store.find(Membership, membership_id(account)) is None
