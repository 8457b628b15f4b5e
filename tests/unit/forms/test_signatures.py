"""Signed texts come back unchanged or not at all."""

import base64

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.signatures import LONGEST, Seal

TEXTS = st.text(max_size=100)


@given(TEXTS, st.binary(min_size=1, max_size=40))
def test_a_signed_text_is_read_again(text: str, secret: bytes) -> None:
    assert Seal(secret, "a").read(Seal(secret, "a").sign(text)) == text


@given(TEXTS)
def test_another_purpose_or_secret_reads_nothing(text: str) -> None:
    signed = Seal(b"secret", "a").sign(text)
    assert Seal(b"secret", "b").read(signed) is None
    assert Seal(b"other", "a").read(signed) is None


@given(TEXTS, st.integers(0, 10_000), st.integers(1, 255))
def test_one_changed_byte_reads_nothing(text: str, place: int, change: int) -> None:
    signed = Seal(b"secret", "a").sign(text)
    raw = bytearray(base64.urlsafe_b64decode(signed + "=" * (-len(signed) % 4)))
    raw[place % len(raw)] ^= change
    forged = base64.urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode()
    assert Seal(b"secret", "a").read(forged) is None


@given(st.text())
def test_no_text_that_was_not_signed_raises(text: str) -> None:
    assert Seal(b"secret", "a").read(text) is None


def test_a_text_too_long_is_not_even_looked_at() -> None:
    signed = Seal(b"secret", "a").sign("x" * LONGEST)
    assert Seal(b"secret", "a").read(signed) is None


@given(TEXTS)
def test_a_digest_is_stable_and_says_nothing_without_the_secret(text: str) -> None:
    assert Seal(b"secret", "a").digest(text) == Seal(b"secret", "a").digest(text)
    assert Seal(b"secret", "a").digest(text) != Seal(b"other", "a").digest(text)
    assert len(Seal(b"secret", "a").digest(text)) == 32
