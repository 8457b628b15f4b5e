"""The states of an import: what may follow what, and who it works for."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.access import Principal, Role
from shared.domain.context import Context
from shared.domain.errors import InvalidState
from shared.domain.imports import Counts, ImportJob, Runner

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
CALLER = Principal(
    "ten_A", "key_1", Role.INTEGRATION, ("team_1",), ("team_1",), "api_key", frozenset({"lead:*"})
)
CONTEXT = Context(CALLER, AT, lambda: bytes(10))
COUNTS = st.builds(Counts, **dict.fromkeys(Counts.model_fields, st.integers(0, 9)))


def job(status: str = "inspected", **more: object) -> ImportJob:
    stamp = ImportJob.stamp(CONTEXT)
    return ImportJob.model_validate(
        {**stamp, "file_name": "a.csv", "owner": "key_1", "status": status, **more}
    )


def test_whoever_starts_a_run_is_remembered_with_all_their_rights() -> None:
    started = job().start(CONTEXT, dry_run=False, assign=True)
    assert started.runner == Runner.of(CALLER)
    assert Runner.of(CALLER).principal("ten_A") == CALLER


def test_a_rehearsal_ends_ready_for_the_run() -> None:
    rehearsing = job().start(CONTEXT, dry_run=True, assign=True)
    rehearsed = rehearsing.finish(CONTEXT, Counts(created=3), has_error_file=False)
    assert (rehearsed.status, rehearsed.rehearsal, rehearsed.counts) == (
        "rehearsed",
        Counts(created=3),
        None,
    )
    running = rehearsed.start(CONTEXT, dry_run=False, assign=True)
    assert (running.status, running.run) == ("running", 2)


@pytest.mark.parametrize(
    ("status", "order"),
    [
        ("created", "start"),
        ("running", "start"),
        ("completed", "start"),
        ("rehearsing", "pause"),
        ("paused", "pause"),
        ("running", "resume"),
        ("completed", "stop"),
        ("stopping", "stop"),
        ("running", "begin_undo"),
        ("undone", "begin_undo"),
    ],
)
def test_an_order_that_does_not_fit_the_state_is_refused(status: str, order: str) -> None:
    options = {"dry_run": False, "assign": True} if order == "start" else {}
    with pytest.raises(InvalidState):
        getattr(job(status, finished_at=AT), order)(CONTEXT, **options)


def test_an_undo_is_offered_for_thirty_days() -> None:
    done = job("completed", finished_at=AT - timedelta(days=30))
    assert done.begin_undo(CONTEXT).status == "undoing"
    with pytest.raises(InvalidState):
        job("completed", finished_at=AT - timedelta(days=30, seconds=1)).begin_undo(CONTEXT)


@given(COUNTS, COUNTS, COUNTS)
def test_counts_add_up_in_any_order(one: Counts, two: Counts, three: Counts) -> None:
    assert (one + two) + three == three + (two + one)
    assert (one + two).rows == one.rows + two.rows
    assert one + Counts() == one
