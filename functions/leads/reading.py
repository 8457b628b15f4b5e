"""Reading leads: lists, search, notes, history, and why a score or an owner came about."""

import json
from collections.abc import Iterable, Mapping

from functions.leads.decisions import last_decision
from functions.leads.schemas import Explanation, History, HistoryEntry, LeadQuery, PageQuery
from shared.domain.access import FieldRule, apply_to_changes, field_rules, refuse_ruled_fields
from shared.domain.errors import Forbidden
from shared.domain.leads.model import Lead
from shared.domain.notes import Note
from shared.http.call import AnyCall
from shared.storage.driver import Item
from shared.storage.record import from_item, texts_of
from shared.storage.store import DocumentPage


def page_of_leads(call: AnyCall, query: LeadQuery) -> DocumentPage:
    """Leads within the caller's reach: a list, or a search when `q` is given.

    Nobody learns by a filter or a search what they may not see. Raises Forbidden.
    """
    wanted = query.to_list_query(call.context.actor)
    rules = field_rules(call.context.principal, Lead.kind)
    refuse_ruled_fields(rules, (*wanted.equals, *wanted.ranges), "filter by")
    if query.q:

        def texts(item: Item) -> Iterable[str]:
            return _seen(item, rules) if rules else texts_of(item)

        return call.store.search(
            Lead, query.q, wanted, call.grant, limit=query.limit, cursor=query.cursor, texts=texts
        )
    return call.store.page(Lead, wanted, call.grant, limit=query.limit, cursor=query.cursor)


def notes(call: AnyCall, lead_id: str, query: PageQuery) -> DocumentPage:
    """The notes of a lead the caller may read."""
    lead = call.load(Lead, lead_id)
    return call.store.children(Note, lead.id, limit=query.limit, cursor=query.cursor)


def history(call: AnyCall, lead_id: str, query: PageQuery) -> History:
    """Who changed which field when; also for a lead in the bin."""
    lead = call.load(Lead, lead_id, deleted=True)
    texts, cursor = call.store.history(lead.id, limit=query.limit, cursor=query.cursor)
    rules = field_rules(call.context.principal, Lead.kind)
    entries = [json.loads(text) for text in texts]
    for entry in entries:
        entry["changes"] = apply_to_changes(rules, entry["changes"])
    return History(items=tuple(HistoryEntry.model_validate(e) for e in entries), cursor=cursor)


def explanation(call: AnyCall, lead_id: str) -> Explanation:
    """The reasons behind score and owner. They quote fields, so no ruled field may be hidden.

    Raises Forbidden for callers who do not see every field.
    """
    lead = call.load(Lead, lead_id, deleted=True)
    if field_rules(call.context.principal, Lead.kind):
        raise Forbidden("Your role does not see every field that the reasons quote.")
    return Explanation(score=lead.scoring, assignment=last_decision(call.store, lead.id))


def _seen(item: Item, rules: Mapping[str, FieldRule]) -> tuple[str, ...]:
    lead = from_item(Lead, item)
    return lead.model_copy(update=dict.fromkeys(rules)).search_texts()
