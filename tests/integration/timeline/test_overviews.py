"""Overviews: open items and sums over all that concerns a customer, exactly once."""

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain.access import Role
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.storage import keys
from tests.house import House
from tests.integration.timeline.deals import Deal, account, deal, overview_rows, touch


def overview(house: House, record: Account, **more: Any) -> dict[str, Any]:
    answer = house.call("GET", f"/v1/accounts/{record.id}/overview", **more)
    assert answer.status == 200, answer.text
    return answer.json


def figures(count: int, amount: int) -> dict[str, Decimal]:
    found = {"deal.count": Decimal(count), "deal.amount.EUR": Decimal(amount)}
    return {name: value for name, value in found.items() if value}


def sums(house: House, record: Account) -> dict[str, Decimal]:
    return {n: v for n, v in overview_rows(house, record).items() if isinstance(v, Decimal)}


def test_an_overview_costs_three_requests(house: House) -> None:
    one = account(house, phones=())
    deals = [deal(house, one, amount=n) for n in (1, 2)]
    touch(house, deals[0], is_open=False)
    house.make(Contact, name="王伟", accounts=(one.id,))
    house.world.settle()
    by = house.by()
    house.world.requests.clear()
    found = overview(house, one, by=by)
    assert house.world.requests == {"BatchGetItem": 1, "Query": 2}
    assert found["profile"]["name"] == "Acme"
    expected = {"kind": "deal", "id": deals[1].id, "label": "Deal 2", "status": "open", "at": None}
    assert found["open_items"] == [expected]
    assert found["more_open_items"] is False
    assert found["figures"] == {"deal.count": "2", "deal.amount.EUR": "3"}
    assert found["last_activity_at"] == found["timeline"][0]["at"]


def test_an_account_without_anything_has_an_overview(house: House) -> None:
    found = overview(house, account(house))
    assert (found["open_items"], found["figures"], found["timeline"]) == ([], {}, [])
    assert found["last_activity_at"] is None


def test_the_profile_keeps_to_the_rules_of_fields(house: House) -> None:
    given = {"name": "Acme", "phones": [{"number": "13812340101"}]}
    one = house.store.load(Account, house.call("POST", "/v1/accounts", given).json["id"])
    reader = house.by(Role.READ_ONLY)
    (phone,) = overview(house, one, by=reader)["profile"]["phones"]
    assert "12340101" not in str(phone)


def test_a_merged_account_points_to_its_survivor(house: House) -> None:
    one = account(house)
    gone = account(house)
    house.change(gone, merged_into=one.id, deleted_at=house.world.now)
    answer = house.call("GET", f"/v1/accounts/{gone.id}/overview")
    assert (answer.status, answer.headers["Location"]) == (301, f"/v1/accounts/{one.id}")
    assert house.call("GET", "/v1/accounts/nobody/overview").status == 404


def test_a_card_that_closes_moves_or_goes_leaves_nothing_behind(house: House) -> None:
    one, two = account(house), account(house)
    made = deal(house, one, amount=5)
    house.world.settle()
    assert sums(house, one) == figures(1, 5)
    assert len(overview_rows(house, one)) == 3
    made = touch(house, made, is_open=False, amount=Decimal(7))
    house.world.settle()
    assert overview_rows(house, one) == figures(1, 7)
    made = touch(house, made, parties=(two.id,))
    house.world.settle()
    assert overview_rows(house, one) == {}
    assert overview_rows(house, two) == figures(1, 7)
    touch(house, made, deleted_at=house.world.now)
    house.world.settle()
    assert overview_rows(house, two) == {}
    marks = [i for i in house.items() if i["sk"]["S"] == keys.counted("", "")[1]]
    assert marks == []


def test_nothing_is_written_where_a_record_was_purged(house: House) -> None:
    one, two = account(house), account(house)
    made = deal(house, one, two, amount=5)
    house.world.settle()
    mine = [i for i in house.items() if i["pk"]["S"] == keys.entity(house.tenant, one.id)[0]]
    house.store.table.write_many(deletes=[(i["pk"]["S"], i["sk"]["S"]) for i in mine])
    touch(house, made, amount=Decimal(6))
    house.world.settle()
    assert overview_rows(house, one) == {}
    assert sums(house, two) == figures(1, 6)


def test_amounts_are_exact(house: House) -> None:
    one = account(house)
    for amount in ("0.1", "0.2", "1234567890123.45"):
        deal(house, one, amount=Decimal(amount), is_open=False)
    house.world.settle()
    assert sums(house, one)["deal.amount.EUR"] == Decimal("1234567890123.75")


def test_nobody_counts_in_their_own_overview(house: House) -> None:
    person = house.make(Contact, name="王伟")
    house.call("PATCH", f"/v1/contacts/{person.id}", {"job_title": "CTO"})
    house.world.settle()
    assert overview_rows(house, person) == {}


def test_late_messages_count_for_the_survivor_of_a_merge(house: House) -> None:
    one, two = account(house), account(house)
    made = deal(house, two, amount=5)
    house.world.settle()
    house.change(two, merged_into=one.id, deleted_at=house.world.now)
    touch(house, made, amount=Decimal(6))
    house.world.settle()
    assert sums(house, one) == figures(1, 6)
    assert overview_rows(house, two) == {}
    touch(house, made, parties=(one.id,))  # the job of the merge comes by later
    house.world.settle()
    assert sums(house, one) == figures(1, 6)


