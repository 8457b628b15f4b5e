"""A merge: which record took which one in, how far what belonged to the loser has been moved."""

from datetime import timedelta
from typing import ClassVar, Literal

from shared.domain.context import Context
from shared.domain.entity import Entity, Moment
from shared.domain.errors import InvalidState
from shared.domain.events.duplicates import (
    MergeCompleted,
    MergeReversed,
    MergeStarted,
    MergeUndone,
)

MergeState = Literal["relinking", "done", "reversing", "reversed"]
UNDO_DAYS = 30


class Merge(Entity):
    """One merge. `moved`: records of other kinds that now belong to the survivor.

    `conflicts`: fields that an undo left as they are, since they were edited after the merge, and
    `kind:id` of records that it left with the survivor for that reason.
    """

    kind: ClassVar[str] = "merge"
    prefix: ClassVar[str] = "mrg"
    state_field: ClassVar[str | None] = "status"
    owner_field: ClassVar[str | None] = "owner"
    relation_field: ClassVar[str | None] = "loser"
    promoted: ClassVar[tuple[str, ...]] = ("status", "owner", "team")

    record_kind: Literal["account", "contact"]
    survivor: str
    loser: str
    status: MergeState = "relinking"
    owner: str | None = None
    team: str | None = None
    moved: int = 0
    undo_until: Moment
    undone_by: str | None = None
    conflicts: tuple[str, ...] = ()


def started(
    context: Context,
    record_kind: Literal["account", "contact"],
    survivor: str,
    loser: str,
    owner: str | None,
    team: str | None,
) -> Merge:
    """A new merge, whose moving begins."""
    return Merge(
        **Merge.stamp(context),
        record_kind=record_kind,
        survivor=survivor,
        loser=loser,
        owner=owner,
        team=team,
        undo_until=context.now + timedelta(days=UNDO_DAYS),
    ).recording(MergeStarted(survivor=survivor, loser=loser))


def completed(context: Context, merge: Merge, moved: int) -> Merge:
    """The merge after everything was moved."""
    event = MergeCompleted(survivor=merge.survivor, loser=merge.loser, moved=moved)
    return merge.evolve(context, event, status="done", moved=moved)


def resumed(context: Context, merge: Merge) -> Merge:
    """The merge once more at work, because something still referred to the loser."""
    again = MergeStarted(survivor=merge.survivor, loser=merge.loser)
    return merge.evolve(context, again, status="relinking")


def undone(context: Context, merge: Merge, conflicts: tuple[str, ...]) -> Merge:
    """The merge whose two records stand for themselves again, and whose moving back begins.

    Raises InvalidState when it was undone before, or its 30 days are over.
    """
    if merge.status in ("reversing", "reversed"):
        raise InvalidState("The merge was undone before.", details={"status": merge.status})
    if context.now >= merge.undo_until:
        raise InvalidState("A merge can be undone for 30 days.", code="merge_is_final")
    event = MergeUndone(survivor=merge.survivor, loser=merge.loser, conflicts=conflicts)
    return merge.evolve(
        context, event, status="reversing", undone_by=context.actor, conflicts=conflicts
    )


def reversed_(context: Context, merge: Merge, kept: tuple[str, ...]) -> Merge:
    """The merge after everything went back; `kept` are records that stayed with the survivor."""
    event = MergeReversed(survivor=merge.survivor, loser=merge.loser, moved=merge.moved)
    conflicts = tuple(dict.fromkeys((*merge.conflicts, *kept)))
    return merge.evolve(context, event, status="reversed", conflicts=conflicts)
