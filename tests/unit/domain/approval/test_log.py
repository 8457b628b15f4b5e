"""The decision log: nothing in it can be changed, dropped, added or moved unseen."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.approval.log import (
    ROOM,
    Log,
    LogEntry,
    extended,
    has_room,
    head,
    verify,
    without_comments,
)
from shared.domain.errors import InvalidState
from tests.unit.domain.approval.conftest import NOW, approved_by, step, submitted

ID = "apr_01"
TEXT = st.text(max_size=20)
ENTRIES = st.lists(
    st.tuples(st.sampled_from(["submitted", "approved", "returned", "reminded"]), TEXT, TEXT),
    min_size=1,
    max_size=8,
)


FORGERIES: list[tuple[str, Any]] = [
    *(("by", "mallory"), ("comment", "forged"), ("action", "withdrawn"), ("round", 9)),
    *(("step", "x"), ("to", ("x",)), ("content", "x"), ("on_behalf_of", "x")),
    ("at", NOW.replace(year=2025)),
]


def log_of(entries: list[tuple[Any, str, str]], approval_id: str = ID) -> Log:
    log: Log = ()
    for action, actor, comment in entries:
        entry = LogEntry(
            seq=0,
            at=NOW,
            by=actor,
            action=action,
            round=1,
            comment=comment,
            salt="salt",
            previous="",
        )
        log = extended(log, approval_id, entry)
    return log


def changed(entry: LogEntry, **fields: Any) -> LogEntry:
    return entry.model_copy(update=fields)


@given(ENTRIES)
def test_a_log_as_it_was_written_is_whole(entries: list[Any]) -> None:
    log = log_of(entries)
    assert verify(log, ID, head(log, ID)) is None
    stored = tuple(LogEntry.model_validate_json(entry.model_dump_json()) for entry in log)
    assert verify(stored, ID, head(log, ID)) is None


@given(ENTRIES, st.data())
def test_a_changed_field_is_found_where_it_is(entries: list[Any], data: st.DataObject) -> None:
    log = log_of(entries)
    n = data.draw(st.integers(0, len(log) - 1))
    field, value = data.draw(st.sampled_from(FORGERIES))
    if getattr(log[n], field) == value:
        return
    forged = (*log[:n], changed(log[n], **{field: value}), *log[n + 1 :])
    flaw = verify(forged, ID, log[-1].hash)
    assert flaw is not None
    problem = "comment_changed" if field == "comment" else "hash_wrong"
    assert (flaw.seq, flaw.problem) == (n + 1, problem)


@given(ENTRIES, st.data())
def test_a_forger_who_seals_anew_breaks_what_follows(
    entries: list[Any], data: st.DataObject
) -> None:
    log = log_of(entries)
    n = data.draw(st.integers(0, len(log) - 1))
    entry = changed(log[n], by="mallory", hash="")
    forged = changed(entry, hash=entry.digest())
    if forged == log[n]:
        return
    assert verify((*log[:n], forged, *log[n + 1 :]), ID, log[-1].hash) is not None


@given(ENTRIES, st.data())
def test_a_missing_entry_is_found_also_at_the_end(entries: list[Any], data: st.DataObject) -> None:
    log = log_of(entries)
    n = data.draw(st.integers(0, len(log) - 1))
    flaw = verify((*log[:n], *log[n + 1 :]), ID, log[-1].hash)
    assert flaw is not None
    assert flaw.seq == n + 1


@given(ENTRIES.filter(lambda e: len(e) > 1), st.data())
def test_swapped_and_doubled_entries_are_found(entries: list[Any], data: st.DataObject) -> None:
    log = log_of(entries)
    n = data.draw(st.integers(0, len(log) - 2))
    swapped = (*log[:n], log[n + 1], log[n], *log[n + 2 :])
    doubled = (*log[: n + 1], *log[n:])
    assert verify(swapped, ID, log[-1].hash) is not None
    assert verify(doubled, ID, log[-1].hash) is not None


@given(ENTRIES)
def test_erased_comments_leave_a_log_that_is_whole(entries: list[Any]) -> None:
    log = log_of(entries)
    left = without_comments(log)
    assert verify(left, ID, log[-1].hash) is None
    assert not [entry for entry in left if entry.comment or (entry.said and entry.salt)]
    assert [e.hash for e in left] == [e.hash for e in log]
    assert without_comments(left) == left


@given(ENTRIES.filter(lambda e: e[0][2] != ""))
def test_a_comment_put_in_place_of_an_erased_one_is_found(entries: list[Any]) -> None:
    log = log_of(entries)
    forged = changed(without_comments(log)[0], comment="forged", salt="x", erased=False)
    flaw = verify((forged, *log[1:]), ID, log[-1].hash)
    assert flaw is not None
    assert (flaw.seq, flaw.problem) == (1, "comment_changed")


@given(ENTRIES)
def test_the_log_of_another_approval_does_not_fit(entries: list[Any]) -> None:
    log = log_of(entries)
    flaw = verify(log, "apr_02", log[-1].hash)
    assert flaw is not None
    assert flaw.problem == "chain_broken"


def test_every_event_carries_the_seal_of_its_moment() -> None:
    approval = approved_by(submitted(step("one"), step("two")), "ann")
    sealed = [getattr(event, "sealed", None) for event in approval.events]
    assert sealed == [entry.hash for entry in approval.log]
    assert approval.sealed == approval.log[-1].hash
    assert verify(approval.log, approval.id, approval.sealed) is None


@pytest.mark.parametrize("comment", ["", "催" * 1000])
def test_a_log_has_an_end_and_keeps_room_for_decisions(comment: str) -> None:
    log = log_of([("reminded", "ann", comment)])
    while has_room(log, "reminded"):
        log = extended(log, ID, log[0])
    with pytest.raises(InvalidState) as refused:
        extended(log, ID, log[0])
    assert refused.value.code == "approval_exhausted"
    for action in ("approved", "returned", "withdrawn"):
        log = extended(log, ID, changed(log[0], action=action))
    assert verify(log, ID, log[-1].hash) is None
    assert (
        len(json.dumps([e.model_dump(mode="json") for e in log], ensure_ascii=False).encode())
        < ROOM
    )
