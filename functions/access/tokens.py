"""Access tokens of the user pool: signature, issuer, purpose and age, checked with its public keys.

The keys are fetched once and kept for the life of the process; a token signed with one that is not
known makes them be fetched again, at most once a minute.
"""

import json
import threading
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from shared.domain.errors import Unavailable
from shared.domain.ids import is_id
from shared.domain.tenancy import Tenant, User
from shared.runtime.settings import Settings

REFETCH_AFTER = timedelta(minutes=1)
FETCH_SECONDS = 3


class BadToken(Exception):
    """The text is no access token of this pool that holds now. Never says more to the caller."""


@dataclass(frozen=True, slots=True)
class Claims:
    """Whom a token names, and when they signed in (whole seconds)."""

    tenant: str
    user: str
    signed_in: datetime


def username(tenant: str, user: str) -> str:
    """The name of a user's account in the pool."""
    return f"{tenant}.{user}"


def parties(name: str) -> tuple[str, str] | None:
    """Tenant and user of an account name; pools may give it back in lower case."""
    tenant, _, user = (_cased(part) for part in name.partition("."))
    return (tenant, user) if is_id(tenant, Tenant.prefix) and is_id(user, User.prefix) else None


def unverified(access_token: str) -> dict[str, Any]:
    """The claims of a token that came from the pool itself just now."""
    return jwt.decode(access_token, options={"verify_signature": False})


def signed_in_at(claims: Mapping[str, Any]) -> datetime:
    """When the session of a token began, in whole seconds.

    Raises KeyError, ValueError or TypeError for claims that do not tell it.
    """
    return datetime.fromtimestamp(int(claims.get("auth_time", claims["iat"])), UTC)


def fetch_keys(address: str) -> Mapping[str, Any]:
    """The pool's public keys by id. Raises Unavailable."""
    try:
        with urllib.request.urlopen(address, timeout=FETCH_SECONDS) as answer:
            keys: list[dict[str, Any]] = json.load(answer)["keys"]
    except OSError as error:
        raise Unavailable("The user pool's keys cannot be read.") from error
    return {str(key["kid"]): jwt.PyJWK.from_dict(key).key for key in keys}


class TokenReader:
    """Checks the access tokens of one pool. Thread-safe; one per process."""

    def __init__(
        self, settings: Settings, fetch: Callable[[str], Mapping[str, Any]] = fetch_keys
    ) -> None:
        pool, region = settings.user_pool_id, settings.region
        suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
        public = f"https://cognito-idp.{region}.{suffix}"
        self._issuer = f"{public}/{pool}"
        self._address = f"{settings.endpoint_url or public}/{pool}/.well-known/jwks.json"
        self._application = settings.user_pool_client_id
        self._fetch = fetch
        self._keys: Mapping[str, Any] = {}
        self._fetched: datetime | None = None
        self._lock = threading.Lock()

    def read(self, token: str, now: datetime) -> Claims:
        """Whom the token names. Raises BadToken, Unavailable."""
        try:
            key = self._key(str(jwt.get_unverified_header(token).get("kid")), now)
            claims = self._verified(token, key)
            expires, signed_in = float(claims["exp"]), signed_in_at(claims)
        except (jwt.PyJWTError, KeyError, ValueError, TypeError) as error:
            raise BadToken from error
        named = parties(str(claims.get("username", "")))
        mine = claims.get("token_use") == "access" and claims.get("client_id") == self._application
        if named is None or not mine or now.timestamp() >= expires:
            raise BadToken
        return Claims(*named, signed_in)

    def _verified(self, token: str, key: Any) -> dict[str, Any]:
        # Times are judged by the clock of the command, not by the library's.
        options: Any = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
        options |= {"verify_aud": False, "require": ["exp", "iat", "iss"]}
        return jwt.decode(token, key, algorithms=["RS256"], issuer=self._issuer, options=options)

    def _key(self, kid: str, now: datetime) -> Any:
        with self._lock:
            known = kid in self._keys
            recent = self._fetched is not None and now - self._fetched < REFETCH_AFTER
            if not known and not recent:
                self._keys, self._fetched = self._fetch(self._address), now
        if kid not in self._keys:
            raise BadToken
        return self._keys[kid]


def _cased(part: str) -> str:
    prefix, mark, rest = part.partition("_")
    return f"{prefix}{mark}{rest.upper()}"
