"""Looking after runs: what was lost is sent again, what never gets on has failed."""

from functions.segments.messages import CHUNKS, WALKS
from functions.segments.progress import Progress
from functions.segments.runs import Target, chunks_of, find_target, first_walk, stored
from shared.domain.events.base import Event
from shared.domain.events.segments import SegmentRunFailed, TagRunFailed
from shared.domain.segments.run import MOST_ATTEMPTS, PATIENCE, STALLED, Run
from shared.domain.segments.segment import Segment
from shared.runtime.consumers import Job
from shared.runtime.runtime import runtime
from shared.runtime.timers import TimerDue


def look_after(job: Job[TimerDue]) -> None:
    """A run's timer fell due: it goes on when it got further, else what is missing is sent again.

    After some attempts without any step forward it has failed.
    """
    target = find_target(job.store, job.message.id)
    if target is None or target.run is None or not target.run.open:
        return
    if (due := target.timers.get(STALLED)) is None or due > job.context.now:
        return
    run = target.run
    sums = Progress(job.store, job.context, target.id, run.number).sums()
    moved = sums.steps > run.steps
    attempts = run.attempts if moved else run.attempts + 1
    if attempts > MOST_ATTEMPTS:
        _give_up(job, target, run)
        return
    if not moved:
        _send_missing(job, target, run)
    kept = run.model_copy(update={"steps": sums.steps, "attempts": attempts})
    timers = {STALLED: job.context.now + PATIENCE}
    # Somebody else's write meanwhile leaves the timer as it is: the next sweep comes again.
    stored(job.store, job.context, target.evolve(job.context, run=kept, timers=timers))


def _send_missing(job: Job[TimerDue], target: Target, run: Run) -> None:
    """Every lane's chunks that are not done, and its next page."""
    progress = Progress(job.store, job.context, target.id, run.number)
    for lane in range(len(run.lanes)):
        step = first_walk(job.context, target, run, lane)
        while (page := progress.page(lane, step.page)) is not None:
            runtime().send(CHUNKS, progress.undone(chunks_of(step, page)))
            if not page.more:
                break
            following = {"page": step.page + 1, "after": page.bounds[-1]}
            step = step.model_copy(update=following)
        else:
            runtime().send(WALKS, [step])


def _give_up(job: Job[TimerDue], target: Target, run: Run) -> None:
    segment = isinstance(target, Segment)
    event: Event = (SegmentRunFailed if segment else TagRunFailed).model_validate(
        {"run": run.number}
    )
    closed = run.model_copy(update={"finished_at": job.context.now})
    changes: dict[str, object] = {"run": closed, "status": "failed", "timers": {}}
    stored(job.store, job.context, target.evolve(job.context, event, **changes))
