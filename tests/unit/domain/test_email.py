"""E-mail addresses are checked and brought to one form without asking the network."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.domain.email import Email, is_disposable, parse_email
from shared.domain.errors import InvalidInput


@pytest.mark.parametrize(
    ("typed", "address", "key"),
    [
        (" Ann.Lee@Example.COM ", "Ann.Lee@example.com", "ann.lee@example.com"),
        ("zhang＠example。cn", "zhang@example.cn", "zhang@example.cn"),
        ("张三@例子.中国", "张三@例子.中国", "张三@例子.中国"),
        ("a@xn--fsqu00a.xn--0zwm56d", "a@例子.测试", "a@例子.测试"),
        ("O'Neil+crm@mail.example.co.uk", "O'Neil+crm@mail.example.co.uk", None),
        ("Jose\u0301@example.com", "José@example.com", "josé@example.com"),
    ],
)
def test_addresses_are_normalised(typed: str, address: str, key: str | None) -> None:
    found = parse_email(typed)
    assert found.address == address
    assert found.key == (key or address.lower())


@pytest.mark.parametrize(
    "typed",
    [
        *("", "ann", "ann@", "@example.com", "a b@example.com", "ann@example", "ann@@example.com"),
        *("ann@exa_mple.com", "ann..lee@example.com", "a@b.com, c@d.com", "ann@192.168.0.1"),
        "a" * 65 + "@example.com",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_email(typed, path="row.email")
    assert [(e.path, e.code) for e in refusal.value.errors] == [("row.email", "email_invalid")]


def test_throw_away_domains_are_marked_with_their_subdomains() -> None:
    assert parse_email("x@mailinator.com").disposable
    assert is_disposable("box.Mailinator.com")
    assert not parse_email("x@example.com").disposable
    assert not is_disposable("com")


def test_pydantic_fields_take_the_normal_form_and_name_their_error() -> None:
    adapter = TypeAdapter(Email)
    assert adapter.validate_python("Ann@EXAMPLE.com") == "Ann@example.com"
    with pytest.raises(ValidationError) as refusal:
        adapter.validate_python("{ann}")
    assert refusal.value.errors()[0]["type"] == "email_invalid"
    assert adapter.json_schema() == {"type": "string", "maxLength": 254, "format": "email"}


@given(st.emails())
def test_the_normal_form_is_its_own_normal_form(typed: str) -> None:
    try:
        once = parse_email(typed)
    except InvalidInput:
        return  # reserved or unusual domains
    assert parse_email(once.address) == once
    assert parse_email(once.address.swapcase()).key == once.key