def test_kinds_that_one_may_not_read_are_left_out_of_figures(house: House) -> None:
    one = account(house)
    house.make(Contact, name="王伟", accounts=(one.id,))
    person = house.make(Contact, name="李雷", accounts=(one.id,))
    house.call("PATCH", f"/v1/contacts/{person.id}", {"job_title": "CTO"})
    house.world.settle()
    assert overview(house, one)["figures"] == {"contact.count": "1"}
    narrow = house.by(house.admin, scopes=frozenset({"account:read"}))
    assert overview(house, one, by=narrow)["figures"] == {}


def test_more_than_fifty_open_items_are_told(house: House) -> None:
    one = account(house)
    for n in range(51):
        deal(house, one, amount=n)
    house.world.settle()
    found = overview(house, one)
    assert (len(found["open_items"]), found["more_open_items"]) == (50, True)


Change = Callable[[House, list[Account], Deal], object]
_AMOUNTS = st.integers(-5, 5)


def _set(amount: int) -> Change:
    return lambda house, _, made: touch(house, made, amount=Decimal(amount))


def _flip(is_open: bool) -> Change:
    return lambda house, _, made: touch(house, made, is_open=is_open)


def _give(which: tuple[int, ...]) -> Change:
    return lambda house, accounts, made: touch(
        house, made, parties=tuple(accounts[n].id for n in which)
    )


def _bin(gone: bool) -> Change:
    return lambda house, _, made: touch(house, made, deleted_at=house.world.now if gone else None)


CHANGES = st.one_of(
    _AMOUNTS.map(_set),
    st.booleans().map(_flip),
    st.lists(st.integers(0, 2), max_size=3, unique=True).map(tuple).map(_give),
    st.booleans().map(_bin),
)


@given(
    changes=st.lists(st.tuples(st.integers(0, 1), CHANGES), max_size=12),
    seed=st.integers(0, 1000),
)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_in_whatever_order_and_however_often_messages_come(
    house: House, changes: list[tuple[int, Change]], seed: int
) -> None:
    """The sums are those of the last states, whether or not messages fell in between changes."""
    chance = random.Random(seed)
    accounts = [account(house) for _ in range(3)]
    deals = [deal(house, accounts[0], amount=n) for n in (1, 2)]
    old: list[str] = []
    for which, change in changes:
        change(house, accounts, deals[which])
        house.world.settle(hold="timeline")
        old += house.world.take("timeline")
        if chance.random() < 0.5:
            house.world.deliver("timeline", chance.choices(old, k=3))
    house.world.settle(hold="timeline")
    old += house.world.take("timeline")
    again = old + chance.choices(old, k=len(old))
    chance.shuffle(again)
    for start in range(0, len(again), 10):
        house.world.deliver("timeline", again[start : start + 10])
    assert house.world.dead == []
    assert_sums_are_those_of_the_states(house, accounts, deals)


def assert_sums_are_those_of_the_states(
    house: House, accounts: list[Account], deals: list[Deal]
) -> None:
    live = [house.store.load(Deal, made.id, deleted=True) for made in deals]
    for one in accounts:
        mine = [d for d in live if one.id in d.parties and d.deleted_at is None]
        expected = figures(len(mine), int(sum(d.amount for d in mine)))
        rows = overview_rows(house, one)
        assert {n: v for n, v in rows.items() if isinstance(v, Decimal)} == expected
        shown = {n for n in rows if n.startswith(keys.OPEN_ITEM)}
        assert shown == {f"{keys.OPEN_ITEM}deal#{d.id}" for d in mine if d.is_open}


@pytest.mark.parametrize("round_", range(3))
def test_many_workers_at_once_count_everything_once(house: House, round_: int) -> None:
    accounts = [account(house) for _ in range(2)]
    deals = [deal(house, *accounts, amount=n) for n in range(6)]
    bodies: list[str] = []
    for change in range(3):
        for made in deals:
            touch(house, made, amount=Decimal(change + 1), parties=(accounts[change % 2].id,))
    house.world.settle(hold="timeline")
    bodies = house.world.take("timeline")
    batches = [bodies[start::4] for start in range(4)] * 2
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda part: house.world.deliver("timeline", part), batches))
    failed = Counter(house.world.dead)
    house.world.dead.clear()
    house.world.deliver("timeline", [body for _, body in failed])
    assert house.world.dead == []
    assert_sums_are_those_of_the_states(house, accounts, deals)


def test_changes_while_workers_count_end_in_the_last_state(house: House) -> None:
    one = account(house)
    made = deal(house, one)
    house.world.settle(hold="timeline")
    bodies = house.world.take("timeline")

    def work(_: int) -> None:
        for _ in range(5):
            house.world.deliver("timeline", bodies)

    with ThreadPoolExecutor(4) as pool:
        workers = [pool.submit(work, n) for n in range(3)]
        for amount in range(10):
            touch(house, made, amount=Decimal(amount))
        for worker in workers:
            worker.result()
    house.world.dead.clear()
    house.world.settle()
    assert house.world.dead == []
    assert sums(house, one) == figures(1, 9)
