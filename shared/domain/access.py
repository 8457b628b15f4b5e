"""Who may do what to which record, by the tables of `shared.domain.rights`. Decided nowhere else.

Scopes widen from `own` (records the caller owns or created) over `team` and `tree` (the caller's
departments and all below) to `all`. API keys carry scopes that narrow their role further.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, Protocol, TypeVar

from shared.domain.errors import Forbidden, NotFound
from shared.domain.rights import (
    ASSIGNABLE_ROLES,
    EVERYONE,
    FIELD_RULES,
    RIGHTS,
    FieldRule,
    Role,
    Scope,
)

__all__ = [
    "ASSIGNABLE_ROLES",
    "FIELD_RULES",
    "RIGHTS",
    "FieldRule",
    "Grant",
    "Principal",
    "Role",
    "Scope",
    "apply_field_rules",
    "apply_to_changes",
    "field_rules",
    "grant",
    "mask",
    "may",
    "refuse_ruled_fields",
    "rights_of",
]


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller as the authorizer established it.

    `teams` are the caller's own teams, `tree` those and every department below them; `scopes`
    (API keys only) are `resource:action` or `resource:*` patterns, None meaning unrestricted;
    `region` is the tenant's default for telephone numbers (ISO 3166).
    """

    tenant: str
    actor: str
    role: Role
    teams: tuple[str, ...] = ()
    tree: tuple[str, ...] = ()
    kind: Literal["user", "api_key", "system", "public"] = "user"
    scopes: frozenset[str] | None = field(default=None)
    region: str | None = None


class Owned(Protocol):
    """What a record shows to the rights: who owns it, which team, who made it."""

    @property
    def owner(self) -> str | None: ...
    @property
    def team(self) -> str | None: ...
    @property
    def created_by(self) -> str: ...


_R = TypeVar("_R", bound=Owned)


class Helper(Protocol):
    """Somebody who was let into a record until a certain time."""

    @property
    def user(self) -> str: ...
    @property
    def level(self) -> Literal["read", "write"]: ...
    @property
    def until(self) -> datetime: ...


HELPERS_MAY: Mapping[str, frozenset[str]] = {
    "read": frozenset({"read"}),
    "write": frozenset({"read", "update", "annotate"}),
}
"""What a helper on a record may do with it, by level."""


@dataclass(frozen=True, slots=True)
class Grant:
    """The right of one principal to do one action on one kind of resource, with its reach.

    `at` is the time by which helpers are let in (None: not at all).
    """

    principal: Principal
    resource: str
    scope: Scope
    action: str = ""
    at: datetime | None = None

    def covers(self, record: Owned) -> bool:
        """Whether the right reaches this record: by its owner, as its helper, or its reviewer."""
        if getattr(record, "hidden", False):
            return self._reviews(record)
        own = self.reaches(record.owner, record.team, record.created_by)
        return own or self._helps(getattr(record, "helpers", ()))

    def _reviews(self, record: Owned) -> bool:
        caller = self.principal
        if caller.role is Role.SYSTEM or record.created_by == caller.actor:
            return True
        scope = rights_of(caller).get(self.resource, {}).get("review")
        return scope is not None and replace(self, scope=scope).reaches(record.owner, record.team)

    def _helps(self, helpers: Iterable[Helper]) -> bool:
        return self.at is not None and any(
            helper.user == self.principal.actor
            and helper.until > self.at
            and self.action in HELPERS_MAY[helper.level]
            for helper in helpers
        )

    def reaches(self, owner: str | None, team: str | None, created_by: str = "") -> bool:
        """The rule behind `covers`. Records nobody owns belong to the managers' queue (tree)."""
        caller = self.principal
        if self.scope is Scope.ALL or owner == caller.actor:
            return True
        if owner is None and team is None:
            return self.scope is Scope.TREE or created_by == caller.actor
        if self.scope is Scope.TEAM:
            return team in caller.teams
        return self.scope is Scope.TREE and team in caller.tree

    def require(self, record: _R) -> _R:
        """The record when the right reaches it, else NotFound: its existence stays hidden."""
        if not self.covers(record):
            raise NotFound(f"There is no such {self.resource}.")
        return record


