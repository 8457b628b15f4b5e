"""The duplicates and merges of the estate under attack, and how their routes are asked properly."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.integration.security.estate import Estate

ONE = "/v1/duplicates/{duplicate}"


def _merge(estate: "Estate") -> dict[str, Any]:
    return {"survivor": estate.ids["account"], "loser": estate.other_account}


BODIES: dict[str, Callable[["Estate"], Any]] = {
    "PUT /v1/duplicate-policy": lambda e: {"account": {"mode": "warn"}},
    "POST /v1/duplicates/check": lambda e: {"kind": "account", "name": "N"},
    f"PUT {ONE}/owner": lambda e: {"owner": e.ids["user_id"]},
    f"POST {ONE}/dismissal": lambda e: {"reason": "N"},
    "POST /v1/merges": _merge,
    "POST /v1/merges/preview": _merge,
}


def add_duplicates(estate: "Estate", mark: str) -> None:
    """Two merges, two open pairs, and a scan."""
    passed = {"allow_duplicate": {"reason": mark}}
    owned = {**passed, "owner": estate.owner.id}
    for part in ("e", "f"):
        names = [f"{mark} {part} {n}" for n in range(4)]
        ids = [
            estate.made("/v1/accounts", {"name": name, "industry": mark, **owned})["id"]
            for name in names
        ]
        merge = estate.made("/v1/merges", {"survivor": ids[0], "loser": ids[1]})
        estate.ids["merge"] = merge["id"]
        for one in ids[2:]:
            named = {"name": f"{mark} {part} pair", **passed}
            estate.changed("PATCH", f"/v1/accounts/{one}", named)
    estate.made("/v1/duplicates/scans", None, 202)
    estate.house.world.settle(rounds=200)
    listed = estate.house.world.call("GET", "/v1/duplicates", by=estate.admin).json["items"]
    estate.ids["duplicate"] = next(pair["id"] for pair in listed if pair["status"] == "open")
