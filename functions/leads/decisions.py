"""Decision records: who could have got a lead and why this one did, kept beside the lead."""

import json
from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from shared.domain.errors import StaleVersion
from shared.domain.leads.model import Lead
from shared.storage import keys
from shared.storage.store import Store
from shared.storage.unit_of_work import UnitOfWork

KEPT = timedelta(days=400)


def record_decision(unit: UnitOfWork, lead: Lead, decision: BaseModel) -> None:
    """Store the decision in the transaction that carries it out."""
    key = keys.note(unit.tenant, _name(lead.id), f"{lead.version + 1:010d}")
    content = {"decision": {"S": decision.model_dump_json()}}
    expires = lead.updated_at + KEPT
    unit.claim(key, content, lambda _: StaleVersion(), expires=expires)


def last_decision(store: Store, lead_id: str) -> dict[str, Any] | None:
    """The latest decision about the lead's owner, None when a person chose it."""
    rows = store.rows(keys.note(store.tenant, _name(lead_id)), limit=1, newest=True)
    return json.loads(rows[0]["decision"]["S"]) if rows else None


def _name(lead_id: str) -> str:
    return f"decision#{lead_id}"
