"""Rights as data: role x resource x action x scope, plus field rules. Decided nowhere else.

Scopes widen from `own` (records the caller owns or created) over `team` and `tree` (the caller's
departments and all below) to `all`. API keys carry scopes that narrow their role further.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, Protocol, TypeVar

from shared.domain.errors import Forbidden, NotFound


class Scope(StrEnum):
    """How far a right reaches, narrowest first."""

    OWN = "own"
    TEAM = "team"
    TREE = "tree"
    ALL = "all"


class Role(StrEnum):
    """The roles a user or API key can have. `system` is the product's own background work."""

    ADMIN = "admin"
    SALES_MANAGER = "sales_manager"
    SALES = "sales"
    MARKETING = "marketing"
    SUPPORT_LEAD = "support_lead"
    SUPPORT = "support"
    FINANCE = "finance"
    LEGAL = "legal"
    READ_ONLY = "read_only"
    INTEGRATION = "integration"
    SYSTEM = "system"


ASSIGNABLE_ROLES = tuple(role for role in Role if role is not Role.SYSTEM)

_A, _T, _M, _O = Scope.ALL, Scope.TREE, Scope.TEAM, Scope.OWN
_Rights = Mapping[str, Mapping[str, Scope]]


def _every(actions: str, scope: Scope) -> dict[str, Scope]:
    return dict.fromkeys(actions.split(), scope)


_EVERYONE: _Rights = {
    "me": _every("read update", _O),
    "user": _every("read", _A),
    "team": _every("read", _A),
    "tenant": _every("read", _A),
    "calendar": _every("read", _A),
    "event": _every("read", _A),
}
_LEAD_WORK = "create read update delete restore disqualify annotate"
_SETUP = "create read update delete"

RIGHTS: Mapping[Role, _Rights] = {
    Role.ADMIN: {
        "lead": _every(f"{_LEAD_WORK} assign bulk", _A),
        "form": _every(f"{_SETUP} replay", _A),
        "scoring": _every("read update", _A),
        "routing": _every(_SETUP, _A),
        "calendar": _every(_SETUP, _A),
        "import": _every("create read update undo", _A),
        "export": _every("create read", _A),
        "user": _every("create read update deactivate", _A),
        "team": _every(_SETUP, _A),
        "tenant": _every("read update", _A),
        "api_key": _every(_SETUP, _A),
        "audit": _every("read", _A),
    },
    Role.SALES_MANAGER: {
        "lead": _every(f"{_LEAD_WORK} assign bulk", _T),
        "form": _every("read", _A),
        "scoring": _every("read", _A),
        "routing": _every(_SETUP, _A),
        "import": _every("create read update undo", _O),
        "export": _every("create read", _O),
    },
    Role.SALES: {
        "lead": _every(f"{_LEAD_WORK} bulk", _O),
        "scoring": _every("read", _A),
    },
    Role.MARKETING: {
        "lead": _every("create read update annotate bulk", _A),
        "form": _every(f"{_SETUP} replay", _A),
        "scoring": _every("read update", _A),
        "routing": _every("read", _A),
        "import": _every("create read update undo", _O),
        "export": _every("create read", _O),
    },
    Role.SUPPORT_LEAD: {"lead": _every("create read annotate", _A)},
    Role.SUPPORT: {"lead": _every("create read annotate", _M)},
    Role.FINANCE: {"lead": _every("read", _A)},
    Role.LEGAL: {"lead": _every("read", _A), "audit": _every("read", _A)},
    Role.READ_ONLY: {"lead": _every("read", _A), "form": _every("read", _A)},
    Role.INTEGRATION: {
        "lead": _every(f"{_LEAD_WORK} assign bulk", _A),
        "form": _every("read", _A),
        "import": _every("create read update undo", _A),
        "export": _every("create read", _A),
    },
    Role.SYSTEM: {},
}

FieldRule = Literal["hide", "mask"]
_MASKED_CONTACT: Mapping[str, FieldRule] = {"email": "mask", "phone": "mask"}

_SCORE = ("score", "tier", "scoring")

FIELD_RULES: Mapping[Role, Mapping[str, Mapping[str, FieldRule]]] = {
    Role.READ_ONLY: {"lead": _MASKED_CONTACT},
    Role.FINANCE: {"lead": {**_MASKED_CONTACT, **dict.fromkeys(_SCORE, "hide")}},
    Role.SUPPORT: {"lead": {"budget": "hide", "scoring": "hide"}},
}


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


@dataclass(frozen=True, slots=True)
class Grant:
    """The right of one principal to do one action on one kind of resource, with its reach."""

    principal: Principal
    resource: str
    scope: Scope

    def covers(self, record: Owned) -> bool:
        """Whether the right reaches this record."""
        return self.reaches(record.owner, record.team, record.created_by)

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
    for table in (_EVERYONE, RIGHTS[principal.role]):
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
        return Grant(principal, resource, Scope.ALL)
    scope = RIGHTS[principal.role].get(resource, {}).get(action)
    scope = scope or _EVERYONE.get(resource, {}).get(action)
    if scope is None or not _in_scopes(principal, resource, action):
        raise Forbidden(
            f"Your role may not {action} {resource}.",
            details={"resource": resource, "action": action},
        )
    return Grant(principal, resource, scope)


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
