"""Opportunities and a converted lead of the estate, and how their routes are asked properly."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.integration.security.estate import Estate

ALLOWED = {"allow_duplicate": {"reason": "N"}}
ONE = "/v1/leads/{lead}/conversion"

BODIES: dict[str, Callable[["Estate"], Any]] = {
    "POST /v1/opportunities": lambda e: {"name": "N", "account": e.ids["account"]},
    "PATCH /v1/opportunities/{opportunity}": lambda e: {"description": "N"},
    "PUT /v1/opportunities/{opportunity}/closing": lambda e: {"outcome": "lost"},
    f"POST {ONE}/preview": lambda e: {"account": {"id": e.ids["account"]}},
    f"POST {ONE}": lambda e: {
        "account": {"name": e.fresh_name()},
        "allow_duplicate": {"reason": "N"},
    },
    f"POST {ONE}/opportunities": lambda e: {"name": "N"},
    "POST /v1/leads/bulk-conversion": lambda e: {"ids": [e.ids["lead"]]},
    "PUT /v1/conversion-policy": lambda e: {"revert_days": 30},
}

OF_A_CONVERTED_LEAD = (f"GET {ONE}", f"DELETE {ONE}", f"POST {ONE}/opportunities")


def add_conversions(estate: "Estate", mark: str) -> None:
    """Two opportunities of the account, and two leads that became it."""
    account, contact = estate.ids["account"], estate.ids["contact"]
    for part in ("a", "b"):
        deal = {"name": f"{mark} {part}", "account": account, "description": mark}
        estate.ids["opportunity"] = estate.made("/v1/opportunities", deal)["id"]
        lead = estate.made("/v1/leads", {"name": f"{mark} deal {part}", "assign": False})["id"]
        estate.changed("PUT", f"/v1/leads/{lead}/owner", {"owner": estate.owner.id})
        order = {"account": {"id": account, "mode": "link"}, "contact": {"id": contact}}
        estate.made(f"/v1/leads/{lead}/conversion", order)
        for route in OF_A_CONVERTED_LEAD:
            estate.instead[route] = {"lead": lead}
