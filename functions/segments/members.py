"""Who is in a segment: pages, counts, why, and putting records into static ones by hand."""

import json
from collections.abc import Iterable

from functions.segments.evaluation import Evaluator, Hand
from functions.segments.schemas import Count, MemberAnswer, MemberEdit, MemberResult, PageQuery
from shared.domain.access import Grant, apply_field_rules, field_rules, grant
from shared.domain.entity import Entity
from shared.domain.errors import Forbidden, InvalidState, RapportError
from shared.domain.segments.explanation import Explanation, why
from shared.domain.segments.judgement import definition_of
from shared.domain.segments.kinds import KINDS, may_be_member
from shared.domain.segments.segment import Segment
from shared.http.call import AnyCall
from shared.storage.list_query import ListQuery
from shared.storage.segments import count_members, page_of_members
from shared.storage.store import DocumentPage


def page(call: AnyCall, segment_id: str, query: PageQuery) -> DocumentPage:
    """Members within the caller's reach, newest record first, as the caller sees such records."""
    segment = call.load(Segment, segment_id)
    found = page_of_members(
        call.store,
        KINDS[segment.record_kind].entity,
        segment.id,
        ListQuery(),
        _reading(call, segment),
        limit=query.limit,
        cursor=query.cursor,
    )
    documents = [shown(call, segment.record_kind, text) for text in found.documents]
    return DocumentPage(documents, found.cursor)


def shown(call: AnyCall, record_kind: str, document: str) -> str:
    """A record's document as the caller sees records of its kind."""
    rules = field_rules(call.context.principal, record_kind)
    if not rules:
        return document
    return json.dumps(apply_field_rules(rules, json.loads(document)), ensure_ascii=False)


def count(call: AnyCall, segment_id: str) -> Count:
    """How many members there are now."""
    segment = call.load(Segment, segment_id)
    return Count(count=count_members(call.store, segment.id))


def explain(call: AnyCall, segment_id: str, record_id: str) -> Explanation:
    """Why a record is a member or not, by its state now.

    The reasons quote fields: Forbidden for callers who do not see every field.
    """
    segment = call.load(Segment, segment_id)
    reading = _reading(call, segment)
    if field_rules(call.context.principal, segment.record_kind):
        raise Forbidden("Your role does not see every field that the reasons quote.")
    record = _load(call, segment, record_id)
    reading.require(record)  # pyright: ignore[reportArgumentType]
    evaluator = Evaluator(call.store, call.context)
    definitions = evaluator.definitions.of_kind(segment.record_kind)
    own = definition_of(segment, segment.record_kind)
    return why(own, definitions, evaluator.case_of(record))


def edit(call: AnyCall, segment_id: str, order: MemberEdit) -> MemberAnswer:
    """Put records into a static segment, and take out others; a result for each."""
    segment = call.load(Segment, segment_id)
    if segment.type != "static":
        raise InvalidState("Only static segments are filled by hand.", code="segment_not_static")
    reading = _reading(call, segment)
    evaluator = Evaluator(call.store, call.context)
    evaluator.records.prefetch((*order.add, *order.remove))
    here = frozenset({segment.id})
    results = [
        *_each(call, segment, evaluator, reading, order.add, Hand(put=here)),
        *_each(call, segment, evaluator, reading, order.remove, Hand(take=here)),
    ]
    changed = sum(result.outcome in ("added", "removed") for result in results)
    failed = sum(result.outcome == "failed" for result in results)
    return MemberAnswer(results=tuple(results), changed=changed, failed=failed)


def _each(
    call: AnyCall,
    segment: Segment,
    evaluator: Evaluator,
    reading: Grant,
    ids: Iterable[str],
    hand: Hand,
) -> Iterable[MemberResult]:
    done = "added" if hand.put else "removed"
    for record_id in ids:
        record = evaluator.records.record(record_id, segment.record_kind)
        if record is None or not reading.covers(record):  # pyright: ignore[reportArgumentType]
            yield MemberResult(id=record_id, outcome="failed", code="not_found")
        elif hand.put and not may_be_member(record):
            yield MemberResult(id=record_id, outcome="failed", code="not_available")
        else:
            try:
                moved = evaluator.settle(record_id, "hand", hand)
            except RapportError as refusal:
                yield MemberResult(id=record_id, outcome="failed", code=refusal.code)
            else:
                yield MemberResult(id=record_id, outcome=done if moved else "unchanged")


def _reading(call: AnyCall, segment: Segment) -> Grant:
    """The caller's right to read such records, which decides whom they see. Raises Forbidden."""
    return grant(call.context.principal, segment.record_kind, "read")


def _load(call: AnyCall, segment: Segment, record_id: str) -> Entity:
    return call.store.load(KINDS[segment.record_kind].entity, record_id, deleted=True)
