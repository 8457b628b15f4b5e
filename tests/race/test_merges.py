"""Merges under way at the same moment: one order wins, nothing is lost, nothing dangles."""

from typing import Any

import pytest

from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.merging.model import Merge
from shared.domain.opportunities.model import Opportunity
from tests.house import House
from tests.race.contest import at_once

Order = tuple[str, str]


@pytest.fixture(autouse=True)
def _queue_only(house: House) -> None:
    rules = {kind: {"mode": "queue"} for kind in ("account", "contact")}
    assert house.call("PUT", "/v1/duplicate-policy", rules).status == 200


def account(house: House, name: str) -> str:
    body = {"name": name, "tags": [name], "identities": [{"channel": "wechat", "value": name}]}
    answer = house.call("POST", "/v1/accounts", body)
    assert answer.status == 201, answer.text
    return str(answer.json["id"])


def contact(house: House, account_id: str) -> str:
    body = {"name": "王小明", "account": account_id}
    return str(house.call("POST", "/v1/contacts", body).json["id"])


def merge_at_once(house: House, *orders: Order) -> list[Any]:
    by = house.by()

    def one(order: Order) -> Any:
        body = {"survivor": order[0], "loser": order[1]}
        return house.call("POST", "/v1/merges", body, by=by)

    return at_once(one, orders)


def follow(house: House) -> None:
    """Everything that follows, and what is looked at a quarter of an hour later."""
    for _ in range(3):
        house.world.settle()
        house.world.release_delayed("merge-chunks")
    house.world.settle()
    waiting = [body for queue, body in house.world.dead if queue == "merge-chunks"]
    house.world.dead.clear()
    for body in waiting:  # the queue would deliver it again
        house.world.deliver("merge-chunks", [body])
    house.world.settle()
    assert [dead for dead in house.world.dead if dead[0].startswith("merge")] == []


def survivor_of(house: House, account_id: str) -> Account:
    """Where its redirects lead."""
    found = house.store.load(Account, account_id, deleted=True)
    return survivor_of(house, found.merged_into) if found.merged_into else found


def everything(house: House, kind: type[Any]) -> list[Any]:
    return [
        kind.model_validate_json(item["doc"]["S"])
        for item in house.items()
        if item.get("kind", {}).get("S") == kind.kind and item["sk"]["S"] == "#"
    ]


def assert_whole(house: House, *accounts: str, kept: int) -> None:
    """One stands for all `accounts` with all they had, and nothing refers to another one."""
    top = survivor_of(house, accounts[0])
    assert {survivor_of(house, one).id for one in accounts} == {top.id}
    assert top.deleted_at is None
    assert len(top.tags) == len(top.identities) == kept
    people, deals = everything(house, Contact), everything(house, Opportunity)
    assert {(c.account, c.accounts) for c in people} == {(top.id, (top.id,))}
    assert {deal.account for deal in deals} <= {top.id}
    assert {merge.status for merge in everything(house, Merge)} == {"done"}
    guards = {item["ref"]["S"] for item in house.items() if "#U#customer#wechat" in item["pk"]["S"]}
    assert guards == {top.id}


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_opposite_merges_one_happens(house: House, attempt: int) -> None:
    a, b = account(house, "A"), account(house, "B")
    for one in (a, b):
        contact(house, one)
    answers = merge_at_once(house, (a, b), (b, a))
    assert sorted(answer.status for answer in answers) == [201, 409]
    assert next(x for x in answers if x.status == 409).code == "already_merged"
    follow(house)
    assert_whole(house, a, b, kept=2)


@pytest.mark.parametrize("attempt", range(3))
def test_a_chain_made_at_once_leads_to_one_end(house: House, attempt: int) -> None:
    a, b, c = (account(house, name) for name in "ABC")
    for one in (a, b, c):
        contact(house, one)
    answers = merge_at_once(house, (a, b), (c, a))
    assert 201 in {answer.status for answer in answers}
    for order, answer in zip([(a, b), (c, a)], answers, strict=True):
        if answer.status != 201:
            assert (answer.status, answer.code) == (409, "already_merged")
            top = survivor_of(house, order[0]).id
            assert merge_at_once(house, (top, order[1]))[0].status == 201
    follow(house)
    assert_whole(house, a, b, c, kept=3)


def test_moving_of_a_chain_in_any_order_leaves_nothing_behind(house: House) -> None:
    a, b, c = (account(house, name) for name in "ABC")
    contact(house, b)
    house.world.settle()
    for survivor, loser in ((a, b), (c, a)):
        assert merge_at_once(house, (survivor, loser))[0].status == 201
    house.world.settle(hold="merge-chunks")
    inner, outer = house.world.take("merge-chunks")
    house.world.deliver("merge-chunks", [outer])
    house.world.settle()
    house.world.deliver("merge-chunks", [inner])
    follow(house)
    assert_whole(house, a, b, c, kept=3)


