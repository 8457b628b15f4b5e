"""The verbs of segments: each checks, decides in the domain, and stores segment, book and counters
in one transaction."""

from typing import Any

from functions.segments.definitions import Definitions, load_definitions
from functions.segments.progress import Progress
from functions.segments.runs import new_run
from functions.segments.schemas import (
    NewSegment,
    SegmentChange,
    SegmentQuery,
    SegmentView,
    Snapshot,
)
from shared.domain.access import field_rules, grant
from shared.domain.errors import FieldError, InvalidInput, InvalidState
from shared.domain.events.segments import (
    SegmentChanged,
    SegmentCreated,
    SegmentDeleted,
    SegmentRunStarted,
)
from shared.domain.segments.book import Entry
from shared.domain.segments.fields import refuse_ruled_conditions, refuse_unknown_fields
from shared.domain.segments.judgement import definition_of, in_order
from shared.domain.segments.kinds import KINDS
from shared.domain.segments.run import Lane
from shared.domain.segments.segment import Segment, refuse_contradiction
from shared.http.call import AnyCall
from shared.storage.list_query import ListQuery
from shared.storage.segments import STRUCK, count_members, put_in_force
from shared.storage.store import DocumentPage

_DECIDING = ("condition", "include", "exclude")


def create(call: AnyCall, given: NewSegment) -> Segment:
    """A new segment; the members of a dynamic one are found in the background."""
    fields: dict[str, Any] = {n: getattr(given, n) for n in NewSegment.model_fields}
    created = SegmentCreated(record_kind=given.record_kind, type=given.type)
    segment = Segment(**Segment.stamp(call.context), **fields)
    if given.type == "static":
        ready = segment.model_copy(update={"status": "ready"})
        return _define(call, ready.recording(created), load_definitions(call.store, call.context))
    started = new_run(1, (Lane(task="evaluate", kind=given.record_kind),), call.context.now)
    whole = segment.model_copy(update=started).recording(created, SegmentRunStarted(run=1))
    return _define(call, whole, _check(call, whole, None))


def change(call: AnyCall, segment_id: str, given: SegmentChange) -> Segment:
    """The named fields as given; what decides on members starts a new run."""
    segment = call.load(Segment, segment_id)
    clearable = ("condition",)
    wanted = {n: getattr(given, n) for n in given.model_fields_set}
    named = {n: v for n, v in wanted.items() if v is not None or n in clearable}
    changed = {n: v for n, v in named.items() if getattr(segment, n) != v}
    if not changed:
        return segment
    event = SegmentChanged(fields=tuple(sorted(changed)))
    if not any(name in changed for name in _DECIDING):
        return call.unit.put(segment.evolve(call.context, event, **changed))
    parts: dict[str, Any] = {n: changed.get(n, getattr(segment, n)) for n in _DECIDING}
    try:
        refuse_contradiction(segment.type, **parts)
    except ValueError as contradiction:
        raise InvalidInput.of("condition", "contradictory", str(contradiction)) from None
    number = segment.definition + 1
    lanes = (Lane(task="evaluate", kind=segment.record_kind),)
    started = new_run(number, lanes, call.context.now, segment.run)
    events = (event, SegmentRunStarted(run=number))
    whole = segment.evolve(call.context, *events, **{**changed, **started})
    return _define(call, whole, _check(call, whole, segment))


def refresh(call: AnyCall, segment_id: str) -> Segment:
    """Look at every record again, in the background."""
    segment = call.load(Segment, segment_id)
    number = segment.definition + 1
    lane = Lane(task="evaluate", kind=segment.record_kind)
    if segment.type == "static":
        lane = Lane(task="evaluate", kind=segment.record_kind, source="members", of=segment.id)
    started = new_run(number, (lane,), call.context.now, segment.run)
    whole = segment.evolve(call.context, SegmentRunStarted(run=number), **started)
    return _define(call, whole, load_definitions(call.store, call.context))


def snapshot(call: AnyCall, segment_id: str, given: Snapshot) -> Segment:
    """A static segment of those who are members now; it fills in the background."""
    source = call.load(Segment, segment_id)
    if source.status != "ready":
        raise InvalidState("The segment's members are still being found.", code="segment_not_ready")
    lane = Lane(task="place", kind=source.record_kind, source="members", of=source.id)
    copy = Segment(
        **Segment.stamp(call.context),
        name=given.name,
        description=given.description,
        record_kind=source.record_kind,
        type="static",
        snapshot_of=source.id,
    )
    created = SegmentCreated(record_kind=source.record_kind, type="static", snapshot_of=source.id)
    started = new_run(1, (lane,), call.context.now)
    whole = copy.model_copy(update=started).recording(created, SegmentRunStarted(run=1))
    return _define(call, whole, load_definitions(call.store, call.context))


