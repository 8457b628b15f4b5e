"""Signing in and out. The answer never says whether an address exists, and every attempt is kept.

An address leads through one row of the whole installation to tenant and user. For an unknown one
the same steps are taken with a name that no account has, so neither text nor time tells it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from functions.access.accounts import (
    NEW_PASSWORD,
    TOTP,
    Accounts,
    Asked,
    SessionExpired,
    SignInFailed,
    Tokens,
    WrongCode,
)
from functions.access.administrators import keep_count
from functions.access.challenges import Pending, seal, unseal
from functions.access.people import own_user
from functions.access.session_schemas import (
    Challenge,
    ChallengeAnswer,
    Refresh,
    Session,
    SignIn,
)
from functions.access.tokens import parties, signed_in_at, unverified, username
from functions.access.trail import record
from shared.domain.audit import AuditAction
from shared.domain.errors import InvalidInput, Unavailable
from shared.domain.events.access import (
    SessionChallenged,
    SessionRefused,
    SessionStarted,
    UserActivated,
    UserSignedOut,
)
from shared.domain.tenancy import User, sign_in_name
from shared.http.call import AnyCall, Call
from shared.http.contract import Nothing
from shared.storage import keys

_SHOWN: dict[str, Challenge] = {NEW_PASSWORD: "new_password_required", TOTP: "totp_required"}
_NOBODY = "unknown"


@dataclass(frozen=True, slots=True)
class Account:
    """Where an address leads: to a user, or (tenant GLOBAL) to an account that does not exist."""

    tenant: str
    user: str
    username: str


def sign_in(call: Call[SignIn, Nothing]) -> Session:
    """Tokens, or the challenge that stands before them. Raises SignInFailed."""
    account = _account(call, call.body.email)
    call.enter(account.tenant)
    try:
        password = call.body.password.get_secret_value()
        found = Accounts.of(call.runtime).start(account.username, password)
    except SignInFailed:
        _refused(call, account, "sign_in", "password")
        raise
    return _proceed(call, account, found, "sign_in")


def answer_challenge(call: Call[ChallengeAnswer, Nothing]) -> Session:
    """Tokens, or a further challenge. Raises SessionExpired, WrongCode, InvalidInput."""
    pending = unseal(call.body.session, call.runtime.signing_secret, call.context.now)
    account = _named(pending.username)
    answer = _answer_to(pending.asked, call.body)
    call.enter(account.tenant)
    try:
        found = Accounts.of(call.runtime).answer(account.username, pending.asked, answer)
    except (SessionExpired, WrongCode) as error:
        _refused(call, account, "sign_in_challenge", error.code)
        raise
    return _proceed(call, account, found, "sign_in_challenge")


def refresh(call: Call[Refresh, Nothing]) -> Session:
    """A new access token for a session that still stands. Raises SessionExpired."""
    tokens = Accounts.of(call.runtime).refresh(call.body.refresh_token)
    claims = unverified(tokens.access)
    account = _named(str(claims["username"]))
    user = call.runtime.store(account.tenant).find(User, account.user)
    if user is None or user.status != "active" or not _began_after_sign_out(user, claims):
        raise SessionExpired()
    return _signed_in(tokens)


def sign_out(call: AnyCall) -> None:
    """End all sessions of the caller, access tokens included. Raises Forbidden for API keys."""
    user = own_user(call)
    Accounts.of(call.runtime).sign_out(username(call.context.tenant, user.id))
    call.unit.put(user.evolve(call.context, UserSignedOut(), signed_out_at=call.context.now))
    record(call, "sign_out", "ok", user.id)


def _account(call: AnyCall, email: str) -> Account:
    name = sign_in_name(email)
    row = call.runtime.table.get(keys.guard(keys.GLOBAL, User.kind, "email", name))
    if row is None:
        digest = hashlib.sha256(name.encode()).hexdigest()
        return Account(keys.GLOBAL, _NOBODY, f"{_NOBODY}.{digest}")
    tenant, user = row["tenant"]["S"], row["ref"]["S"]
    return Account(tenant, user, username(tenant, user))


def _named(account_name: str) -> Account:
    named = parties(account_name)
    if named is None:
        raise SessionExpired()
    return Account(*named, account_name)


def _answer_to(asked: Asked, given: ChallengeAnswer) -> str:
    if asked.challenge == NEW_PASSWORD:
        if given.new_password is None:
            raise InvalidInput.of("new_password", "required", "A new password is asked for.")
        return given.new_password.get_secret_value()
    if given.code is None:
        raise InvalidInput.of("code", "required", "A code of the authenticator app is asked for.")
    return given.code


def _proceed(
    call: AnyCall, account: Account, found: Tokens | Asked, action: AuditAction
) -> Session:
    """Keep what happened, then tell it: nobody gets a token that the trail does not know."""
    user = call.store.find(User, account.user)
    if user is None or user.status == "deactivated":
        _refused(call, account, action, "deactivated")
        raise SignInFailed()
    if isinstance(found, Asked):
        shown = _SHOWN[found.challenge]
        event = SessionChallenged(user=user.id, challenge=shown)
        record(call, action, "challenged", user.id, event, reason=shown)
        call.unit.commit()
        pending = Pending(account.username, found)
        sealed = seal(pending, call.runtime.signing_secret, call.context.now)
        return Session(status="challenge", challenge=shown, session=sealed)
    _refuse_same_second(user, found)
    _welcome(call, user)
    record(call, action, "ok", user.id, SessionStarted(user=user.id))
    call.unit.commit()
    return _signed_in(found)


def _welcome(call: AnyCall, user: User) -> None:
    """The first sign-in makes an invited user active."""
    if user.status == "invited":
        event = UserActivated(role=user.role)
        now = call.context.now
        active = user.evolve(call.context, event, status="active", activated_at=now)
        keep_count(call.unit, user, active)
        call.unit.put(active)


def _refuse_same_second(user: User, tokens: Tokens) -> None:
    """Tokens tell whole seconds: one from the second of a sign-out would be refused later on."""
    if not _began_after_sign_out(user, unverified(tokens.access)):
        raise Unavailable("You signed out just now; repeat this.", details={"retry_after": 1})


def _began_after_sign_out(user: User, claims: Mapping[str, Any]) -> bool:
    return user.signed_out_at is None or signed_in_at(claims) > user.signed_out_at


def _refused(call: AnyCall, account: Account, action: AuditAction, reason: str) -> None:
    events = (SessionRefused(user=account.user, reason=reason),)
    known = account.tenant != keys.GLOBAL
    record(call, action, "refused", account.user, *(events if known else ()), reason=reason)
    call.unit.commit()


def _signed_in(tokens: Tokens) -> Session:
    return Session(
        status="signed_in",
        access_token=tokens.access,
        refresh_token=tokens.refresh or None,
        expires_in=tokens.expires_in,
    )
