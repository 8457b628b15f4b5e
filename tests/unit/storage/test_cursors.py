"""Cursors: they go on where they were issued, and nowhere else."""

import base64

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shared.domain.errors import InvalidInput
from shared.storage.cursors import Cursors

CURSORS = Cursors(lambda: b"secret")
TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x1f"))


@given(TEXTS, TEXTS, TEXTS)
def test_a_cursor_gives_its_position_back(tenant: str, query: str, position: str) -> None:
    cursor = CURSORS.issue(tenant, query, position)
    assert CURSORS.read(tenant, query, cursor) == position


@given(TEXTS, TEXTS, TEXTS)
def test_a_cursor_fits_into_an_address(tenant: str, query: str, position: str) -> None:
    cursor = CURSORS.issue(tenant, query, position)
    assert all(
        character.isascii() and (character.isalnum() or character in "-_") for character in cursor
    )


@given(TEXTS, TEXTS)
def test_another_tenant_or_query_cannot_use_it(one: str, other: str) -> None:
    assume(one != other)
    cursor = CURSORS.issue(one, one, "lead_1")
    for tenant, query in ((other, one), (one, other)):
        with pytest.raises(InvalidInput) as refused:
            CURSORS.read(tenant, query, cursor)
        assert refused.value.errors[0].code == "invalid_cursor"


@given(st.data())
def test_no_changed_byte_passes(data: st.DataObject) -> None:
    raw = bytearray(base64.urlsafe_b64decode(_padded(CURSORS.issue("ten_A", "q", "lead_1"))))
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(InvalidInput):
        CURSORS.read("ten_A", "q", base64.urlsafe_b64encode(raw).decode())


@given(st.text())
def test_no_invented_cursor_passes(cursor: str) -> None:
    with pytest.raises(InvalidInput):
        CURSORS.read("ten_A", "q", cursor)


def test_another_installation_s_cursor_does_not_pass() -> None:
    cursor = Cursors(lambda: b"another secret").issue("ten_A", "q", "lead_1")
    with pytest.raises(InvalidInput):
        CURSORS.read("ten_A", "q", cursor)


def test_the_secret_is_asked_for_only_when_needed() -> None:
    asked: list[str] = []

    def secret() -> bytes:
        asked.append("secret")
        return b"secret"

    cursors = Cursors(secret)
    assert asked == []
    cursors.issue("ten_A", "q", "lead_1")
    assert asked == ["secret"]


def _padded(cursor: str) -> str:
    return cursor + "=" * (-len(cursor) % 4)
