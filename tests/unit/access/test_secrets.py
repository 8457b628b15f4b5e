"""Laws of what opens doors: API keys, sealed challenges, temporary passwords."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from functions.access.accounts import Asked, SessionExpired
from functions.access.challenges import KEPT, Pending, seal, unseal
from functions.access.invitations import invitation, temporary_password
from functions.access.tokens import parties, username
from shared.domain.access import ASSIGNABLE_ROLES, Principal, Role, rights_of
from shared.domain.api_keys import ApiKey, ApiToken, hash_secret, read_token, refuse_excess
from shared.domain.context import Context
from shared.domain.errors import Forbidden
from shared.domain.ids import make_id
from shared.domain.tenancy import Tenant, User

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TENANT, KEY, USER = (make_id(p, NOW, bytes(range(10))) for p in ("ten", "key", "usr"))
CONTEXT = Context(Principal(TENANT, USER, Role.ADMIN), NOW, lambda: bytes(10))
SECRETS = st.text("abcXYZ019-_", min_size=1, max_size=43)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=60)


def _key(**more: object) -> ApiKey:
    stamp = ApiKey.stamp(CONTEXT, KEY)
    base = {"name": "Shop", "role": Role.INTEGRATION, "secret_hash": hash_secret("right")}
    return ApiKey.model_validate({**stamp, **base, **more})


def _user(**more: object) -> User:
    base = {"email": "li@example.com", "name": "李伟", "role": Role.SALES}
    return User.model_validate({**User.stamp(CONTEXT, USER), **base, **more})


@given(SECRETS)
def test_token_reads_back_what_was_written(secret: str) -> None:
    token = ApiToken(TENANT, KEY, secret)
    assert read_token(str(token)) == token
    assert secret == "rpk" or len(secret) < 4 or secret not in repr(token)


@given(TEXTS)
def test_reading_any_text_gives_ids_or_nothing(text: str) -> None:
    token = read_token(f"rpk.{text}")
    assert token is None or re.fullmatch(r"ten_[0-9A-Z]{26}", token.tenant)


@given(SECRETS)
def test_only_the_right_secret_opens(secret: str) -> None:
    assert _key().accepts(secret, NOW) == (secret == "right")


@given(st.integers(0, 72), st.integers(0, 100))
def test_former_secret_opens_exactly_for_the_overlap(hours: int, after: int) -> None:
    key = _key().rotated(CONTEXT, "next", timedelta(hours=hours))
    later = NOW + timedelta(hours=after)
    assert key.accepts("next", later)
    assert key.accepts("right", later) == (after < hours)


def test_rotation_twice_closes_the_first_secret() -> None:
    key = _key().rotated(CONTEXT, "second", timedelta(days=1))
    key = key.rotated(CONTEXT, "third", timedelta(days=1))
    opens = [secret for secret in ("right", "second", "third") if key.accepts(secret, NOW)]
    assert opens == ["second", "third"]


@given(st.sampled_from(ASSIGNABLE_ROLES), st.sampled_from(ASSIGNABLE_ROLES))
def test_key_never_exceeds_its_maker(maker_role: Role, role: Role) -> None:
    maker = Principal(TENANT, USER, maker_role)
    try:
        refuse_excess(maker, role, None)
    except Forbidden:
        assert role is not maker_role
        return
    held, given_rights = rights_of(maker), rights_of(Principal(TENANT, KEY, role))
    order = ["own", "team", "tree", "all"]
    for resource, actions in given_rights.items():
        for action, scope in actions.items():
            assert order.index(scope) <= order.index(held[resource][action])


@given(TEXTS, TEXTS, st.binary(min_size=1, max_size=64))
def test_sealed_challenge_opens_to_itself(name: str, session: str, secret: bytes) -> None:
    pending = Pending(name, Asked("SOFTWARE_TOKEN_MFA", session))
    assert unseal(seal(pending, secret, NOW), secret, NOW) == pending


@given(st.text("abcdefXYZ0123-_=", max_size=200))
def test_unsealing_anything_else_is_refused(text: str) -> None:
    with pytest.raises(SessionExpired):
        unseal(text, b"secret", NOW)


@given(st.data())
def test_one_changed_character_breaks_the_seal(data: st.DataObject) -> None:
    sealed = seal(Pending("a.b", Asked("SOFTWARE_TOKEN_MFA", "s" * 20)), b"secret", NOW)
    place = data.draw(st.integers(0, len(sealed) - 2))
    other = data.draw(st.sampled_from("ABCxyz019-_"))
    assume(sealed[place] != other)
    with pytest.raises(SessionExpired):
        unseal(sealed[:place] + other + sealed[place + 1 :], b"secret", NOW)


def test_seal_ends_with_its_time_and_with_another_secret() -> None:
    sealed = seal(Pending("a.b", Asked("SOFTWARE_TOKEN_MFA", "s")), b"secret", NOW)
    with pytest.raises(SessionExpired):
        unseal(sealed, b"secret", NOW + KEPT)
    with pytest.raises(SessionExpired):
        unseal(sealed, b"other", NOW)


@given(st.binary(min_size=1, max_size=64), st.integers(1, 50))
def test_temporary_password_fits_the_policy_and_changes_with_each_invitation(
    secret: bytes, number: int
) -> None:
    password = temporary_password(secret, _user(invitations=number))
    assert len(password) >= 12
    assert all(re.search(p, password) for p in ("[a-z]", "[A-Z]", "[0-9]", "[^a-zA-Z0-9]"))
    assert password == temporary_password(secret, _user(invitations=number))
    assert password != temporary_password(secret, _user(invitations=number + 1))


def test_invitation_takes_names_as_they_are() -> None:
    tenant = Tenant(**Tenant.stamp(CONTEXT, TENANT), name="{A} & Co")
    subject, text = invitation(tenant, _user(name="{password}", locale="en"), "Secret1", "")
    assert subject == "{A} & Co invites you to Rapport"
    assert "Hello {password}," in text
    assert text.count("Secret1") == 1


def test_account_name_leads_back_to_tenant_and_user() -> None:
    assert parties(username(TENANT, USER)) == (TENANT, USER)
    assert parties(username(TENANT, USER).lower()) == (TENANT, USER)
    for name in ("", "admin", f"{TENANT}.", f"{USER}.{TENANT}", f"{TENANT}.{USER}.x"):
        assert parties(name) is None
