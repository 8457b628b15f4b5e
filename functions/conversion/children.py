"""What was written on a lead follows it to its customer, and comes back when it does.

Each note moves alone, on the condition that the conversion stands: so the work can be repeated,
and one that is reverted meanwhile leaves nothing behind.
"""

from shared.domain.access import Grant, Principal, Role, Scope
from shared.domain.context import Context
from shared.domain.conversion.model import Children, Conversion
from shared.domain.errors import ConcurrentChange, StaleVersion
from shared.domain.events.conversion import LeadConversionReverted, LeadConverted
from shared.domain.leads.model import Lead
from shared.domain.notes import Note
from shared.runtime.consumers import Delivery
from shared.storage.list_query import ListQuery
from shared.storage.store import Store

_ATTEMPTS = 5


def follow(delivery: Delivery) -> None:
    """Move the notes to where they belong now; the conversion tells when all are there."""
    event, store, context = delivery.event, delivery.store, delivery.context
    assert isinstance(event, LeadConverted | LeadConversionReverted)
    for _ in range(_ATTEMPTS):
        conversion = store.find(Conversion, event.conversion, deleted=True)
        if conversion is None or conversion.children.state in ("moved", "returned"):
            return None
        try:
            notes = _move_all(store, context, conversion)
            return _tell(store, context, conversion, notes)
        except (StaleVersion, ConcurrentChange):
            continue
    raise ConcurrentChange


def follow_note(delivery: Delivery) -> None:
    """A note that was being written while its lead was converted goes where the others went."""
    store, context = delivery.store, delivery.context
    note = store.find(Note, delivery.envelope.subject.id)
    lead = store.find(Lead, note.lead, deleted=True) if note and note.lead else None
    if note is None or lead is None or lead.conversion is None or note.about == lead.home:
        return
    conversion = store.find(Conversion, lead.conversion.id)
    if conversion is not None:
        _move(store, context, note, lead.home, lead, conversion)


def _move_all(store: Store, context: Context, conversion: Conversion) -> int:
    """How many notes of the lead there are; all of them stand where they belong."""
    lead = store.load(Lead, conversion.lead, deleted=True)
    home = lead.home
    count = 0
    for note in _notes(store, conversion.lead):
        count += 1
        if note.about != home:
            _move(store, context, note, home, lead, conversion)
    return count


def _notes(store: Store, lead: str) -> list[Note]:
    """Written on the lead: those still there, and those that went with an earlier conversion."""
    reader = Grant(Principal(store.tenant, "", Role.SYSTEM), Note.kind, Scope.ALL)
    queries = (ListQuery(relation=lead), ListQuery(owner=lead))
    found = {n.id: n for query in queries for n in store.list_all(Note, query, reader)}
    return list(found.values())


def _move(
    store: Store, context: Context, note: Note, home: str, lead: Lead, conversion: Conversion
) -> None:
    unit = store.begin(context)
    unit.put(note.evolve(context, about=home, lead=lead.id, concerning=lead.concerns()))
    unit.expect(conversion)
    unit.commit()


def _tell(store: Store, context: Context, conversion: Conversion, notes: int) -> None:
    state = "moved" if conversion.reversal is None else "returned"
    children = Children.model_validate({"state": state, "notes": notes, "at": context.now})
    unit = store.begin(context)
    unit.put(conversion.evolve(context, children=children))
    unit.commit()
