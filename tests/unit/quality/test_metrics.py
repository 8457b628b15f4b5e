"""The figures of the quality report, on cases small enough to check by hand."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.quality.metrics import auc, captured, lift, percent, spread

RANKED = st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=30)


def test_a_perfect_ranking_has_an_auc_of_one_and_its_reverse_of_zero() -> None:
    labels = [True, True, False, False]
    assert auc([9, 8, 2, 1], labels) == 1
    assert auc([1, 2, 8, 9], labels) == 0


def test_one_pair_in_the_wrong_order_of_four_costs_a_quarter() -> None:
    assert auc([4, 2, 3, 1], [True, True, False, False]) == 0.75


def test_equal_scores_count_half() -> None:
    assert auc([5, 5, 5], [True, False, False]) == 0.5
    assert auc([5, 5, 1], [True, False, False]) == 0.75


def test_an_auc_needs_both_kinds() -> None:
    with pytest.raises(ValueError, match="both"):
        auc([1, 2], [True, True])


@given(RANKED)
def test_the_auc_is_the_share_of_pairs_in_the_right_order(ranked: list[tuple[int, bool]]) -> None:
    good = [score for score, label in ranked if label]
    bad = [score for score, label in ranked if not label]
    assume(good and bad)
    pairs = [(a > b) + (a == b) / 2 for a in good for b in bad]
    scores, labels = zip(*ranked, strict=True)
    assert auc(scores, labels) == pytest.approx(sum(pairs) / len(pairs))


def test_the_highest_scores_are_counted_and_ties_shared() -> None:
    scores, labels = [9, 7, 7, 7, 1], [True, True, False, False, True]
    assert captured(scores, labels, 1) == 1
    assert captured(scores, labels, 2) == pytest.approx(1 + 1 / 3)
    assert captured(scores, labels, 4) == 2
    assert captured(scores, labels, 100) == 3


@given(RANKED, st.integers(1, 30))
def test_without_a_ranking_positives_are_found_in_proportion(
    ranked: list[tuple[int, bool]], count: int
) -> None:
    labels = [label for _, label in ranked]
    found = captured([0] * len(labels), labels, min(count, len(labels)))
    assert found == pytest.approx(sum(labels) * min(count, len(labels)) / len(labels))


def test_lift_compares_the_top_with_chance() -> None:
    labels = [True, True, False, False, False, False, False, False, False, False]
    assert lift(list(range(10, 0, -1)), labels, 0.1) == pytest.approx(5)
    assert lift([0] * 10, labels, 0.1) == pytest.approx(1)


def test_spread_is_most_less_least() -> None:
    assert spread([3, 7, 5]) == 4


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (1, 3, "33.3 %"),
        (0, 5, "0.0 %"),
        (5, 5, "100 %"),
        (9_999, 10_000, "99.9 %"),
        (3, 2, "150.0 %"),
        (0, 0, "-"),
    ],
)
def test_only_all_reads_as_a_hundred_percent(part: int, whole: int, text: str) -> None:
    assert percent(part, whole) == text
