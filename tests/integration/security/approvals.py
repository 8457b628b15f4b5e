"""The approvals of the estate under attack, and how their routes are asked properly."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from shared.domain.approval.kinds import REVIEWABLE

if TYPE_CHECKING:
    from tests.integration.security.estate import Estate

ONE = "/v1/approvals/{approval}"


def _delegation(estate: "Estate") -> dict[str, Any]:
    now = estate.house.world.now
    dates = {"start": now.isoformat(), "end": (now + timedelta(days=1)).isoformat()}
    return {"to": estate.ids["user_id"], **dates}


BODIES: dict[str, Callable[["Estate"], Any]] = {
    f"POST {ONE}/decision": lambda e: {"action": "approve", "subject_version": 1},
    f"POST {ONE}/resubmission": lambda e: {"comment": "N"},
    f"POST {ONE}/withdrawal": lambda e: {"comment": "N"},
    f"POST {ONE}/delegation": lambda e: {"to": e.ids["user_id"]},
    f"POST {ONE}/reminder": lambda e: {"comment": "N"},
    "POST /v1/approvals/bulk": lambda e: {
        "action": "approve",
        "approvals": [{"id": e.ids["approval"], "subject_version": 1}],
    },
    "POST /v1/me/delegations": _delegation,
    **{f"PUT /v1/review-policies/{kind}": lambda e: {"enabled": False} for kind in REVIEWABLE},
}


def add_approvals(estate: "Estate", mark: str) -> None:
    """Two accounts in review, which the admin entered and may approve, and a delegation."""
    estate.ids["delegation"] = estate.made("/v1/me/delegations", _delegation(estate))["id"]
    asked = [{"by": "user", "value": estate.admin.actor}]
    rules = {"steps": [{"name": mark, "approvers": asked}], "self_approval": True}
    _policy(estate, {"enabled": True, "rules": rules})
    for part in ("c", "d"):
        account = {"name": f"{part} {mark} in review", "industry": mark}
        made = estate.made("/v1/accounts", account)
        estate.ids["approval"] = made["review"]["approval"]
    _policy(estate, {"enabled": False})


def _policy(estate: "Estate", body: dict[str, Any]) -> None:
    path = "/v1/review-policies/account"
    answer = estate.house.world.call("PUT", path, body, by=estate.admin)
    assert answer.status == 200, answer.text
