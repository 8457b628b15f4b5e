"""The customers of the estate under attack, and how their routes are asked properly."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.integration.security.estate import Estate

TAGGING = {"action": "tag", "add_tags": ["N"]}

BODIES: dict[str, Callable[["Estate"], Any]] = {
    "POST /v1/accounts": lambda e: {"name": "N"},
    "PATCH /v1/accounts/{account}": lambda e: {"industry": "N"},
    "PUT /v1/accounts/{account}/owner": lambda e: {"owner": e.ids["user_id"]},
    "POST /v1/accounts/{account}/notes": lambda e: {"text": "N", "channel": "call"},
    "POST /v1/accounts/bulk": lambda e: {"ids": [e.ids["account"]], **TAGGING},
    "POST /v1/contacts": lambda e: {"name": "N", "account": e.ids["account"]},
    "PATCH /v1/contacts/{contact}": lambda e: {"job_title": "N"},
    "PUT /v1/contacts/{contact}/owner": lambda e: {"owner": e.ids["user_id"]},
    "POST /v1/contacts/{contact}/notes": lambda e: {"text": "N", "channel": "call"},
    "POST /v1/contacts/bulk": lambda e: {"ids": [e.ids["contact"]], **TAGGING},
}


def add_customers(estate: "Estate", mark: str) -> None:
    """Two accounts with a contact each, and what hangs on them; all marked."""
    for part in ("a", "b"):
        account = {"name": f"{mark} {part}", "industry": mark}
        estate.ids["account"] = estate.made("/v1/accounts", account)["id"]
        contact = {"name": f"{mark} {part}", "account": estate.ids["account"]}
        estate.ids["contact"] = estate.made("/v1/contacts", contact)["id"]
        for kind in ("account", "contact"):
            notes = f"/v1/{kind}s/{estate.ids[kind]}/notes"
            for text in ("one", "two"):
                note = estate.made(notes, {"text": f"{mark} {text}"})
                estate.ids[f"{kind}_note"] = note["id"]
