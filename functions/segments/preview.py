"""A definition tried on the newest records, without storing it."""

import json

from functions.segments.evaluation import Evaluator
from functions.segments.members import shown
from functions.segments.schemas import Preview, PreviewAnswer
from shared.domain.access import field_rules, grant
from shared.domain.errors import InvalidInput
from shared.domain.segments.fields import refuse_ruled_conditions, refuse_unknown_fields
from shared.domain.segments.judgement import Definition, in_order, judge
from shared.domain.segments.kinds import KINDS
from shared.http.call import AnyCall
from shared.storage.list_query import ListQuery
from shared.storage.store import DocumentPage

_PAGE = 200
_TRIED = "tried"


def preview(call: AnyCall, order: Preview) -> PreviewAnswer:
    """How many of the newest records within the caller's reach would be members.

    One request for two hundred records; four more where the definition refers to other segments.
    """
    _check(call, order)
    evaluator = Evaluator(call.store, call.context)
    definitions = _definitions(evaluator, order)
    matched: list[str] = []
    sampled, cursor = 0, ""
    while cursor is not None and sampled < order.sample:
        page = _page(call, order, min(_PAGE, order.sample - sampled), cursor or None)
        matched += _matches(evaluator, definitions, order, page.documents)
        sampled, cursor = sampled + len(page.documents), page.cursor
    items = [json.loads(shown(call, order.record_kind, d)) for d in matched[: order.limit]]
    return PreviewAnswer(
        sampled=sampled, matched=len(matched), complete=cursor is None, items=tuple(items)
    )


def _definitions(evaluator: Evaluator, order: Preview) -> tuple[Definition, ...]:
    """What is tried, behind the rule tags and segments on which it depends."""
    tried = Definition(_TRIED, 1, order.condition, include=order.include, exclude=order.exclude)
    known = {one.id: one for one in evaluator.definitions.of_kind(order.record_kind)}
    if set(tried.references) - known.keys():
        raise InvalidInput.of("include.segments", "unknown_segment", "There is no such segment.")
    needed = [one for one in known.values() if one.tag is not None]
    waiting = list(tried.references)
    while waiting:
        one = known.pop(waiting.pop(), None)
        if one is not None:
            needed.append(one)
            waiting += one.references
    return in_order((*needed, tried))


def _page(call: AnyCall, order: Preview, limit: int, cursor: str | None) -> DocumentPage:
    reading = grant(call.context.principal, order.record_kind, "read")
    entity_type = KINDS[order.record_kind].entity
    return call.store.page(entity_type, ListQuery(), reading, limit=limit, cursor=cursor)


def _matches(
    evaluator: Evaluator,
    definitions: tuple[Definition, ...],
    order: Preview,
    documents: list[str],
) -> list[str]:
    records = [KINDS[order.record_kind].entity.from_document(text) for text in documents]
    referring = bool(order.include.segments or order.exclude.segments)
    if referring:
        evaluator.records.prefetch(record.id for record in records)
    cases = (evaluator.case_of(record, alone=not referring) for record in records)
    return [
        document
        for document, case in zip(documents, cases, strict=True)
        if _TRIED in judge(definitions, case).targets
    ]


def _check(call: AnyCall, order: Preview) -> None:
    rules = dict(field_rules(call.context.principal, order.record_kind))
    addresses = ("email", "phone") if order.exclude.addresses else ()
    refuse_ruled_conditions(rules, order.condition, addresses)
    refuse_unknown_fields(order.record_kind, order.condition)
