"""The verbs of leads for one record: each loads, decides in the domain, and stores once."""

from functions.leads.roster import Roster
from functions.leads.schemas import Disqualify
from shared.domain.errors import InvalidInput
from shared.domain.events.leads import NoteAdded, NoteDeleted
from shared.domain.leads import capture as capturing
from shared.domain.leads import work
from shared.domain.leads.capture import LeadChange, NewLead
from shared.domain.leads.model import Behaviour, Lead, Routing
from shared.domain.notes import CONTACT_CHANNELS, Note
from shared.http.call import AnyCall
from shared.http.merging import load_to_change
from shared.http.record_schemas import NewNote, NewOwner
from shared.http.records import remove_note, write_note
from shared.storage.lead_load import balance
from shared.storage.owners import team_of_owner
from shared.storage.tags import refuse_closed_tags


def create(call: AnyCall, given: NewLead) -> Lead:
    """A new lead. Scoring and assignment follow from its event."""
    lead = capturing.capture(call.context, given, channel="api", assign=given.assign)
    refuse_closed_tags(call.store, (), lead.tags)
    return call.unit.put(lead)


def change(call: AnyCall, lead_id: str, given: LeadChange) -> Lead:
    """The named fields as given; an unchanged lead is answered without a write."""
    lead = load_to_change(call, Lead, lead_id, given)
    return store(call, lead, capturing.change(call.context, lead, given, given.model_fields_set))


def disqualify(call: AnyCall, lead_id: str, order: Disqualify) -> Lead:
    """Close the lead with a reason."""
    lead = call.load(Lead, lead_id)
    return store(call, lead, work.disqualify(call.context, lead, order.reason, order.note))


def requalify(call: AnyCall, lead_id: str) -> Lead:
    """Take up a disqualified lead again."""
    lead = call.load(Lead, lead_id)
    return store(call, lead, work.requalify(call.context, lead))


def delete(call: AnyCall, lead_id: str) -> Lead:
    """Move the lead to the bin."""
    lead = call.load(Lead, lead_id)
    return store(call, lead, work.delete(call.context, lead))


def restore(call: AnyCall, lead_id: str) -> Lead:
    """Take the lead out of the bin."""
    lead = call.load(Lead, lead_id, deleted=True)
    return store(call, lead, work.restore(call.context, lead))


def assign_by_hand(
    call: AnyCall, lead_id: str, order: NewOwner, roster: Roster | None = None
) -> Lead:
    """Give the lead to a person. Raises InvalidInput unless they are an active user."""
    lead = call.load(Lead, lead_id)
    team = team_of_owner(call.store, order.owner, order.team)
    if (lead.owner, lead.team) == (order.owner, team):
        return lead
    now = call.context.now
    clock = roster or Roster(call.store, call.context)
    due = clock.first_touch_due(lead.tier, now) if lead.touched_at is None else None
    routing = Routing(at=now, outcome="manual", reason=f"by {call.context.actor}")
    given = work.assign(call.context, lead, order.owner, team, routing=routing, first_touch_due=due)
    return store(call, lead, given)


def add_note(call: AnyCall, lead_id: str, given: NewNote) -> Note:
    """Write a note; a real contact by whoever works the lead stops the first-touch clock."""
    lead = call.load(Lead, lead_id)
    if given.channel in CONTACT_CHANNELS:
        store(call, lead, work.touch(call.context, lead, given.channel))
    return write_note(call, lead, given, NoteAdded(lead=lead.id, channel=given.channel))


def delete_note(call: AnyCall, lead_id: str, note_id: str) -> None:
    """Remove a note of a lead the caller may delete from. It goes to the bin."""
    lead = call.load(Lead, lead_id)
    remove_note(call, lead, note_id, NoteDeleted(lead=lead.id))


def behave(call: AnyCall, lead_id: str, given: Behaviour) -> Lead:
    """Record something the lead did; the score follows."""
    if given.at > call.context.now:
        raise InvalidInput.of("at", "in_the_future", "A behaviour lies in the past.")
    lead = call.load(Lead, lead_id)
    return store(call, lead, work.behave(call.context, lead, given))


def store(call: AnyCall, before: Lead, after: Lead) -> Lead:
    """Put the changed lead, with its owners' load, into the call's unit; nothing if unchanged."""
    if after is before:
        return before
    refuse_closed_tags(call.store, before.tags, after.tags)
    balance(call.unit, before, after)
    return call.unit.put(after)
