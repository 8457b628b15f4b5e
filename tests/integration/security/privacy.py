"""People's data in the estate under attack: consents, an erasure with its proof, an archive."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from functions.offboarding.model import TenantArchive

if TYPE_CHECKING:
    from tests.integration.security.estate import Estate

CONSENT = {"purpose": "service", "channel": "email", "state": "granted", "evidence": "signed"}
REASON = {"reason": "asked for it"}
REVEAL = {"fields": ["phones"], **REASON}
ONE = "/v1/privacy-requests/{privacy_request}"

BODIES: dict[str, Callable[["Estate"], Any]] = {
    "POST /v1/accounts/{account}/consents": lambda e: CONSENT,
    "POST /v1/contacts/{contact}/consents": lambda e: CONSENT,
    "POST /v1/leads/{lead}/consents": lambda e: CONSENT,
    "POST /v1/accounts/{account}/reveal": lambda e: REVEAL,
    "POST /v1/contacts/{contact}/reveal": lambda e: REVEAL,
    "PUT /v1/accounts/{account}/restriction": lambda e: REASON,
    "PUT /v1/contacts/{contact}/restriction": lambda e: REASON,
    "PUT /v1/privacy-policy": lambda e: {"reveals_per_day": 50},
    "POST /v1/privacy-requests": lambda e: {"type": "export", "subject": e.ids["contact"]},
    f"POST {ONE}/execution": lambda e: {},
    f"POST {ONE}/refusal": lambda e: REASON,
    "POST /v1/privacy-certificates/verification": lambda e: e.certificate,
    "POST /v1/tenant/deletion": lambda e: {"confirmation": "House"},
}


def add_privacy(estate: "Estate", mark: str) -> None:
    """Two consents of each kind of record, two requests of which one is carried out."""
    for kind in ("account", "contact", "lead"):
        for channel in ("email", "phone"):
            said = {**CONSENT, "channel": channel, "evidence": mark}
            estate.made(f"/v1/{kind}s/{estate.ids[kind]}/consents", said)
    person = estate.made("/v1/contacts", {"name": f"Gone {mark}", "job_title": mark})["id"]
    for kind in ("export", "erasure"):
        body = {"type": kind, "subject": person, "note": mark}
        estate.ids["privacy_request"] = estate.made("/v1/privacy-requests", body)["id"]
    path = f"/v1/privacy-requests/{estate.ids['privacy_request']}"
    estate.made(f"{path}/execution", {}, 202)
    estate.house.world.settle(rounds=200)
    estate.certificate = estate.changed("GET", f"{path}/certificate", None)


def add_departure(estate: "Estate", mark: str) -> None:
    """Two archives, and a deletion that waits for its time."""
    for _ in range(2):
        made = estate.house.make(TenantArchive, status="completed", counts={mark: 1})
        estate.ids["archive"] = made.id
    estate.made("/v1/tenant/deletion", {"confirmation": "House"}, 202)
