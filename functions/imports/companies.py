"""The names of the accounts that exported contacts stand for, as far as the exporter may read."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from shared.domain.access import field_rules, grant, may
from shared.domain.customers.account import Account
from shared.domain.exports import ExportJob
from shared.storage.store import Store

_AT_ONCE = 100


def with_companies(
    store: Store, job: ExportJob, rows: Iterator[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """The same rows with `account_name`; one request for a hundred rows."""
    while batch := list(islice(rows, _AT_ONCE)):
        names = _names(store, job, {row["account"] for row in batch if row.get("account")})
        for row in batch:
            yield {**row, "account_name": names.get(row.get("account") or "")}


def _names(store: Store, job: ExportJob, ids: set[str]) -> dict[str, str]:
    principal = job.runner.principal(store.tenant)
    if not may(principal, Account.kind, "read") or "name" in field_rules(principal, Account.kind):
        return {}
    right = grant(principal, Account.kind, "read")
    found = store.load_many(Account, ids)
    return {key: account.name for key, account in found.items() if right.covers(account)}
