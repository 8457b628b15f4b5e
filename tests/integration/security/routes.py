"""Every route of every use case, and how each is asked properly.

A new route with a path parameter or a body that is not named here fails test_completeness.py:
whoever adds one says how to ask it, and every attack of this folder is then tried on it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.http.contract import Contract
from tests.integration.security import approvals, conversion, customers, duplicates, privacy
from tests.world import apps

if TYPE_CHECKING:
    from tests.integration.security.estate import Estate

Body = Callable[["Estate"], Any]


@dataclass(frozen=True)
class Route:
    """One method of one path."""

    method: str
    path: str
    contract: Contract

    @property
    def parameters(self) -> list[str]:
        return re.findall(r"\{(\w+)\}", self.path)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def _all() -> list[Route]:
    return [
        Route(method, path, entry.view_function.contract)
        for module in apps().values()
        for path, methods in module.app.routes.items()
        for method, entry in methods.items()
    ]


ALL = _all()
PRIVATE = [route for route in ALL if not route.contract.public]
ADDRESSED = [route for route in PRIVATE if route.parameters]
UNADDRESSED = [route for route in PRIVATE if not route.parameters]

PUBLIC = {
    "POST /v1/sessions",
    "POST /v1/sessions/challenge",
    "POST /v1/sessions/refresh",
    "POST /v1/forms/{form}/submissions",
    "GET /v1/forms/{form}/definition",
    "GET /v1/forms/{form}/page",
    "POST /v1/forms/{form}/page",
    "GET /v1/forms/confirmations/{confirmation}",
    "POST /v1/forms/confirmations/{confirmation}",
    "GET /healthz",
    "GET /openapi.json",
    "GET /docs",
    "GET /docs/start.js",
    "GET /docs/swagger-ui.js",
    "GET /docs/swagger-ui.css",
}
"""What anybody may ask without signing in. Adding to this list is a decision."""

OUTSIDE = {
    "DELETE /v1/sessions",
    "PUT /v1/me/password",
    "POST /v1/me/totp",
    "PUT /v1/me/totp",
    "DELETE /v1/me/totp",
}
"""About the caller's own account in the user pool: no record of anybody can be addressed."""

WEEK = {"1": [{"start": "09:00", "end": "18:00"}]}
WORKING = {"zone": "Asia/Shanghai", "week": WEEK}
MAPPING = {"fields": [{"field": "name", "columns": ["Name"]}]}
FORM = {"name": "F", "fields": [{"name": "name", "label": "Name"}]}
SEGMENT = {"record_kind": "lead", "condition": {"field": "name", "op": "exists"}}
SAID = {"type": "page.visited", "at": "2026-03-01T00:00:00Z"}

BODIES: dict[str, Body] = {
    **customers.BODIES,
    **approvals.BODIES,
    **duplicates.BODIES,
    **conversion.BODIES,
    **privacy.BODIES,
    "PATCH /v1/me": lambda e: {"name": "N"},
    "PUT /v1/me/password": lambda e: {"current": "Old-Secret-1", "new": "New-Secret-1"},
    "PUT /v1/me/totp": lambda e: {"code": "123456"},
    "PATCH /v1/tenant": lambda e: {"name": "N"},
    "POST /v1/users": lambda e: {"email": e.fresh_address(), "name": "N", "role": "sales"},
    "PATCH /v1/users/{user_id}": lambda e: {"name": "N"},
    "POST /v1/teams": lambda e: {"name": e.fresh_name(), "members": [e.ids["user_id"]]},
    "PATCH /v1/teams/{team_id}": lambda e: {"name": e.fresh_name()},
    "PUT /v1/teams/{team_id}/members": lambda e: {"members": []},
    "POST /v1/calendars": lambda e: {"name": e.fresh_name(), "working": WORKING},
    "POST /v1/calendars/preloaded": lambda e: {
        "country": "CN",
        "years": [2026],
        "name": e.fresh_name(),
    },
    "PATCH /v1/calendars/{calendar_id}": lambda e: {"name": e.fresh_name()},
    "POST /v1/api-keys": lambda e: {"name": "K"},
    "PATCH /v1/api-keys/{key_id}": lambda e: {"name": "K"},
    "POST /v1/api-keys/{key_id}/rotation": lambda e: {"overlap_hours": 0},
    "POST /v1/leads": lambda e: {"name": "N"},
    "PATCH /v1/leads/{lead}": lambda e: {"city": "N"},
    "POST /v1/leads/{lead}/disqualification": lambda e: {"reason": "spam"},
    "PUT /v1/leads/{lead}/owner": lambda e: {"owner": e.ids["user_id"]},
    "POST /v1/leads/{lead}/behaviours": lambda e: SAID,
    "POST /v1/leads/{lead}/notes": lambda e: {"text": "N", "channel": "call"},
    "POST /v1/leads/bulk": lambda e: {"ids": [e.ids["lead"]], "action": "tag", "add_tags": ["N"]},
    "POST /v1/segments": lambda e: {"name": e.fresh_name(), **SEGMENT},
    "POST /v1/segments/preview": lambda e: SEGMENT,
    "PATCH /v1/segments/{segment}": lambda e: {"name": e.fresh_name()},
    "POST /v1/segments/{segment}/snapshot": lambda e: {"name": e.fresh_name()},
    "POST /v1/segments/{segment}/members": lambda e: {"add": [e.ids["lead"]]},
    "POST /v1/tags": lambda e: {"name": e.fresh_name()},
    "PATCH /v1/tags/{tag}": lambda e: {"colour": "#336699"},
    "POST /v1/tags/{tag}/merge": lambda e: {"into": e.other_tag},
    "PUT /v1/scoring-model": lambda e: {"base": 1},
    "PUT /v1/lead-routing": lambda e: {
        "rules": [{"id": "r", "label": "R", "team": e.ids["team_id"]}],
        "first_touch": {"calendar": e.ids["calendar_id"]},
    },
    "POST /v1/forms": lambda e: {**FORM, "name": e.fresh_name()},
    "PATCH /v1/forms/{form}": lambda e: {"name": e.fresh_name()},
    "POST /v1/forms/{form}/submissions/{submission}/replay": lambda e: {
        "answers": {"email": "good@example.com"}
    },
    "POST /v1/imports": lambda e: {"file_name": "a.csv"},
    "POST /v1/imports/{import_id}/upload": lambda e: {"size": 10},
    "POST /v1/imports/{import_id}/inspection": lambda e: {},
    "PUT /v1/imports/{import_id}/mapping": lambda e: {"saved": e.ids["mapping"]},
    "POST /v1/imports/{import_id}/runs": lambda e: {},
    "POST /v1/import-mappings": lambda e: {"name": e.fresh_name(), "mapping": MAPPING},
    "PATCH /v1/import-mappings/{mapping}": lambda e: {"name": e.fresh_name()},
    "POST /v1/exports": lambda e: {"format": "ndjson"},
    "PUT /v1/export-policy": lambda e: {"approval_above": None},
}
"""A valid body for each route that takes one; ids are those of the estate under attack."""
