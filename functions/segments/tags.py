"""The verbs of tags. A rule is a definition like a segment's; another name follows in a run."""

from typing import Any

from functions.segments.definitions import load_definitions
from functions.segments.progress import Progress
from functions.segments.runs import new_run
from functions.segments.schemas import NewTag, TagChange, TagMerge, TagQuery, TagView
from shared.domain.access import field_rules
from shared.domain.errors import InvalidInput, InvalidState
from shared.domain.events.base import Event
from shared.domain.events.segments import (
    TagChanged,
    TagCreated,
    TagMerged,
    TagReinstated,
    TagRetired,
    TagRunStarted,
)
from shared.domain.segments.book import Entry
from shared.domain.segments.fields import refuse_ruled_conditions, refuse_unknown_fields
from shared.domain.segments.kinds import RECORD_KINDS
from shared.domain.segments.run import Lane, Source
from shared.domain.segments.tag import Rule, Tag
from shared.domain.text import fold
from shared.http.call import AnyCall
from shared.storage.list_query import ListQuery
from shared.storage.segments import STRUCK, count_members, put_in_force
from shared.storage.store import DocumentPage

_EVERYWHERE: tuple[Source, ...] = ("live", "archived", "in_review")
_BY_RULE = tuple(Lane(task="evaluate", kind=kind) for kind in RECORD_KINDS)
_RENAME = tuple(
    Lane(task="rename", kind=kind, source=source) for kind in RECORD_KINDS for source in _EVERYWHERE
)


def create(call: AnyCall, given: NewTag) -> Tag:
    """A new tag; one with a rule is given in the background."""
    _check_rule(call, given.rule)
    fields: dict[str, Any] = {name: getattr(given, name) for name in NewTag.model_fields}
    tag = Tag(**Tag.stamp(call.context), **fields)
    created = TagCreated(has_rule=tag.by_rule)
    if not tag.by_rule:
        return call.unit.put(tag.recording(created))
    started = new_run(1, _BY_RULE, call.context.now)
    whole = tag.model_copy(update=started).recording(created, TagRunStarted(run=1))
    return _store(call, tag, whole)


def change(call: AnyCall, tag_id: str, given: TagChange) -> Tag:
    """The named fields as given; a rule is evaluated, and records are renamed, in the background.

    When a rule is removed, records keep the tag as if people had given it.
    """
    tag = call.load(Tag, tag_id)
    clearable = ("rule", "colour")
    wanted = {n: getattr(given, n) for n in given.model_fields_set}
    named = {n: v for n, v in wanted.items() if v is not None or n in clearable}
    changed: dict[str, Any] = {n: v for n, v in named.items() if getattr(tag, n) != v}
    if not changed:
        return tag
    if "rule" in changed:
        _check_rule(call, given.rule)
    lanes = _lanes(tag, changed)
    event = TagChanged(fields=tuple(sorted(changed)))
    if "name" in changed:
        new, old = fold(changed["name"]), (*tag.rewriting, tag.name)
        changed["rewriting"] = tuple(dict.fromkeys(n for n in old if n != changed["name"]))
        _refuse_two_tags(call, tag, new)
    return _with_run(call, tag, lanes, changed, event)


def merge(call: AnyCall, tag_id: str, order: TagMerge) -> Tag:
    """Let another tag take the place of this one, on every record, in the background."""
    tag = call.load(Tag, tag_id)
    into = call.store.find(Tag, order.into)
    if into is None or into.id == tag.id:
        raise InvalidInput.of("into", "unknown_tag", "There is no such other tag.")
    if into.state != "active" or into.rule is not None:
        raise InvalidInput.of("into", "tag_closed", "That tag cannot be given by hand.")
    for one in (tag, into):
        if one.run is not None and one.run.open:
            raise InvalidState("Records of the tag are being changed.", code="tag_busy")
    call.unit.expect(into)
    changes = {"merged_into": into.id, "rule": None, "rewriting": (tag.name,)}
    return _with_run(call, tag, _RENAME + _struck(tag), changes, TagMerged(into=into.id))


def retire(call: AnyCall, tag_id: str) -> Tag:
    """Let nobody give the tag any more; records keep it, and a rule rests."""
    tag = call.load(Tag, tag_id)
    if tag.retired:
        return tag
    return _with_run(call, tag, _struck(tag), {"retired": True}, TagRetired())


