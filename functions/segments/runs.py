"""Runs: how they start, walk through their lanes in chunks, are looked after, and end."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from functions.segments.evaluation import Evaluator, Hand
from functions.segments.messages import CHUNKS, WALKS, Chunk, Step, Walk
from functions.segments.progress import Page, Progress
from functions.segments.renaming import rename
from shared.domain.context import Context
from shared.domain.entity import Entity
from shared.domain.errors import StaleVersion
from shared.domain.events.base import Event
from shared.domain.events.segments import (
    SegmentRunFinished,
    TagRunFinished,
)
from shared.domain.segments.run import PATIENCE, STALLED, Lane, Run
from shared.domain.segments.segment import Segment
from shared.domain.segments.tag import Tag
from shared.runtime.consumers import Delivery, Job
from shared.runtime.runtime import runtime
from shared.storage.store import Store
from shared.storage.walking import ids_between, next_ids

PAGE = 1000
CHUNK = 100
ATTEMPTS = 6
Target = Segment | Tag
_TYPES: dict[str, type[Segment] | type[Tag]] = {"seg": Segment, "tag": Tag}


def new_run(
    number: int, lanes: Iterable[Lane], now: datetime, before: Run | None = None
) -> dict[str, object]:
    """The fields of a segment or tag whose run starts now; what is left of the one before is part
    of it."""
    left = before.lanes if before is not None and before.open else ()
    run = Run(number=number, lanes=tuple(dict.fromkeys((*lanes, *left))), started_at=now)
    return {
        "definition": number,
        "status": "building",
        "run": run,
        "timers": {STALLED: now + PATIENCE},
    }


def begin(delivery: Delivery) -> None:
    """A run started: send the first step of each lane. Repeating it only repeats messages."""
    target = find_target(delivery.store, delivery.envelope.subject.id)
    if target is None or target.run is None or not target.run.open:
        return
    _send_walks(delivery.context, target, target.run, range(len(target.run.lanes)))


def walk(job: Job[Walk]) -> None:
    """Cut the next page of a lane into chunks and send them, and the step after it."""
    step = job.message
    target = current(job.store, step)
    if target is None or target.run is None:
        return
    lane = target.run.lanes[step.lane]
    progress = Progress(job.store, job.context, step.target, step.run)
    page = progress.page(step.lane, step.page)
    if page is None:
        ids, more = next_ids(job.store, lane, step.after, PAGE)
        bounds = tuple(ids[min(n + CHUNK, len(ids)) - 1] for n in range(0, len(ids), CHUNK))
        page = progress.cut(step.lane, step.page, Page(bounds, more and bool(ids)), len(ids))
    runtime().send(CHUNKS, chunks_of(step, page))
    if page.more:
        following = {"page": step.page + 1, "after": page.bounds[-1]}
        runtime().send(WALKS, [step.model_copy(update=following)])
    finish(job.store, job.context, target, target.run)


def look(job: Job[Chunk]) -> None:
    """Look at the records of a chunk and account for it."""
    chunk = job.message
    target = current(job.store, chunk)
    if target is None or target.run is None:
        return
    progress = Progress(job.store, job.context, chunk.target, chunk.run)
    if not progress.is_done(chunk):
        lane = target.run.lanes[chunk.lane]
        ids = ids_between(job.store, lane, chunk.after, chunk.until)
        progress.record(chunk, len(ids), _treat(job, target, lane, ids))
    finish(job.store, job.context, target, target.run)


def _treat(job: Job[Chunk], target: Target, lane: Lane, ids: Sequence[str]) -> int:
    if lane.task == "rename" and isinstance(target, Tag):
        return rename(job.store, job.context, target, lane, ids)
    evaluator = Evaluator(job.store, job.context)
    if lane.task == "place":
        return evaluator.settle_many(ids, "run", Hand(put=frozenset({target.id})))
    return evaluator.settle_many(ids, "run")


def finish(store: Store, context: Context, seen: Target, run: Run) -> None:
    """Close the run of a segment or tag, as it was seen, when all its lanes and chunks are done."""
    sums = Progress(store, context, seen.id, run.number).sums()
    if sums.ended < len(run.lanes) or sums.done < sums.cut:
        return
    for _ in range(ATTEMPTS):
        target = find_target(store, seen.id)
        if target is None or target.run is None or target.run.number != run.number:
            return
        if not target.run.open:
            return
        closed = target.run.model_copy(
            update={"finished_at": context.now, "seen": sums.seen, "changed": sums.changed}
        )
        told = {"run": run.number, "seen": sums.seen, "changed": sums.changed}
        segment = isinstance(target, Segment)
        event: Event = (SegmentRunFinished if segment else TagRunFinished).model_validate(told)
        changes: dict[str, object] = {"run": closed, "status": "ready", "timers": {}}
        if isinstance(target, Tag):
            changes["rewriting"] = ()
        if stored(store, context, target.evolve(context, event, **changes)):
            return
    raise StaleVersion(details={"target": seen.id})


def chunks_of(step: Walk, page: Page) -> list[Chunk]:
    """The chunks into which a page was cut."""
    starts = (step.after, *page.bounds)
    shared = step.model_dump(exclude={"after"})
    return [
        Chunk(**shared, after=starts[part], part=part, until=until)
        for part, until in enumerate(page.bounds)
    ]


def find_target(store: Store, target_id: str) -> Target | None:
    """The segment or tag of this id, a deleted one too."""
    entity_type = _TYPES.get(target_id.partition("_")[0])
    return store.find(entity_type, target_id, deleted=True) if entity_type else None


def current(store: Store, step: Step) -> Target | None:
    """The target, if the step belongs to its present run."""
    target = find_target(store, step.target)
    if target is None or target.run is None:
        return None
    return target if target.run.number == step.run and target.run.open else None


def _send_walks(context: Context, target: Entity, run: Run, lanes: Iterable[int]) -> None:
    runtime().send(WALKS, [first_walk(context, target, run, lane) for lane in lanes])


def first_walk(context: Context, target: Entity, run: Run, lane: int) -> Walk:
    return Walk(
        tenant=context.tenant,
        correlation_id=context.correlation_id,
        target=target.id,
        run=run.number,
        lane=lane,
    )


def stored(store: Store, context: Context, changed: Target) -> bool:
    unit = store.begin(context)
    unit.put(changed)
    try:
        unit.commit()
    except StaleVersion:
        return False
    return True
