"""Who reaches a record: its helpers until their time is over, and a new one's reviewers."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest

from shared.domain.access import Grant, Principal, Role, Scope, grant
from shared.domain.errors import Forbidden

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Let:
    user: str
    level: Literal["read", "write"]
    until: datetime


@dataclass(frozen=True)
class Record:
    owner: str | None = "usr_owner"
    team: str | None = "team_a"
    created_by: str = "usr_entrant"
    hidden: bool = False
    helpers: tuple[Let, ...] = ()


def seller(actor: str = "usr_me", action: str = "read") -> Grant:
    principal = Principal("ten_1", actor, Role.SALES)
    return replace(grant(principal, "account", action), at=NOW)


@pytest.mark.parametrize(
    ("level", "action", "reached"),
    [
        ("read", "read", True),
        ("read", "update", False),
        ("write", "update", True),
        ("write", "annotate", True),
        ("write", "delete", False),
    ],
)
def test_a_helper_may_what_the_level_says(
    level: Literal["read", "write"], action: str, reached: bool
) -> None:
    record = Record(helpers=(Let("usr_me", level, NOW + timedelta(seconds=1)),))
    assert seller(action=action).covers(record) is reached


def test_a_helpers_access_ends_at_the_second() -> None:
    assert not seller().covers(Record(helpers=(Let("usr_me", "write", NOW),)))


def test_a_helper_without_the_right_itself_is_refused() -> None:
    with pytest.raises(Forbidden):
        grant(Principal("ten_1", "usr_me", Role.READ_ONLY), "account", "update")


def test_nobody_is_let_in_when_the_time_is_not_known() -> None:
    record = Record(helpers=(Let("usr_me", "read", NOW + timedelta(days=1)),))
    assert not replace(seller(), at=None).covers(record)


def test_what_is_in_review_is_for_its_entrant_and_reviewers() -> None:
    record = Record(hidden=True)
    assert seller("usr_entrant").covers(record)
    assert not seller("usr_owner").covers(record)
    readers = Principal("ten_1", "usr_fin", Role.FINANCE)
    assert not grant(readers, "account", "read").covers(record)
    assert grant(Principal("ten_1", "usr_admin", Role.ADMIN), "account", "read").covers(record)


def test_a_manager_reviews_only_what_lies_below_them() -> None:
    manager = Principal("ten_1", "usr_m", Role.SALES_MANAGER, tree=("team_a",))
    assert grant(manager, "account", "read").covers(Record(hidden=True))
    assert not grant(manager, "account", "read").covers(Record(hidden=True, team="team_b"))


def test_a_helper_does_not_see_a_record_in_review() -> None:
    record = Record(hidden=True, helpers=(Let("usr_me", "read", NOW + timedelta(days=1)),))
    assert not seller().covers(record)


def test_scope_all_covers_whatever_is_not_in_review() -> None:
    assert Grant(Principal("ten_1", "usr_x", Role.SUPPORT), "account", Scope.ALL).covers(Record())
