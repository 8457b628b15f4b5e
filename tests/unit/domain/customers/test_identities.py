"""Which identities a customer shows, and which of them it holds."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.customers.links import affiliation_id
from shared.domain.ids import is_id, make_id
from tests.unit.domain.customers.customer_makers import NOW, account, contact


def shown(**fields: Any) -> set[str]:
    return set(contact(**fields).claims())


def test_mobiles_addresses_and_outside_ids_identify() -> None:
    assert shown(
        phones=[{"number": "138 1234 0101"}],
        emails=[{"address": "Wang@Example.com"}],
        identities=[{"channel": "shop", "system": "tmall", "value": "U1"}],
    ) == {"phone::+8613812340101", "email::wang@example.com", "shop:tmall:U1"}


def test_what_is_shared_invalid_or_no_mobile_does_not() -> None:
    assert not shown(
        phones=[
            {"number": "13812340101", "shared": True},
            {"number": "13812340102", "validity": "invalid"},
            {"number": "010-65529988", "kind": "work"},
        ],
        emails=[{"address": "info@example.com", "shared": True}],
    )


def test_the_contested_and_the_merged_hold_nothing() -> None:
    firm = account(identities=[{"channel": "erp", "value": "K1"}])
    assert firm.held_identities() == {("erp:", "K1")}
    contested = firm.model_copy(update={"contested": ("erp::K1",)})
    assert contested.held_identities() == frozenset()
    assert firm.model_copy(update={"merged_into": "acc_2"}).held_identities() == frozenset()


@given(st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_an_affiliation_has_one_id_for_each_pair(one: bytes, other: bytes) -> None:
    firm, person = make_id("acc", NOW, one), make_id("con", NOW, other)
    link = affiliation_id(firm, person)
    assert is_id(link, "aff")
    assert link == affiliation_id(firm, person)
    assert link[:14] == "aff" + person[3:14], "sorted by the age of the contact"
    if one != other:
        assert link != affiliation_id(make_id("acc", NOW, other), person)
