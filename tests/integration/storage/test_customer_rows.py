"""The rows that follow a customer: identities that are unique, match rows, and none in review."""

from typing import Any

import pytest

from shared.domain.access import Grant, Principal, Role, Scope
from shared.domain.context import Context
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.customers.parts import Identity, Review
from shared.domain.errors import AlreadyExists, ConcurrentChange
from shared.storage import keys, matching
from shared.storage.list_query import ListQuery
from shared.storage.store import Store
from tests.house import House, fresh_id

WECHAT = Identity(channel="wechat", value="wx-1")
PENDING = Review(state="pending", approval="apr_1")


class Keyed(Account):
    """An account whose match keys a test chooses by its tags."""

    def match_keys(self) -> frozenset[str]:
        return frozenset(self.tags)


def context_of(house: House) -> Context:
    principal = Principal(house.tenant, "usr_entrant", Role.SYSTEM, kind="system")
    return house.world.runtime.context(principal)


def made(house: House, entity_type: Any = Account, **fields: Any) -> Any:
    """A new entity, not yet stored."""
    stamp = entity_type.stamp(context_of(house), fresh_id(entity_type.prefix))
    return entity_type(**stamp, **{"name": "华为", **fields})


def stored(house: House, entity: Any) -> Any:
    unit = house.store.begin(context_of(house))
    unit.put(entity)
    unit.commit()
    return house.store.load(type(entity), entity.id, deleted=True)


def holder(house: House, identity: Identity) -> str | None:
    item = house.store.table.get(keys.guard(house.tenant, keys.CUSTOMERS, *identity.claim))
    return item["ref"]["S"] if item else None


def matches(store: Store, *wanted: str) -> list[str]:
    return [match.id for match in matching.find(store.table, store.tenant, wanted)]


def everything(house: House) -> Grant:
    return Grant(Principal(house.tenant, "", Role.SYSTEM), "account", Scope.ALL)


def listed(house: House, query: ListQuery) -> list[str]:
    return [a.id for a in house.store.list_all(Account, query, everything(house))]


def test_an_identity_belongs_to_one_customer_of_whatever_kind(house: House) -> None:
    account = stored(house, made(house, identities=(WECHAT,)))
    with pytest.raises(ConcurrentChange):
        stored(house, made(house, Contact, identities=(WECHAT,)))
    assert holder(house, WECHAT) == account.id


def test_a_contested_identity_stays_with_the_first_holder(house: House) -> None:
    first = stored(house, made(house, identities=(WECHAT,)))
    stored(house, made(house, Contact, identities=(WECHAT,), contested=("wechat::wx-1",)))
    assert holder(house, WECHAT) == first.id


def test_the_outside_id_is_unique_among_one_kind_only(house: House) -> None:
    stored(house, made(house, external_id="X-1"))
    stored(house, made(house, Contact, external_id="X-1"))
    with pytest.raises(AlreadyExists):
        stored(house, made(house, external_id="X-1"))


def test_a_merge_hands_identities_and_outside_id_over_in_one_write(house: House) -> None:
    loser = stored(house, made(house, identities=(WECHAT,), external_id="X-1"))
    survivor = stored(house, made(house))
    context = context_of(house)
    unit = house.store.begin(context)
    unit.put(loser.evolve(context, merged_into=survivor.id, deleted_at=context.now))
    unit.put(survivor.evolve(context, identities=(WECHAT,), external_id="X-1"))
    unit.commit()
    assert holder(house, WECHAT) == survivor.id
    assert house.store.holders(Account, "external_id", ["X-1"]) == {"X-1": survivor.id}


def test_match_rows_follow_the_record(house: House) -> None:
    account = stored(house, made(house, Keyed, tags=("phone:1", "name:a")))
    other = stored(house, made(house, Keyed, tags=("name:a",)))
    assert matches(house.store, "phone:1", "name:a") == [account.id, other.id]
    account = stored(house, account.evolve(context_of(house), tags=("phone:2",)))
    assert matches(house.store, "phone:1") == []
    assert matches(house.store, "phone:2") == [account.id]


def test_what_is_in_the_bin_or_purged_matches_nobody(house: House) -> None:
    context = context_of(house)
    account = stored(house, made(house, Keyed, tags=("phone:1",)))
    archived = stored(house, account.evolve(context, deleted_at=context.now))
    assert matches(house.store, "phone:1") == []
    back = stored(house, archived.evolve(context, deleted_at=None))
    assert matches(house.store, "phone:1") == [account.id]
    unit = house.store.begin(context)
    unit.purge(back)
    unit.commit()
    assert matches(house.store, "phone:1") == []


def test_a_record_in_review_stands_in_no_list_and_holds_no_key(house: House) -> None:
    account = stored(
        house,
        made(
            house,
            Keyed,
            review=PENDING,
            owner="usr_1",
            identities=(WECHAT,),
            external_id="X-1",
            tags=("phone:1",),
        ),
    )
    house.world.settle()
    for query in (ListQuery(), ListQuery(owner="usr_1"), ListQuery(state="prospect")):
        assert listed(house, query) == []
    assert (
        house.store.search(Account, "华为", ListQuery(), everything(house), limit=9).documents == []
    )
    assert (holder(house, WECHAT), matches(house.store, "phone:1")) == (None, [])
    assert listed(house, ListQuery(hidden=True)) == [account.id]
    assert listed(house, ListQuery(hidden=True, owner="usr_entrant")) == [account.id]
    assert listed(house, ListQuery(hidden=True, owner="usr_1")) == []


def test_approval_gives_a_record_its_place_and_its_keys(house: House) -> None:
    account = stored(
        house, made(house, Keyed, review=PENDING, identities=(WECHAT,), tags=("phone:1",))
    )
    approved = Review(state="approved", approval="apr_1")
    stored(house, account.evolve(context_of(house), review=approved))
    house.world.settle()
    assert listed(house, ListQuery()) == [account.id]
    assert listed(house, ListQuery(hidden=True)) == []
    assert holder(house, WECHAT) == account.id
    assert matches(house.store, "phone:1") == [account.id]
    assert (
        len(house.store.search(Account, "华为", ListQuery(), everything(house), limit=9).documents)
        == 1
    )
