"""Whether people worked on a record since the import made it; what nobody did is taken away."""

import json

from functions.imports.adapters import RecordKind, record_kind
from functions.imports.entering import Door
from functions.imports.made_accounts import MadeAccounts
from shared.domain.context import Context
from shared.domain.customers.account import Account
from shared.domain.entity import Entity
from shared.domain.errors import ConcurrentChange, StaleVersion
from shared.domain.imports import ImportJob, UndoCounts
from shared.storage.store import Store

MOST_VERSIONS = 200
"""A record with more versions was certainly worked on."""


def touched(store: Store, kind: RecordKind, record: Entity, own: set[int]) -> bool:
    """Whether a person wrote a version that is not the import's own, or something beside it."""
    if kind.worked_on(store, record):
        return True
    if record.version == 1:
        return False
    if _by_person(record.updated_by) and record.version not in own:
        return True  # history may not have caught up yet
    entries, more = store.history(record.id, limit=MOST_VERSIONS)
    found = [_version_by(text) for text in entries]
    return more is not None or any(version not in own and _by_person(by) for version, by in found)


def take_accounts_away(context: Context, store: Store, job: ImportJob) -> UndoCounts:
    """The accounts that the import made on the way, into the archive; those in use stay."""
    counts = UndoCounts()
    kind, door = record_kind(Account.kind), Door(store, context)
    for account_id in MadeAccounts(store, job).all():
        account = store.find(Account, account_id, deleted=True)
        gone = account is None or account.deleted_at is not None
        free = account is not None and not account.restricted
        if account is not None and free and not gone and not touched(store, kind, account, {1}):
            unit = store.begin(context)
            door.change(unit, account, kind.gone(context, account))
            try:
                unit.commit()
                gone = True
            except (StaleVersion, ConcurrentChange):
                gone = False
        counts += UndoCounts(accounts_deleted=int(gone), accounts_kept=int(not gone))
    return counts


def _version_by(entry: str) -> tuple[int, str]:
    told = json.loads(entry)
    return int(told["version"]), str(told["by"])


def _by_person(actor: str) -> bool:
    return not actor.startswith("system:")
