"""The tables of rights: role x resource x action x scope, and what fields a role does not see.

Data only; `shared.domain.access` decides by it.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal


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
Rights = Mapping[str, Mapping[str, Scope]]


def _every(actions: str, scope: Scope) -> dict[str, Scope]:
    return dict.fromkeys(actions.split(), scope)


EVERYONE: Rights = {
    "me": _every("read update", _O),
    "user": _every("read", _A),
    "team": _every("read", _A),
    "tenant": _every("read", _A),
    "calendar": _every("read", _A),
    "touch_standard": _every("read", _A),
    "event": _every("read", _A),
}
_LEAD_WORK = "create read update delete restore disqualify annotate convert"
_CUSTOMER_WORK = "create read update delete restore annotate share"
_DEAL_WORK = "create read update delete restore annotate"
_SETUP = "create read update delete"

RIGHTS: Mapping[Role, Rights] = {
    Role.ADMIN: {
        "account": _every(f"{_CUSTOMER_WORK} assign bulk review purge reveal", _A),
        "contact": _every(f"{_CUSTOMER_WORK} assign bulk review purge reveal", _A),
        "opportunity": _every(f"{_DEAL_WORK} assign bulk", _A),
        "duplicate": _every("check read update override scan policy", _A),
        "merge": _every("create read undo", _A),
        "approval": _every("read decide update remind", _A),
        "review_policy": _every("read update", _A),
        "tag": _every(f"{_SETUP} merge", _A),
        "segment": _every(_SETUP, _A),
        "privacy": _every("create read update restrict execute", _A),
        "consent": _every("create read", _A),
        "archive": _every("create read delete", _A),
        "lead": _every(f"{_LEAD_WORK} assign bulk", _A),
        "conversion_policy": _every("read update", _A),
        "form": _every(f"{_SETUP} replay", _A),
        "scoring": _every("read update", _A),
        "grading": _every("read update", _A),
        "touch_standard": _every("read update", _A),
        "routing": _every(_SETUP, _A),
        "calendar": _every(_SETUP, _A),
        "import": _every("create read update undo preserve_author", _A),
        "export": _every("create read usage policy", _A),
        "user": _every("create read update deactivate", _A),
        "team": _every(_SETUP, _A),
        "tenant": _every("read update", _A),
        "api_key": _every(_SETUP, _A),
        "audit": _every("read", _A),
    },
    Role.SALES_MANAGER: {
        "account": _every(f"{_CUSTOMER_WORK} assign bulk review reveal", _T),
        "contact": _every(f"{_CUSTOMER_WORK} assign bulk review reveal", _T),
        "opportunity": _every(f"{_DEAL_WORK} assign bulk", _T),
        "duplicate": _every("check read update override", _T),
        "merge": _every("create read undo", _T),
        "approval": {**_every("read remind", _T), **_every("decide update", _O)},
        "review_policy": _every("read", _A),
        "tag": _every(f"{_SETUP} merge", _A),
        "segment": _every(_SETUP, _A),
        "consent": _every("create read", _A),
        "lead": _every(f"{_LEAD_WORK} assign bulk", _T),
        "conversion_policy": _every("read", _A),
        "form": _every("read", _A),
        "scoring": _every("read", _A),
        "grading": _every("read", _A),
        "routing": _every(_SETUP, _A),
        "import": _every("create read update undo", _O),
        "export": _every("create read", _O),
    },
    Role.SALES: {
        "account": _every(f"{_CUSTOMER_WORK} bulk reveal", _O),
        "contact": _every(f"{_CUSTOMER_WORK} bulk reveal", _O),
        "opportunity": _every(f"{_DEAL_WORK} bulk", _O),
        "duplicate": _every("check read update", _O),
        "merge": _every("create read", _O),
        "approval": _every("read decide update remind", _O),
        "tag": _every("read", _A),
        "segment": _every("read", _A),
        "consent": _every("create read", _A),
        "lead": _every(f"{_LEAD_WORK} bulk", _O),
        "scoring": _every("read", _A),
        "grading": _every("read", _A),
    },
    Role.MARKETING: {
        "account": _every("create read update annotate bulk", _A),
        "contact": _every("create read update annotate bulk", _A),
        "duplicate": _every("check", _A),
        "opportunity": _every("read", _A),
        "approval": _every("read decide update remind", _O),
        "tag": _every(f"{_SETUP} merge", _A),
        "segment": _every(_SETUP, _A),
        "consent": _every("create read", _A),
        "lead": _every("create read update annotate bulk", _A),
        "form": _every(f"{_SETUP} replay", _A),
        "scoring": _every("read update", _A),
        "grading": _every("read", _A),
        "routing": _every("read", _A),
        "import": _every("create read update undo", _O),
        "export": _every("create read", _O),
    },
    Role.SUPPORT_LEAD: {
        "account": _every("create read update annotate reveal", _A),
        "contact": _every("create read update annotate reveal", _A),
        "duplicate": _every("check", _A),
        "opportunity": _every("read", _A),
        "approval": _every("read decide update remind", _O),
        "tag": _every("read", _A),
        "consent": _every("create read", _A),
        "lead": _every("create read annotate", _A),
    },
    Role.SUPPORT: {
        "account": _every("create read update annotate reveal", _A),
        "contact": _every("create read update annotate reveal", _A),
        "duplicate": _every("check", _A),
        "approval": _every("read decide update remind", _O),
        "tag": _every("read", _A),
        "consent": _every("create read", _A),
        "lead": _every("create read annotate", _M),
    },
    Role.FINANCE: {
        "account": _every("read annotate", _A),
        "contact": _every("read annotate", _A),
        "opportunity": _every("read", _A),
        "approval": _every("read decide update remind", _O),
        "lead": _every("read", _A),
    },
    Role.LEGAL: {
        "account": _every("read annotate", _A),
        "contact": _every("read annotate", _A),
        "opportunity": _every("read", _A),
        "approval": _every("read decide update remind", _O),
        "privacy": _every("create read restrict execute", _A),
        "consent": _every("read", _A),
        "lead": _every("read", _A),
        "audit": _every("read", _A),
    },
    Role.READ_ONLY: {
        "account": _every("read", _A),
        "contact": _every("read", _A),
        "opportunity": _every("read", _A),
        "tag": _every("read", _A),
        "segment": _every("read", _A),
        "lead": _every("read", _A),
        "form": _every("read", _A),
    },
    Role.INTEGRATION: {
        "account": _every(f"{_CUSTOMER_WORK} assign bulk", _A),
        "contact": _every(f"{_CUSTOMER_WORK} assign bulk", _A),
        "opportunity": _every(f"{_DEAL_WORK} assign bulk", _A),
        "duplicate": _every("check read update", _A),
        "merge": _every("create read", _A),
        "approval": _every("read update remind", _O),
        "tag": _every(_SETUP, _A),
        "segment": _every("read", _A),
        "consent": _every("create read", _A),
        "lead": _every(f"{_LEAD_WORK} assign bulk", _A),
        "form": _every("read", _A),
        "import": _every("create read update undo preserve_author", _A),
        "export": _every("create read", _A),
    },
    Role.SYSTEM: {},
}

FieldRule = Literal["hide", "mask"]
_MASKED_CONTACT: Mapping[str, FieldRule] = {"email": "mask", "phone": "mask"}

_SCORE = ("score", "tier", "scoring")

_MASKED_CUSTOMER: Mapping[str, FieldRule] = dict.fromkeys(
    ("phones", "emails", "identities", "addresses", "birthday", "tax_number"), "mask"
)
_MASKED_CUSTOMERS: Mapping[str, Mapping[str, FieldRule]] = {
    "account": _MASKED_CUSTOMER,
    "contact": _MASKED_CUSTOMER,
}

_MASKED_SEGMENTS: Mapping[str, Mapping[str, FieldRule]] = {
    "segment": {"condition": "mask", "exclude": "mask"},
    "tag": {"rule": "mask"},
}
"""Definitions may name the addresses of people."""

FIELD_RULES: Mapping[Role, Mapping[str, Mapping[str, FieldRule]]] = {
    Role.READ_ONLY: {"lead": _MASKED_CONTACT, **_MASKED_CUSTOMERS, **_MASKED_SEGMENTS},
    Role.SALES: {"segment": {"exclude": "mask"}},
    Role.FINANCE: {
        "lead": {**_MASKED_CONTACT, **dict.fromkeys(_SCORE, "hide")},
        **_MASKED_CUSTOMERS,
    },
    Role.SUPPORT: {
        "lead": {"budget": "hide", "scoring": "hide"},
        **_MASKED_CUSTOMERS,
        "tag": {"rule": "mask"},
    },
    Role.SUPPORT_LEAD: {**_MASKED_CUSTOMERS, "tag": {"rule": "mask"}},
}
