"""All records of one person: what was merged into it, and the leads that became it."""

import json
from collections.abc import Iterator
from typing import Any

from functions.privacy.subjects import kind_of_id
from shared.domain.conversion.model import Conversion
from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.errors import InvalidInput, InvalidState
from shared.domain.leads.model import Lead
from shared.storage import keys
from shared.storage.partitions import every
from shared.storage.record import from_item
from shared.storage.store import Store

Record = Account | Contact | Lead
_MERGED = frozenset({"account.merged", "contact.merged"})
_CONVERTED_BY = {"account": keys.RELATION, "contact": keys.OWNER}


def require_person(record: Record) -> None:
    """Raises InvalidInput for a company; InvalidState for a lead that a customer stands for."""
    if isinstance(record, Account) and record.type != "individual":
        message = "A company is no person: ask about its contacts."
        raise InvalidInput.of("subject", "not_a_person", message)
    if isinstance(record, Lead) and record.conversion is not None:
        raise InvalidState(
            "The lead was converted; ask about the customer that it became.",
            code="lead_converted",
            details={"links": record.conversion.links},
        )


def records_of(store: Store, subject: str) -> list[Record]:
    """The record and everything else that is the same person, in the archive too."""
    found: dict[str, Record] = {}
    waiting = [subject]
    while waiting:
        record_id = waiting.pop()
        if record_id in found:
            continue
        record = store.find(kind_of_id(record_id), record_id, deleted=True)
        if record is not None:
            found[record_id] = record
            waiting += _same_person(store, record)
    return [found[record_id] for record_id in sorted(found)]


def _same_person(store: Store, record: Record) -> Iterator[str]:
    if isinstance(record, Lead):
        return
    for entry in timeline_of(store, record.id):
        if entry["name"] in _MERGED and entry["subject"]["id"] == record.id:
            yield entry["data"]["loser"]
    for conversion in conversions_of(store, record):
        if conversion.reversal is None:
            yield conversion.lead


def conversions_of(store: Store, record: Record) -> Iterator[Conversion]:
    """The conversions by which leads became this customer."""
    index = _CONVERTED_BY.get(record.kind)
    if index is None:
        return
    partition = keys.related_to(store.tenant, Conversion.kind, record.id)
    for item in every(store.table, partition, index=index):
        yield from_item(Conversion, item)


def timeline_of(store: Store, record: str) -> Iterator[dict[str, Any]]:
    """Every entry of a record's timeline, oldest first."""
    partition, _ = keys.entity(store.tenant, record)
    for item in every(store.table, partition, prefix=keys.TIMELINE):
        yield json.loads(item["entry"]["S"])