def rights_of(principal: Principal) -> dict[str, dict[str, Scope]]:
    """Every right the principal effectively has: resource -> action -> scope."""
    rights: dict[str, dict[str, Scope]] = {}
    for table in (EVERYONE, RIGHTS[principal.role]):
        for resource, actions in table.items():
            allowed = {a: s for a, s in actions.items() if _in_scopes(principal, resource, a)}
            if allowed:
                rights.setdefault(resource, {}).update(allowed)
    return rights


def grant(principal: Principal, resource: str, action: str) -> Grant:
    """The caller's right to do `action` on `resource`.

    Raises:
        Forbidden: the role or the API key's scopes do not include it.
    """
    if principal.role is Role.SYSTEM:
        return Grant(principal, resource, Scope.ALL, action)
    scope = RIGHTS[principal.role].get(resource, {}).get(action)
    scope = scope or EVERYONE.get(resource, {}).get(action)
    if scope is None or not _in_scopes(principal, resource, action):
        raise Forbidden(
            f"Your role may not {action} {resource}.",
            details={"resource": resource, "action": action},
        )
    return Grant(principal, resource, scope, action)


def may(principal: Principal, resource: str, action: str) -> bool:
    """Whether the caller has the right at all, whatever its reach."""
    try:
        grant(principal, resource, action)
    except Forbidden:
        return False
    return True


def _in_scopes(principal: Principal, resource: str, action: str) -> bool:
    scopes = principal.scopes
    return scopes is None or f"{resource}:{action}" in scopes or f"{resource}:*" in scopes


def field_rules(principal: Principal, kind: str) -> Mapping[str, FieldRule]:
    """Fields of `kind` that this caller does not see in full."""
    return FIELD_RULES.get(principal.role, {}).get(kind, {})


def apply_field_rules(rules: Mapping[str, FieldRule], document: dict[str, Any]) -> dict[str, Any]:
    """The document without hidden fields and with masked ones unreadable (`138****0101`)."""
    shown = {name: value for name, value in document.items() if rules.get(name) != "hide"}
    for name, rule in rules.items():
        if rule == "mask" and shown.get(name) is not None:
            shown[name] = _mask_value(shown[name])
    return shown


def apply_to_changes(
    rules: Mapping[str, FieldRule], changes: Iterable[dict[str, Any]]
) -> list[dict[str, Any]]:
    """History entries ({field, before, after}) as the caller may see them."""
    shown: list[dict[str, Any]] = []
    for change in changes:
        rule = rules.get(change["field"])
        if rule == "mask":
            values = {name: _mask_value(change[name]) for name in ("before", "after")}
            shown.append({**change, **values})
        elif rule is None:
            shown.append(change)
    return shown


def refuse_ruled_fields(
    rules: Mapping[str, FieldRule], named: Iterable[str], action: str = "change"
) -> None:
    """Forbidden when a caller writes, or filters by, a field hidden from or masked for them."""
    if ruled := sorted(set(named) & set(rules)):
        raise Forbidden(f"Your role may not {action} these fields.", details={"fields": ruled})


_REACHES = re.compile(r"[0-9@]")
"""What a text needs to reach somebody by: a kind of number or a country has none of it."""


def _mask_value(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _mask_value(part) for name, part in value.items()}  # pyright: ignore
    if isinstance(value, list):
        return [_mask_value(part) for part in value]  # pyright: ignore[reportUnknownVariableType]
    return mask(value) if isinstance(value, str) and _REACHES.search(value) else value


def mask(text: str) -> str:
    """A text that can be recognised but not used: `138****0101`, `a****@example.com`."""
    local, at, domain = text.partition("@")
    if at:
        return f"{local[:1]}****@{domain}"
    return f"{text[:3]}****{text[-4:]}" if len(text) > 7 else "****"
