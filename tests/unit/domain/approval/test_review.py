"""Which new records pass by themselves."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.approval.review import Judgement, ReviewRules, completeness, judge, policy_id

WEIGHTS = {"name": 50, "phones": 30, "addresses.city": 20}
WHOLE = {"name": "王伟", "phones": ["1"], "addresses": [{"city": "上海"}]}


def judged(facts: dict[str, Any] = WHOLE, **more: Any) -> Judgement:
    said = {"channel": "api", "source": "Fair", "similarity": 0}
    said |= {name: more.pop(name) for name in list(more) if name in said}
    rules = ReviewRules.model_validate({"enabled": True, "trusted_sources": ["fair"], **more})
    return judge(rules, facts, WEIGHTS, **said)


def test_complete_unique_and_trusted_passes_by_itself() -> None:
    assert judged().passes


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({"facts": {"name": "王伟"}}, ("incomplete",)),
        ({"similarity": 75}, ("duplicate",)),
        ({"source": "unknown"}, ("untrusted",)),
        ({"source": None}, ("untrusted",)),
        ({"auto_approve": False}, ("always_reviewed",)),
        (
            {"facts": {}, "similarity": 100, "source": None},
            ("incomplete", "duplicate", "untrusted"),
        ),
    ],
)
def test_what_is_missing_is_the_reason_to_look_at_it(
    changes: dict[str, Any], reasons: tuple[str, ...]
) -> None:
    assert judged(**changes).reasons == reasons


def test_a_policy_may_trust_channels_everybody_and_not_look_for_duplicates() -> None:
    assert judged(source=None, channel="import", trusted_channels=["import"]).passes
    assert judged(source=None, trust_everybody=True).passes
    assert judged(similarity=100, duplicate_from=None).passes
    assert judged({"name": "x"}, weights={"name": 1}).passes


def test_completeness_names_what_is_missing() -> None:
    found = completeness({"name": "x", "addresses": [{"city": ""}]}, WEIGHTS)
    assert (found.score, found.missing) == (50, ("phones", "addresses.city"))
    assert completeness({}, {}).score == 100


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 100), min_size=1),
    st.sets(st.sampled_from("abcdef")),
)
def test_only_what_misses_nothing_is_complete(weights: dict[str, int], there: set[str]) -> None:
    found = completeness(dict.fromkeys(there, "x"), weights)
    assert 0 <= found.score <= 100
    assert (found.score == 100) == (not found.missing)
    more = completeness(dict.fromkeys({*there, "a"}, "x"), weights)
    assert more.score >= found.score


def test_each_kind_has_one_policy() -> None:
    assert policy_id("account") == policy_id("account") != policy_id("contact")
