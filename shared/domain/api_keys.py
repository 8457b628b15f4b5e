"""API keys: how programs sign in. `rpk.<tenant>.<key>.<secret>`, of which only a hash is kept.

The secret has 256 random bits, so a plain SHA-256 cannot be searched; comparing takes the same
time whatever is wrong.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field

from shared.domain.access import Principal, Role, Scope, rights_of
from shared.domain.context import Context
from shared.domain.entity import Moment
from shared.domain.errors import Forbidden, InvalidInput
from shared.domain.events.access import ApiKeyRotated
from shared.domain.ids import is_id
from shared.domain.tenancy import PersonName, Setup, Tenant

MARK = "rpk"
"""How every key begins, so that scanners of source code can find leaked ones."""

KeyScope = Annotated[str, Field(pattern=r"^[a-z_]{1,40}:(\*|[a-z_]{1,40})$", examples=["lead:*"])]
_BREADTH = {scope: width for width, scope in enumerate(Scope)}


class ApiKey(Setup):
    """A program's access: a role, narrowed by `scopes` (None: all the role may do).

    After a rotation the former secret is accepted until `previous_until`.
    """

    kind = "api_key"
    prefix = "key"
    state_field = "status"
    promoted = ("status", "source")

    name: PersonName
    role: Role
    scopes: Annotated[tuple[KeyScope, ...] | None, Field(max_length=100)] = None
    secret_hash: str
    previous_hash: str | None = None
    previous_until: Moment | None = None
    expires_at: Moment | None = None
    revoked_at: Moment | None = None

    @property
    def status(self) -> Literal["active", "revoked"]:
        """Revoked for good or not; expiry is judged when the key is used."""
        return "revoked" if self.revoked_at else "active"

    @property
    def source(self) -> str:
        """The role, under a name that list indexes carry."""
        return self.role

    def usable(self, now: datetime) -> bool:
        """Whether the key gives access at all: neither revoked, deleted nor expired."""
        expired = self.expires_at is not None and self.expires_at <= now
        return not (self.revoked_at or self.deleted_at or expired)

    def accepts(self, secret: str, now: datetime) -> bool:
        """Whether `secret` opens this key now."""
        digest = hash_secret(secret)
        present = hmac.compare_digest(digest, self.secret_hash)
        former = hmac.compare_digest(digest, self.previous_hash or "")
        overlap = self.previous_until is not None and now < self.previous_until
        return self.usable(now) and (present or (former and overlap))

    def rotated(self, context: Context, secret: str, overlap: timedelta) -> "ApiKey":
        """The key with a new secret; the former one works on for `overlap`."""
        return self.evolve(
            context,
            ApiKeyRotated(),
            secret_hash=hash_secret(secret),
            previous_hash=self.secret_hash if overlap else None,
            previous_until=context.now + overlap if overlap else None,
        )


@dataclass(frozen=True, slots=True)
class ApiToken:
    """The parts of what a program sends."""

    tenant: str
    key: str
    secret: str = field(repr=False)

    def __str__(self) -> str:
        return ".".join((MARK, self.tenant, self.key, self.secret))


def read_token(text: str) -> ApiToken | None:
    """The parts of a token, or None when it has not the form of one."""
    parts = text.split(".")
    if len(parts) != 4 or parts[0] != MARK or not parts[3]:
        return None
    _, tenant, key, secret = parts
    if not is_id(tenant, Tenant.prefix) or not is_id(key, ApiKey.prefix):
        return None
    return ApiToken(tenant, key, secret)


def hash_secret(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def refuse_excess(maker: Principal, role: Role, scopes: tuple[str, ...] | None) -> None:
    """A key gives nothing that its maker may not do.

    Raises InvalidInput for scopes the role does not have, Forbidden when the maker has less.
    """
    wanted = None if scopes is None else frozenset(scopes)
    key = Principal(maker.tenant, maker.actor, role, kind="api_key", scopes=wanted)
    given = rights_of(key)
    unknown = [scope for scope in scopes or () if not _covered(scope, given)]
    if unknown:
        message = f"The role {role} has no right {', '.join(unknown)}."
        raise InvalidInput.of("scopes", "scope_unknown", message)
    held = rights_of(maker)
    for resource, actions in given.items():
        for action, reach in actions.items():
            own = held.get(resource, {}).get(action)
            if own is None or _BREADTH[own] < _BREADTH[reach]:
                raise Forbidden(
                    "A key cannot do more than you may.",
                    details={"resource": resource, "action": action},
                )


def _covered(scope: str, rights: dict[str, dict[str, Scope]]) -> bool:
    resource, _, action = scope.partition(":")
    return resource in rights if action == "*" else action in rights.get(resource, {})
