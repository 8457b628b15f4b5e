"""The log of a request: chained, so that any change of it shows."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.access import Principal, Role
from shared.domain.context import Context
from shared.domain.errors import InvalidState
from shared.domain.privacy.policy import PolicyFields
from shared.domain.privacy.requests import DEADLINE, LogLine, PrivacyRequest, intact
from tests.world import START

ADMIN = Principal("ten_A", "usr_A", Role.ADMIN)
CONTEXT = Context(ADMIN, START, lambda: b"0123456789")


def request(**fields: Any) -> PrivacyRequest:
    stamp = PrivacyRequest.stamp(CONTEXT)
    told = {"type": "export", "subject": "con_A", "received_at": START, **fields}
    return PrivacyRequest(**stamp, **told).received(CONTEXT)


def done() -> PrivacyRequest:
    later = Context(ADMIN, START + timedelta(days=1), lambda: b"0123456789")
    return request().start(later, "because").complete(later)


def test_the_law_s_time_runs_from_the_receipt() -> None:
    assert request().timers == {DEADLINE: START + timedelta(days=30)}
    assert done().timers == {}


@given(
    st.integers(0, 2),
    st.sampled_from([{"by": "usr_B"}, {"detail": "other"}, {"action": "refused"}, {"at": START}]),
)
def test_a_changed_line_shows(position: int, change: dict[str, Any]) -> None:
    log = done().log
    assert intact(log)
    changed = LogLine.model_validate({**log[position].model_dump(), **change})
    if changed != log[position]:
        assert not intact((*log[:position], changed, *log[position + 1 :]))


@given(st.permutations(range(3)), st.integers(1, 3))
def test_a_missing_or_moved_line_shows(order: list[int], length: int) -> None:
    log = done().log
    kept = tuple(log[n] for n in order[:length])
    assert intact(kept) == (kept == log[: len(kept)])


def test_each_step_has_its_place() -> None:
    with pytest.raises(InvalidState):
        request().complete(CONTEXT)
    with pytest.raises(InvalidState):
        done().start(CONTEXT)
    with pytest.raises(InvalidState):
        request().start(CONTEXT).refuse(CONTEXT, "too late")
    with pytest.raises(InvalidState):
        request().refuse(CONTEXT, "no").start(CONTEXT)


def test_purposes_differ_and_none_is_all() -> None:
    one = {"code": "marketing", "zh": "营销", "en": "Marketing"}
    for purposes in ([one, one], [{**one, "code": "all"}]):
        with pytest.raises(ValueError, match="codes differ"):
            PolicyFields.model_validate({"purposes": purposes})
