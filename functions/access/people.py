"""What people see and change about themselves: profile, rights, password, second factor."""

from urllib.parse import quote

from functions.access.accounts import Accounts
from functions.access.schemas import Me, ProfileChange
from functions.access.session_schemas import PasswordChange, TotpCode, TotpSecret
from functions.access.tokens import username
from functions.access.trail import record
from shared.domain.access import FIELD_RULES, rights_of
from shared.domain.api_keys import ApiKey
from shared.domain.errors import Forbidden
from shared.domain.events.access import PasswordChanged, SecondFactorChanged
from shared.domain.tenancy import User
from shared.http.call import AnyCall, Call
from shared.http.contract import Nothing

ISSUER = "Rapport"


def own_user(call: AnyCall) -> User:
    """The caller as a person. Raises Forbidden for API keys."""
    if call.context.principal.kind != "user":
        raise Forbidden("Only people have a profile and sessions.", code="people_only")
    return call.store.load(User, call.context.actor)


def profile(call: AnyCall) -> Me:
    """The caller with every right they effectively have."""
    caller = call.context.principal
    person = own_user(call) if caller.kind == "user" else None
    return Me(
        id=caller.actor,
        kind="user" if person else "api_key",
        tenant=caller.tenant,
        name=person.name if person else call.store.load(ApiKey, caller.actor).name,
        email=person.email if person else None,
        role=caller.role,
        teams=caller.teams,
        locale=person.locale if person else None,
        time_zone=person.time_zone if person else None,
        mfa=person is not None and person.mfa,
        rights=rights_of(caller),
        field_rules={k: dict(rules) for k, rules in FIELD_RULES.get(caller.role, {}).items()},
    )


def change_profile(call: Call[ProfileChange, Nothing]) -> User:
    """The caller's own user with another name, locale or time zone."""
    user = call.expect(own_user(call))
    changes = call.body.differing(user)
    return call.unit.put(user.evolve(call.context, **changes)) if changes else user


def change_password(call: Call[PasswordChange, Nothing]) -> None:
    """Replace the caller's password. Raises SignInFailed when the present one is wrong."""
    user = own_user(call)
    current, new = call.body.current_password, call.body.new_password
    Accounts.of(call.runtime).change_password(
        bearer(call), current.get_secret_value(), new.get_secret_value()
    )
    record(call, "password_change", "ok", user.id, PasswordChanged())


def begin_totp(call: AnyCall) -> TotpSecret:
    """A secret for an authenticator app; in force once a code of it was verified."""
    user = own_user(call)
    secret = Accounts.of(call.runtime).new_totp_secret(bearer(call))
    label = quote(f"{ISSUER}:{user.email}")
    return TotpSecret(secret=secret, uri=f"otpauth://totp/{label}?secret={secret}&issuer={ISSUER}")


def enable_totp(call: Call[TotpCode, Nothing]) -> None:
    """Ask for a code at every sign-in from now on. Raises WrongCode."""
    user = own_user(call)
    accounts = Accounts.of(call.runtime)
    accounts.verify_totp(bearer(call), call.body.code)
    _set_second_factor(call, accounts, user, enabled=True)


def disable_totp(call: AnyCall) -> None:
    """Ask for the password alone again."""
    _set_second_factor(call, Accounts.of(call.runtime), own_user(call), enabled=False)


def bearer(call: AnyCall) -> str:
    """The caller's own access token, which the pool wants to see again for their account."""
    return call.origin.header("authorization").partition(" ")[2].strip()


def _set_second_factor(call: AnyCall, accounts: Accounts, user: User, *, enabled: bool) -> None:
    accounts.second_factor(username(call.context.tenant, user.id), enabled=enabled)
    call.unit.put(user.evolve(call.context, SecondFactorChanged(enabled=enabled), mfa=enabled))
    record(call, "second_factor", "ok", user.id, reason="on" if enabled else "off")
