"""What can be done with any kind of record: lists, search, notes, history, under field rules."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from shared.domain.access import (
    FieldRule,
    apply_to_changes,
    field_rules,
    grant,
    refuse_ruled_fields,
)
from shared.domain.entity import Entity
from shared.domain.errors import InvalidInput, NotFound
from shared.domain.events.base import Event
from shared.domain.leads.model import Lead
from shared.domain.notes import CONTACT_CHANNELS, Note, Touch
from shared.domain.touches import TouchStandard
from shared.http.call import AnyCall
from shared.http.record_schemas import History, HistoryEntry, NewNote, PageQuery
from shared.storage.driver import Item
from shared.storage.list_query import ListQuery
from shared.storage.record import from_item, texts_of
from shared.storage.segments import page_of_members
from shared.storage.store import DocumentPage


def page_of(
    call: AnyCall,
    entity_type: type[Entity],
    wanted: ListQuery,
    *,
    text: str | None,
    limit: int,
    cursor: str | None,
    segment: str | None = None,
) -> DocumentPage:
    """Records within the caller's reach: a list, or a search when `text` is given.

    `segment`: only members of this one. Nobody learns by a filter or a search what they may not
    see. Raises Forbidden.
    """
    rules = field_rules(call.context.principal, entity_type.kind)
    refuse_ruled_fields(rules, (*wanted.equals, *wanted.ranges), "filter by")
    if segment is not None:
        if text:
            raise InvalidInput.of("q", "not_with_segment", "Search, or look into a segment.")
        grant(call.context.principal, "segment", "read")
        return page_of_members(
            call.store, entity_type, segment, wanted, call.grant, limit=limit, cursor=cursor
        )
    if not text:
        return call.store.page(entity_type, wanted, call.grant, limit=limit, cursor=cursor)
    texts = _seen(entity_type, rules) if rules else texts_of
    return call.store.search(
        entity_type, text, wanted, call.grant, limit=limit, cursor=cursor, texts=texts
    )


def notes_of(call: AnyCall, record: Entity, query: PageQuery) -> DocumentPage:
    """The notes of a record that the caller was found to reach, newest first.

    Those written on a lead are also found when they went to the customer that it became.
    """
    if isinstance(record, Lead):
        return call.store.written_on(Note, record.id, limit=query.limit, cursor=query.cursor)
    return call.store.children(Note, record.id, limit=query.limit, cursor=query.cursor)


def write_note(call: AnyCall, record: Entity, given: NewNote, event: Event) -> Note:
    """Put a note on a record that the caller was found to reach, with the event that tells it.

    On a record in review it stands on no timeline. Raises InvalidInput when a contact lacks a fact
    that the tenant's standard requires.
    """
    if given.channel in CONTACT_CHANNELS:
        touch_standard(call).require(given.channel, given, call.context.now)
    facts = {name: getattr(given, name) for name in Touch.model_fields}
    note = Note(
        **Note.stamp(call.context),
        about=record.home if isinstance(record, Lead) else record.id,
        lead=record.id if isinstance(record, Lead) else None,
        concerning=() if record.hidden else record.concerns(),
        text=given.text,
        channel=given.channel,
        **facts,
    )
    return call.unit.put(note.recording(event))


def touch_standard(call: AnyCall) -> TouchStandard:
    """What the tenant wants known of every contact; nothing (version 0) until it says so."""
    return call.store.sole(TouchStandard, call.context)


def remove_note(call: AnyCall, record: Entity, note_id: str, event: Event) -> None:
    """Move a note of this record to the bin. Raises NotFound."""
    note = call.store.find(Note, note_id)
    if note is None or record.id not in (note.about, note.lead):
        raise NotFound("There is no such note.")
    call.unit.put(note.evolve(call.context, event, deleted_at=call.context.now))


def history_of(call: AnyCall, record: Entity, query: PageQuery) -> History:
    """Who changed which field of the record when, as the caller may see it."""
    texts, cursor = call.store.history(record.id, limit=query.limit, cursor=query.cursor)
    rules = field_rules(call.context.principal, record.kind)
    entries: list[dict[str, Any]] = [json.loads(text) for text in texts]
    for entry in entries:
        entry["changes"] = apply_to_changes(rules, entry["changes"])
    return History(items=tuple(HistoryEntry.model_validate(e) for e in entries), cursor=cursor)


def _seen(
    entity_type: type[Entity], rules: Mapping[str, FieldRule]
) -> Callable[[Item], Iterable[str]]:
    """The texts of an item without those of fields that the caller does not see in full."""
    fields = entity_type.model_fields
    blank = {n: fields[n].get_default(call_default_factory=True) for n in rules if n in fields}

    def texts(item: Item) -> Iterable[str]:
        return from_item(entity_type, item).model_copy(update=blank).search_texts()

    return texts
