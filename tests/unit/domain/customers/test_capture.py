"""From what somebody said to a customer, and to a changed one."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.domain.customers.capture import (
    AccountInput,
    ContactInput,
    change_account,
    change_contact,
)
from shared.domain.errors import InvalidInput
from tests.unit.domain.customers.customer_makers import account, contact, context

texts = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=20)
fields = st.fixed_dictionaries(
    {},
    optional={
        "industry": texts,
        "website": texts,
        "company_size": st.integers(0, 10**6),
        "tags": st.lists(texts, max_size=3),
        "custom": st.dictionaries(st.sampled_from(["a", "b"]), st.integers(), max_size=2),
    },
)


@given(fields, fields)
def test_a_change_said_twice_is_one_change(first: dict[str, Any], second: dict[str, Any]) -> None:
    firm = account(**first)
    given_ = AccountInput.model_validate(second)
    once = change_account(context(), firm, given_, set(second)).as_stored()
    assert change_account(context(), once, given_, set(second)) is once


@given(fields)
def test_only_named_fields_change(said: dict[str, Any]) -> None:
    firm = account(source="fair", industry="IT")
    after = change_account(context(), firm, AccountInput.model_validate(said), set(said))
    untouched = set(type(firm).model_fields) - set(said) - {"updated_at", "updated_by"}
    assert all(getattr(after, name) == getattr(firm, name) for name in untouched)


def test_a_name_is_always_left() -> None:
    with pytest.raises(InvalidInput):
        change_account(context(), account(), AccountInput(name=None), {"name"})
    person = contact(name=None, given_name="Ada", family_name="Lovelace")
    cleared = change_contact(context(), person, ContactInput(family_name=None), {"family_name"})
    assert cleared.name == "Ada"


def test_an_account_is_not_its_own_parent() -> None:
    firm = account()
    with pytest.raises(InvalidInput) as refusal:
        change_account(context(), firm, AccountInput(parent=firm.id), {"parent"})
    assert refusal.value.errors[0].code == "parent_is_itself"


@pytest.mark.parametrize(
    "value", ["91110000600037341L", "91110000 600037341l", "911100006000 37341L"]
)
def test_a_credit_code_is_kept_compact(value: str) -> None:
    firm = account(tax_number={"scheme": "uscc", "value": value})
    assert firm.tax_number is not None
    assert firm.tax_number.value == "91110000600037341L"


@given(st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_no_single_wrong_character_of_a_credit_code_passes(at: int, wrong: str) -> None:
    right = "91110000600037341L"
    if right[at] == wrong:
        return
    value = right[:at] + wrong + right[at + 1 :]
    with pytest.raises(ValidationError):
        AccountInput.model_validate({"tax_number": {"scheme": "uscc", "value": value}})


def test_what_enrichment_filled_is_ones_own_once_changed() -> None:
    firm = account(website="a.cn").model_copy(update={"provenance": {"website": "qcc"}})
    after = change_account(context(), firm, AccountInput(website="b.cn"), {"website"})
    assert after.provenance == {}