def reinstate(call: AnyCall, tag_id: str) -> Tag:
    """Let a retired tag be given again; its rule works again."""
    tag = call.load(Tag, tag_id)
    if not tag.retired:
        return tag
    lanes = _BY_RULE if tag.rule is not None else ()
    return _with_run(call, tag, lanes, {"retired": False}, TagReinstated())


def refresh(call: AnyCall, tag_id: str) -> Tag:
    """Evaluate the rule for every record again, in the background."""
    tag = call.load(Tag, tag_id)
    if not tag.by_rule:
        raise InvalidState("The tag has no rule at work.", code="no_rule")
    return _with_run(call, tag, _BY_RULE, {})


def page(call: AnyCall, query: TagQuery) -> DocumentPage:
    """Tags, newest first."""
    group = {"source": fold(query.group)} if query.group else {}
    wanted = ListQuery(state=query.state, equals=group)
    if query.q:
        return call.store.search(
            Tag, query.q, wanted, call.grant, limit=query.limit, cursor=query.cursor
        )
    return call.store.page(Tag, wanted, call.grant, limit=query.limit, cursor=query.cursor)


def read(call: AnyCall, tag_id: str) -> TagView:
    """A tag with the progress of its run, and how many have it by its rule."""
    tag = call.load(Tag, tag_id)
    fields = {name: getattr(tag, name) for name in Tag.model_fields}
    sums = None
    if tag.run is not None:
        sums = Progress(call.store, call.context, tag.id, tag.run.number).sums()
    members = count_members(call.store, tag.id) if tag.by_rule else None
    return TagView(**fields, progress=sums, members=members)


def _lanes(tag: Tag, changed: dict[str, Any]) -> tuple[Lane, ...]:
    """What has to be walked through after these changes."""
    lanes = _RENAME if "name" in changed else ()
    rule = changed.get("rule", tag.rule)
    if tag.state == "active" and rule is not None:
        return (*lanes, *_BY_RULE)
    return (*lanes, *_struck(tag)) if "rule" in changed else lanes


def _struck(tag: Tag) -> tuple[Lane, ...]:
    """The memberships of a rule that no longer is in force."""
    if not tag.by_rule:
        return ()
    return (Lane(task="evaluate", kind="any", source="members", of=tag.id),)


def _with_run(
    call: AnyCall, tag: Tag, lanes: tuple[Lane, ...], changes: dict[str, Any], *events: Event
) -> Tag:
    """The changed tag, with a run when there is something to walk through."""
    if not lanes:
        return _store(call, tag, tag.evolve(call.context, *events, **changes))
    number = tag.definition + 1
    started = new_run(number, lanes, call.context.now, tag.run)
    told = (*events, TagRunStarted(run=number))
    return _store(call, tag, tag.evolve(call.context, *told, **{**changes, **started}))


def _store(call: AnyCall, before: Tag, after: Tag) -> Tag:
    """Store the tag, and its rule in the book while it is in force."""
    if after.by_rule and (after.definition != before.definition or after.version == 0):
        definitions = load_definitions(call.store, call.context)
        entry = Entry(id=after.id, kinds=RECORD_KINDS, number=after.definition)
        call.unit.put(definitions.book.written(call.context, entry))
        put_in_force(call.unit, after.id, after.definition)
    elif before.by_rule and not after.by_rule:
        definitions = load_definitions(call.store, call.context)
        call.unit.put(definitions.book.struck(call.context, after.id))
        put_in_force(call.unit, after.id, STRUCK)
    return call.unit.put(after)


def _check_rule(call: AnyCall, rule: Rule | None) -> None:
    for kind, condition in (rule or {}).items():
        refuse_ruled_conditions(dict(field_rules(call.context.principal, kind)), condition)
        refuse_unknown_fields(kind, condition, f"rule.{kind}", rule=True)


def _refuse_two_tags(call: AnyCall, tag: Tag, folded: str) -> None:
    """Another tag of that name takes this one in by a merge, not by a change of name."""
    holder = call.store.holders(Tag, "name", [folded]).get(folded)
    if holder is not None and holder != tag.id:
        raise InvalidState(
            "Another tag has this name: merge the two.",
            code="tag_exists",
            details={"tag": holder},
        )