def delete(call: AnyCall, segment_id: str) -> Segment:
    """End the segment; its members are let go in the background.

    Raises InvalidState while another segment refers to it.
    """
    segment = call.load(Segment, segment_id)
    definitions = load_definitions(call.store, call.context)
    users = [
        one.id
        for one in definitions.of_kind(segment.record_kind)
        if segment.id in one.references and one.id != segment.id
    ]
    if users:
        raise InvalidState(
            "Other segments refer to this one.",
            code="segment_in_use",
            details={"segments": sorted(users)},
        )
    number = segment.definition + 1
    lane = Lane(task="evaluate", kind=segment.record_kind, source="members", of=segment.id)
    started = {**new_run(number, (lane,), call.context.now), "deleted_at": call.context.now}
    events = (SegmentDeleted(), SegmentRunStarted(run=number))
    put_in_force(call.unit, segment.id, STRUCK)
    call.unit.put(definitions.book.struck(call.context, segment.id))
    return call.unit.put(segment.evolve(call.context, *events, **started))


def page(call: AnyCall, query: SegmentQuery) -> DocumentPage:
    """Segments, newest first."""
    wanted = ListQuery(state=query.status, relation=query.record_kind)
    if query.q:
        return call.store.search(
            Segment, query.q, wanted, call.grant, limit=query.limit, cursor=query.cursor
        )
    return call.store.page(Segment, wanted, call.grant, limit=query.limit, cursor=query.cursor)


def read(call: AnyCall, segment_id: str) -> SegmentView:
    """A segment with its progress and count."""
    segment = call.load(Segment, segment_id)
    fields = {name: getattr(segment, name) for name in Segment.model_fields}
    sums = None
    if segment.run is not None:
        sums = Progress(call.store, call.context, segment.id, segment.run.number).sums()
    members = count_members(call.store, segment.id)
    return SegmentView(**fields, progress=sums, members=members)


def _define(call: AnyCall, segment: Segment, definitions: Definitions) -> Segment:
    """Store the segment with its definition in force: 18 actions."""
    entry = Entry(id=segment.id, kinds=(segment.record_kind,), number=segment.definition)
    call.unit.put(definitions.book.written(call.context, entry))
    put_in_force(call.unit, segment.id, segment.definition)
    return call.unit.put(segment)


def _check(call: AnyCall, segment: Segment, before: Segment | None) -> Definitions:
    """Raises InvalidInput for fields, records and segments that the condition or lists may not
    name, and Forbidden for fields that the caller does not see."""
    rules = dict(field_rules(call.context.principal, segment.record_kind))
    addresses = ("email", "phone") if segment.exclude.addresses else ()
    refuse_ruled_conditions(rules, segment.condition, addresses)
    refuse_unknown_fields(segment.record_kind, segment.condition)
    definitions = load_definitions(call.store, call.context)
    _refuse_unknown_lists(segment, definitions)
    _refuse_unknown_records(call, segment, _listed(before) if before else frozenset())
    return definitions


def _refuse_unknown_records(call: AnyCall, segment: Segment, known: frozenset[str]) -> None:
    """Records that are newly listed must be there for the caller. One request for a hundred."""
    wanted = _listed(segment) - known
    if not wanted:
        return
    reading = grant(call.context.principal, segment.record_kind, "read")
    found = call.store.load_many(KINDS[segment.record_kind].entity, wanted)
    reached = {i for i, record in found.items() if reading.covers(record)}  # pyright: ignore[reportArgumentType]
    errors = [
        FieldError(f"{name}.ids", "unknown_record", f"There is no {segment.record_kind} {i}.")
        for name, lists in (("include", segment.include), ("exclude", segment.exclude))
        for i in lists.ids
        if i in wanted and i not in reached
    ]
    if errors:
        raise InvalidInput(errors)


def _listed(segment: Segment) -> frozenset[str]:
    return frozenset((*segment.include.ids, *segment.exclude.ids))


def _refuse_unknown_lists(segment: Segment, definitions: Definitions) -> None:
    prefix = KINDS[segment.record_kind].entity.prefix + "_"
    errors: list[FieldError] = []
    for name, lists in (("include", segment.include), ("exclude", segment.exclude)):
        if not all(record_id.startswith(prefix) for record_id in lists.ids):
            message = f"Only records of kind {segment.record_kind} can be listed."
            errors.append(FieldError(f"{name}.ids", "wrong_kind", message))
        known = {one.id for one in definitions.of_kind(segment.record_kind)}
        if unknown := sorted(set(lists.segments) - known):
            message = f"There are no such segments of this kind: {', '.join(unknown)}"
            errors.append(FieldError(f"{name}.segments", "unknown_segment", message))
    if errors:
        raise InvalidInput(errors)
    own = definition_of(segment, segment.record_kind)
    others = [one for one in definitions.of_kind(segment.record_kind) if one.id != segment.id]
    try:
        in_order([*others, own])
    except ValueError:
        message = "The segments would refer to each other in a circle."
        raise InvalidInput.of("include.segments", "circular", message) from None
