"""Consents as people enter and read them.

A lead's own `consents` and its ledger tell the same: an entry for marketing changes the lead in
the same write, and what a form, a file or a change of the lead says is entered when its event
comes (following.py). Both give equal entries equal ids, so neither is counted twice.
"""

from functions.privacy.policies import policy_of
from functions.privacy.schemas import ConsentStanding, NewConsent
from functions.privacy.subjects import readable
from shared.domain.consents.model import (
    EVERY_PURPOSE,
    FIRST,
    ConsentEntry,
    ConsentLedger,
    GivenConsent,
    entry_of,
)
from shared.domain.consents.rules import onto_lead
from shared.domain.errors import InvalidInput
from shared.domain.events.leads import LeadChanged
from shared.domain.leads.model import Lead
from shared.http.call import AnyCall
from shared.http.record_schemas import PageQuery
from shared.storage.consents import enter, ledger_of
from shared.storage.store import DocumentPage


def record(call: AnyCall, kind: str, record_id: str, given: NewConsent) -> ConsentEntry:
    """Enter what somebody said; saying it again answers with the entry that stands."""
    subject = readable(call, kind, record_id)
    said = _checked(call, given)
    entry = entry_of(call.context, subject.id, said)
    if known := call.store.find(ConsentEntry, entry.id):
        return known
    enter(call.store, call.unit, call.context, subject.id, [said])
    if isinstance(subject, Lead):
        _carry(call, subject, said)
    return entry.as_stored()


def entries(call: AnyCall, kind: str, record_id: str, query: PageQuery) -> DocumentPage:
    """What was ever said, newest first."""
    subject = readable(call, kind, record_id, deleted=True)
    return call.store.children(ConsentEntry, subject.id, limit=query.limit, cursor=query.cursor)


def standing(call: AnyCall, kind: str, record_id: str) -> ConsentStanding:
    """What holds now."""
    subject = readable(call, kind, record_id, deleted=True)
    found = ledger_of(call.store, subject.id) or ConsentLedger.opened(call.context, subject.id)
    return ConsentStanding(subject=subject.id, restricted=found.restricted, states=found.states)


def _checked(call: AnyCall, given: NewConsent) -> GivenConsent:
    at = given.at or call.context.now
    if not FIRST <= at <= call.context.now:
        message = "A consent is given before it is entered, and not ages ago."
        raise InvalidInput.of("at", "time_out_of_range", message)
    if given.purpose != EVERY_PURPOSE or given.state != "withdrawn":
        policy_of(call.store, call.context).require_purpose(given.purpose)
    fields = {name: getattr(given, name) for name in NewConsent.model_fields}
    return GivenConsent.model_validate({**fields, "at": at, "source": "api"})


def _carry(call: AnyCall, lead: Lead, said: GivenConsent) -> None:
    consents = onto_lead(lead.consents, [said])
    if consents != lead.consents:
        event = LeadChanged(fields=("consents",))
        call.unit.put(lead.evolve(call.context, event, consents=consents))
