"""Reading leads: lists, search, notes, history, and why a score or an owner came about."""

from functions.leads.decisions import last_decision
from functions.leads.schemas import Explanation, LeadQuery
from shared.domain.access import field_rules
from shared.domain.errors import Forbidden
from shared.domain.leads.model import Lead
from shared.http.call import AnyCall
from shared.http.record_schemas import History, PageQuery
from shared.http.records import history_of, notes_of, page_of
from shared.storage.store import DocumentPage


def page_of_leads(call: AnyCall, query: LeadQuery) -> DocumentPage:
    """Leads within the caller's reach: a list, or a search when `q` is given.

    Nobody learns by a filter or a search what they may not see. Raises Forbidden.
    """
    wanted = query.to_list_query(call.context.actor)
    return page_of(
        call,
        Lead,
        wanted,
        text=query.q,
        limit=query.limit,
        cursor=query.cursor,
        segment=query.segment,
    )


def notes(call: AnyCall, lead_id: str, query: PageQuery) -> DocumentPage:
    """The notes of a lead the caller may read."""
    return notes_of(call, call.load(Lead, lead_id), query)


def history(call: AnyCall, lead_id: str, query: PageQuery) -> History:
    """Who changed which field when; also for a lead in the bin."""
    return history_of(call, call.load(Lead, lead_id, deleted=True), query)


def explanation(call: AnyCall, lead_id: str) -> Explanation:
    """The reasons behind score and owner. They quote fields, so no ruled field may be hidden.

    Raises Forbidden for callers who do not see every field.
    """
    lead = call.load(Lead, lead_id, deleted=True)
    if field_rules(call.context.principal, Lead.kind):
        raise Forbidden("Your role does not see every field that the reasons quote.")
    return Explanation(score=lead.scoring, assignment=last_decision(call.store, lead.id))