def test_edits_during_a_merge_are_in_the_result_or_refused(house: House) -> None:
    a, b = account(house, "A"), account(house, "B")
    by = house.by()

    def act(n: int) -> tuple[int, int]:
        if n == 0:
            body = {"survivor": a, "loser": b}
            return n, house.call("POST", "/v1/merges", body, by=by).status
        path = f"/v1/accounts/{a if n % 2 else b}"
        return n, house.call("PATCH", path, {"custom": {f"w{n}": n}}, by=by).status

    answers = dict(at_once(act, range(9), threads=9))
    assert answers[0] in (201, 409, 412)
    if answers[0] != 201:
        assert merge_at_once(house, (a, b))[0].status == 201
    follow(house)
    assert set(answers.values()) <= {200, 201, 301, 409, 412}
    written = {f"w{n}" for n, status in answers.items() if n and status == 200}
    assert survivor_of(house, b).custom.keys() == written


def test_what_is_entered_for_the_loser_meanwhile_comes_to_the_survivor(house: House) -> None:
    a, b = account(house, "A"), account(house, "B")
    by = house.by()

    def act(n: int) -> int:
        if n == 0:
            body: dict[str, Any] = {"survivor": a, "loser": b}
            return house.call("POST", "/v1/merges", body, by=by).status
        if n % 2:
            body = {"name": f"Person {n}", "account": b}
            return house.call("POST", "/v1/contacts", body, by=by).status
        body = {"name": f"Deal {n}", "account": b}
        return house.call("POST", "/v1/opportunities", body, by=by).status

    answers = at_once(act, range(13), threads=13)
    assert answers[0] == 201
    assert set(answers[1:]) <= {201, 422, 404, 301, 409}
    follow(house)
    assert len(everything(house, Contact)) == sum(s == 201 for s in answers[1::2])
    assert_references_stand(house, a)


def assert_references_stand(house: House, top: str) -> None:
    people, deals = everything(house, Contact), everything(house, Opportunity)
    assert {c.account for c in people} | {d.account for d in deals} <= {top}
    for link in house.items():
        if link.get("kind", {}).get("S") == "affiliation" and "doc" in link:
            assert f'"account":"{top}"' in link["doc"]["S"]


def test_an_undo_while_moving_brings_everything_back(house: House) -> None:
    a, b = account(house, "A"), account(house, "B")
    people = [contact(house, b) for _ in range(30)]
    house.world.settle()
    merge_id = merge_at_once(house, (a, b))[0].json["id"]
    house.world.settle(hold="merge-chunks")
    forward = house.world.take("merge-chunks")
    by = house.by()

    def act(n: int) -> int:
        if n == 0:
            return house.call("DELETE", f"/v1/merges/{merge_id}", by=by).status
        house.world.deliver("merge-chunks", forward)
        return 0

    assert at_once(act, range(2))[0] == 200
    follow(house)
    assert house.store.load(Merge, merge_id).status == "reversed"
    assert {house.store.load(Contact, one).account for one in people} == {b}
    assert house.store.load(Account, b).identities[0].value == "B"
    assert [i.value for i in house.store.load(Account, a).identities] == ["A"]


def test_an_undo_after_later_edits_keeps_them_and_says_so(house: House) -> None:
    a, b = account(house, "A"), account(house, "B")
    deal = house.make(Opportunity, name="Deal", account=b)
    house.world.settle()
    merge_id = merge_at_once(house, (a, b))[0].json["id"]
    follow(house)
    by = house.by()
    edits = [{"custom": {"since": 1}}, {"tags": ["A", "B", "since"]}, {"name": "Neu"}]
    statuses = at_once(
        lambda body: house.call("PATCH", f"/v1/accounts/{a}", body, by=by).status, edits
    )
    assert set(statuses) <= {200, 412}
    done = [edit for edit, status in zip(edits, statuses, strict=True) if status == 200]
    undone = house.call("DELETE", f"/v1/merges/{merge_id}", by=by)
    assert undone.status == 200, undone.text
    follow(house)
    found = house.store.load(Account, a)
    for edit in done:
        for name, value in edit.items():
            kept = tuple(t for t in value if t != "B") if name == "tags" else value
            assert getattr(found, name) == kept
    conflicts = set(house.call("GET", f"/v1/merges/{merge_id}").json["conflicts"])
    assert conflicts == {"tags"} & {
        name for edit in done for name in edit
    }  # the rest was not merged
    assert house.store.load(Opportunity, deal.id).account == b


def test_an_undo_asked_for_twice_at_once_happens_once(house: House) -> None:
    a, b = account(house, "A"), account(house, "B")
    merge_id = merge_at_once(house, (a, b))[0].json["id"]
    follow(house)
    by = house.by()
    answers = at_once(
        lambda _: house.call("DELETE", f"/v1/merges/{merge_id}", by=by).status, range(4)
    )
    assert sorted(answers) == [200, 409, 409, 409]
    follow(house)
    assert house.store.load(Account, b).tags == ("B",)
