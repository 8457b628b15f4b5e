"""The consent ledger in the table: entries and head written in the caller's own unit of work."""

from collections.abc import Iterable

from shared.domain.consents.model import (
    ConsentEntry,
    ConsentLedger,
    GivenConsent,
    entry_of,
    ledger_id,
)
from shared.domain.context import Context
from shared.domain.errors import ConcurrentChange, RapportError
from shared.storage import keys
from shared.storage.driver import Item
from shared.storage.partitions import every
from shared.storage.record import from_item
from shared.storage.store import Store
from shared.storage.unit_of_work import UnitOfWork


def ledger_of(store: Store, subject: str) -> ConsentLedger | None:
    """Where a subject's consents stand. One request."""
    return store.find(ConsentLedger, ledger_id(subject))


def enter(
    store: Store,
    unit: UnitOfWork,
    context: Context,
    subject: str,
    given: Iterable[GivenConsent],
    *,
    restricted: bool = False,
) -> ConsentLedger:
    """Enter what was said about a subject; what stands there already is left out.

    `restricted`: nobody may contact the subject from now on (nothing here lifts it).

    Two requests: the head, and the entries that may be there. Two that enter at the same time meet
    at the head: the later one gets ConcurrentChange and repeats.
    """
    ledger = ledger_of(store, subject) or ConsentLedger.opened(context, subject)
    entries = {entry.id: entry for entry in (entry_of(context, subject, g) for g in given)}
    known = store.load_many(ConsentEntry, entries)
    new = [entry for entry_id, entry in sorted(entries.items()) if entry_id not in known]
    for entry in new:
        unit.put(entry, refusal=_meanwhile)
    changed = ledger.with_entries(context, new)
    if restricted and not changed.restricted:
        changed = changed.evolve(context, restricted=True)
    return unit.put(changed, refusal=_meanwhile) if changed is not ledger else ledger


def entries_of(store: Store, subject: str) -> list[ConsentEntry]:
    """All entries of a subject, newest first."""
    partition = keys.related_to(store.tenant, ConsentEntry.kind, subject)
    items = every(store.table, partition, index=keys.RELATION)
    return [from_item(ConsentEntry, item) for item in items][::-1]


def _meanwhile(_: Item | None) -> RapportError:
    return ConcurrentChange()
