"""Laws of the department tree, for any sequence of moves."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.access import Principal, Role
from shared.domain.context import Context
from shared.domain.departments import MOST_DEPARTMENTS, Departments, departments_id
from shared.domain.errors import InvalidInput, InvalidState

CONTEXT = Context(
    Principal("ten_A", "usr_A", Role.ADMIN), datetime(2026, 3, 2, tzinfo=UTC), lambda: bytes(10)
)
TEAMS = [f"team_{n}" for n in range(8)]
MOVES = st.lists(st.tuples(st.sampled_from(TEAMS), st.none() | st.sampled_from(TEAMS)), max_size=30)


def _empty() -> Departments:
    return Departments(**Departments.stamp(CONTEXT, departments_id("ten_A")))


def _after(moves: list[tuple[str, str | None]]) -> Departments:
    tree = _empty()
    for team, parent in moves:
        try:
            tree = tree.placed(CONTEXT, team, parent)
        except InvalidInput:
            continue
    return tree


@given(MOVES)
def test_every_way_up_ends_at_the_top(moves: list[tuple[str, str | None]]) -> None:
    tree = _after(moves)
    for team in tree.parents:
        steps, here = 0, tree.parents[team]
        while here is not None:
            steps, here = steps + 1, tree.parents[here]
            assert steps <= len(tree.parents)


@given(MOVES, st.lists(st.sampled_from(TEAMS), max_size=3))
def test_what_lies_below_is_exactly_what_leads_up_to_it(
    moves: list[tuple[str, str | None]], teams: list[str]
) -> None:
    tree = _after(moves)

    def way_up(team: str | None) -> set[str]:
        found: set[str] = set()
        while team is not None:
            found.add(team)
            team = tree.parents[team]
        return found

    expected = {team for team in tree.parents if way_up(team) & set(teams)}
    assert set(tree.below(tuple(teams))) == expected


@given(MOVES)
def test_only_leaves_can_be_taken_away(moves: list[tuple[str, str | None]]) -> None:
    tree = _after(moves)
    for team in tree.parents:
        if tree.children(team):
            with pytest.raises(InvalidState):
                tree.without(CONTEXT, team)
        else:
            assert team not in tree.without(CONTEXT, team).parents


def test_full_tree_takes_no_further_team_but_moves_go_on() -> None:
    tree = _empty()
    for number in range(MOST_DEPARTMENTS):
        tree = tree.placed(CONTEXT, f"team_{number}", None)
    with pytest.raises(InvalidState, match="at most"):
        tree.placed(CONTEXT, "team_more", None)
    assert tree.placed(CONTEXT, "team_1", "team_0").parents["team_1"] == "team_0"
