"""The customers of the estate under attack, and how their routes are asked properly."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.integration.security.estate import Estate

TAGGING = {"action": "tag", "add_tags": ["N"]}
TILL = {"until": "2026-06-01T00:00:00Z"}
KNOWN = {"name": "seen", "source": "shop", "at": "2026-03-01T00:00:00Z", "value": "N"}
TRAITS = {"traits": [KNOWN]}

BODIES: dict[str, Callable[["Estate"], Any]] = {
    "POST /v1/accounts": lambda e: {"name": "N"},
    "PATCH /v1/accounts/{account}": lambda e: {"industry": "N"},
    "PUT /v1/accounts/{account}/owner": lambda e: {"owner": e.ids["user_id"]},
    "POST /v1/accounts/{account}/notes": lambda e: {"text": "N", "channel": "call"},
    "PUT /v1/accounts/{account}/traits": lambda e: TRAITS,
    "PUT /v1/contacts/{contact}/traits": lambda e: TRAITS,
    "POST /v1/accounts/{account}/helpers": lambda e: {"user": e.ids["helper"], **TILL},
    "POST /v1/contacts/{contact}/helpers": lambda e: {"user": e.ids["helper"], **TILL},
    "PUT /v1/accounts/{account}/lifecycle": lambda e: {"lifecycle": "key", "reason": "N"},
    "PUT /v1/accounts/{account}/grade": lambda e: {"grade": "A", "reason": "N"},
    "POST /v1/accounts/{account}/enrichment": lambda e: {
        "source": "N",
        "fields": {"website": "n.cn"},
    },
    "PUT /v1/touch-standard": lambda e: {"visit": ["outcome"]},
    "PUT /v1/grading-rules": lambda e: {"otherwise": "C"},
    "PUT /v1/accounts/{account}/contacts/{contact}": lambda e: {"roles": ["user"]},
    "POST /v1/accounts/{account}/relations": lambda e: {
        "other": e.other_account,
        "type": "investor",
    },
    "PATCH /v1/accounts/{account}/relations/{relation}": lambda e: {"note": "N"},
    "POST /v1/accounts/bulk": lambda e: {"ids": [e.ids["account"]], **TAGGING},
    "POST /v1/contacts": lambda e: {"name": "N", "account": e.ids["account"]},
    "PATCH /v1/contacts/{contact}": lambda e: {"job_title": "N"},
    "PUT /v1/contacts/{contact}/owner": lambda e: {"owner": e.ids["user_id"]},
    "POST /v1/contacts/{contact}/notes": lambda e: {"text": "N", "channel": "call"},
    "POST /v1/contacts/bulk": lambda e: {"ids": [e.ids["contact"]], **TAGGING},
}


QUERIES: dict[str, dict[str, str]] = {
    "DELETE /v1/accounts/{account}/traits": {"name": "marked_trait"},
    "DELETE /v1/contacts/{contact}/traits": {"name": "marked_trait"},
    "GET /v1/customers/resolve": {"channel": "shop", "system": "s", "value": "id of the account"},
}
"""What routes need in their query."""


def add_customers(estate: "Estate", mark: str) -> None:
    """Two accounts with two contacts, and what hangs on them; all marked."""
    estate.ids["helper"] = estate.house.user(f"{mark} helper").id
    for part in ("a", "b"):
        account = {"name": f"{mark} {part}", "industry": mark, "owner": estate.owner.id}
        estate.other_account = estate.ids.get("account", "")
        estate.ids["account"] = estate.made("/v1/accounts", account)["id"]
    known = {"channel": "shop", "system": "s", "value": "id of the account"}
    estate.changed("PATCH", f"/v1/accounts/{estate.ids['account']}", {"identities": [known]})
    relations = f"/v1/accounts/{estate.ids['account']}/relations"
    relation = {"other": estate.other_account, "type": "partner", "note": mark}
    estate.ids["relation"] = estate.made(relations, relation)["id"]
    for part in ("a", "b"):
        owned = {"account": estate.ids["account"], "owner": estate.owner.id}
        contact = {"name": f"{mark} {part}", **owned}
        estate.ids["contact"] = estate.made("/v1/contacts", contact)["id"]
    for kind in ("account", "contact"):
        _hang_on(estate, mark, kind)


def _hang_on(estate: "Estate", mark: str, kind: str) -> None:
    one = f"/v1/{kind}s/{estate.ids[kind]}"
    for text in ("one", "two"):
        note = estate.made(f"{one}/notes", {"text": f"{mark} {text}"})
        estate.ids[f"{kind}_note"] = note["id"]
    estate.made(f"{one}/helpers", {"user": estate.ids["helper"], **TILL}, 200)
    estate.changed(
        "PUT", f"{one}/traits", {"traits": [{**KNOWN, "name": "marked_trait", "value": mark}]}
    )
