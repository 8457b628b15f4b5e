"""The figures by which a ranking, or a distribution of work, is judged."""

from collections.abc import Sequence


def auc(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """How often a positive is scored above a negative; equal scores count half. 0.5 is chance.

    Raises ValueError unless there are both positives and negatives.
    """
    positives = sum(labels)
    negatives = len(labels) - positives
    if not positives or not negatives:
        raise ValueError("both positives and negatives are needed")
    won = 0.0
    below = 0
    for tied, found in _levels(scores, labels):
        won += found * (below + (tied - found) / 2)
        below += tied - found
    return won / (positives * negatives)


def captured(scores: Sequence[float], labels: Sequence[bool], count: float) -> float:
    """How many positives are among the `count` highest scores.

    Where the limit falls among equal scores, their positives count in proportion.
    """
    found = 0.0
    for tied, positives in reversed(_levels(scores, labels)):
        taken = min(tied, count)
        found += positives * taken / tied
        count -= taken
        if count <= 0:
            break
    return found


def lift(scores: Sequence[float], labels: Sequence[bool], share: float) -> float:
    """Positives in the top `share` of the scores, as a multiple of what chance would find."""
    return captured(scores, labels, share * len(scores)) / (share * sum(labels))


def spread(counts: Sequence[int]) -> int:
    """The difference between the most and the least."""
    return max(counts) - min(counts)


def percent(part: float, whole: float) -> str:
    """A share with one decimal: `38.5 %`; `-` of nothing. What is not all never reads `100.0 %`."""
    if not whole:
        return "-"
    if part == whole:
        return "100 %"
    share = 100 * part / whole
    return f"{min(share, 99.9) if share < 100 else share:.1f} %"


def _levels(scores: Sequence[float], labels: Sequence[bool]) -> list[tuple[int, int]]:
    """For each distinct score, from the lowest: how many have it, and how many positives."""
    counts: dict[float, tuple[int, int]] = {}
    for score, label in zip(scores, labels, strict=True):
        tied, positives = counts.get(score, (0, 0))
        counts[score] = tied + 1, positives + label
    return [counts[score] for score in sorted(counts)]
