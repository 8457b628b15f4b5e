"""Moving what refers to the loser of a merge to the survivor: chunk by chunk, each repeatable.

Every record is moved in its own transaction, which holds only while the merge is as it was read:
an undo that begins meanwhile stops the work. What was moved is remembered for the way back.
"""

from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from functions.duplicates.moving import move
from shared.domain.access import Grant, Principal, Role, Scope
from shared.domain.context import Context
from shared.domain.customers.contact import Contact
from shared.domain.customers.links import Affiliation
from shared.domain.entity import Entity
from shared.domain.merging import model
from shared.domain.merging.children import CHILDREN
from shared.domain.merging.model import Merge
from shared.runtime.consumers import Job, Message
from shared.runtime.runtime import runtime
from shared.storage import keys, merges, timeline
from shared.storage.driver import Item
from shared.storage.list_query import ListQuery
from shared.storage.listing import list_documents
from shared.storage.record import from_item
from shared.storage.store import Store
from shared.storage.timeline import Entry, TimelineQuery

CHUNKS = "merge-chunks"
LATE_SECONDS = 900
"""Whoever read the loser before the merge has written by then: requests last half a minute, queued
work a quarter of an hour."""


class MergeChunk(Message):
    """Some of the work of a merge. `late`: the second look, after everybody else has finished."""

    merge: str
    direction: Literal["forward", "back"] = "forward"
    step: int = 0
    after: str | None = None
    late: bool = False
    kept: tuple[str, ...] = Field(default=(), max_length=100)


def begin(tenant: str, merge: str, direction: Literal["forward", "back"]) -> None:
    """Send the first chunk."""
    runtime().send(CHUNKS, [MergeChunk(tenant=tenant, merge=merge, direction=direction)])


def forward(job: Job[MergeChunk]) -> None:
    """Move some, and send what comes next."""
    message, store, context = job.message, job.store, job.context
    merge = store.find(Merge, message.merge)
    if merge is None or merge.status not in ("relinking", "done"):
        return
    steps = steps_of(merge.record_kind)
    if message.step >= len(steps):
        finish(store, context, merge, late=message.late)
        return
    after = _carry_out(store, context, merge, steps[message.step], message.after)
    step = message.step + (after is None)
    following = message.model_copy(update={"step": step, "after": after})
    runtime().send(CHUNKS, [following])


def finish(store: Store, context: Context, merge: Merge, *, late: bool) -> None:
    """Close the merge, look once more later, and pass on what came to a survivor that is none."""
    moved = merges.count_moves(store, merge.id)
    if merge.status == "relinking" or moved != merge.moved:
        unit = store.begin(context)
        done = model.completed(context, merge, moved)
        unit.put(done)
        unit.commit()
    again = MergeChunk(tenant=store.tenant, merge=merge.id, late=True)
    if not late:
        runtime().send(CHUNKS, [again], delay_seconds=LATE_SECONDS)
    for outer in later_merges(store, merge.survivor):
        runtime().send(CHUNKS, [again.model_copy(update={"merge": outer.id})])


def later_merges(store: Store, loser: str) -> list[Merge]:
    """The standing merge that took this record in, if there is one."""
    found = store.list_all(Merge, ListQuery(relation=loser), _everything(store, Merge.kind))
    return [merge for merge in found if merge.status in ("relinking", "done")]


def steps_of(record_kind: str) -> list[str]:
    """Where to look: each index under which children stand, those in review, the timeline."""
    places = [
        f"{place}:{kind}"
        for kind, child in CHILDREN.items()
        for place in child.found_by.get(record_kind, ())
    ]
    if record_kind == "account":
        return [*places, "relation:affiliation", "review:contact", "history:", "timeline:"]
    return [*places, "owner:affiliation", "history:", "timeline:"]


def _carry_out(
    store: Store, context: Context, merge: Merge, step: str, after: str | None
) -> str | None:
    """One chunk of one step; gives where to go on in it."""
    place, _, kind = step.partition(":")
    if place == "timeline":
        return timeline.copy_rows(store.table, store.tenant, merge.loser, merge.survivor, after)
    if place == "history":
        found, following = _on_timeline(store, merge.loser, after)
    else:
        found, following = _in_index(store, merge.loser, place, kind, after)
    for record in found:
        move(store, context, merge, record)
    return following


def _in_index(
    store: Store, loser: str, place: str, kind: str, after: str | None
) -> tuple[list[Entity], str | None]:
    entity = Affiliation if kind == Affiliation.kind else CHILDREN[kind].entity
    query = {
        "relation": ListQuery(relation=loser),
        "owner": ListQuery(owner=loser),
        "review": ListQuery(hidden=True),
    }[place]
    grant = _everything(store, kind)
    page = list_documents(
        store.table, store.tenant, entity, query, grant, limit=merges.CHUNK, after=after
    )
    listed = (entity.model_validate_json(document) for document in page.documents)
    named = [record.id for record in listed if place != "review" or _names(record, loser)]
    return _current(store, ((kind, one) for one in named)), page.last_id


def _on_timeline(store: Store, loser: str, after: str | None) -> tuple[list[Entity], str | None]:
    entries, following = timeline.page(
        store.table, store.tenant, loser, TimelineQuery(), merges.CHUNK, after
    )
    told = (Entry.model_validate_json(entry).subject for entry in entries)
    named = dict.fromkeys((s.kind, s.id) for s in told if s.kind in CHILDREN and s.id != loser)
    return _current(store, named), following


def _current(store: Store, named: Iterable[tuple[str, str]]) -> list[Entity]:
    """The records as they are now, those in the bin too: indexes may lag behind."""
    kinds = {one: kind for kind, one in named}
    items = store.table.get_many((keys.entity(store.tenant, i) for i in kinds), consistent=True)
    return [_read(kinds[item["id"]["S"]], item) for item in items.values()]


def _read(kind: str, item: Item) -> Entity:
    entity = Affiliation if kind == Affiliation.kind else CHILDREN[kind].entity
    return from_item(entity, item)


def _names(record: Entity, loser: str) -> bool:
    return isinstance(record, Contact) and loser in (record.account, *record.accounts)


def _everything(store: Store, kind: str) -> Grant:
    return Grant(Principal(store.tenant, "", Role.SYSTEM), kind, Scope.ALL)
