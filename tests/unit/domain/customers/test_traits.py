"""Traits: the newest of each source counts, in whatever order they arrive, until it fades."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.customers import traits
from shared.domain.customers.parts import Trait
from shared.domain.errors import InvalidInput, NotFound
from tests.unit.domain.customers.customer_makers import NOW, account, contact, context


def trait(
    value: int = 1,
    *,
    name: str = "visits",
    source: str = "shop",
    nature: str = "behavioural",
    ago: int = 0,
    expires: datetime | None = None,
) -> Trait:
    at = NOW - timedelta(minutes=ago)
    return Trait.model_validate(
        {
            "name": name,
            "nature": nature,
            "value": value,
            "source": source,
            "at": at,
            "expires": expires,
        }
    )


news = st.lists(
    st.builds(
        lambda name, source, ago: trait(ago, name=name, source=source, ago=ago),
        st.sampled_from(["visits", "cart", "opens"]),
        st.sampled_from(["shop", "app"]),
        st.integers(0, 10_000),
    ),
    min_size=1,
    max_size=12,
)


@given(news, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(found: list[Trait], random: object) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    at_once = traits.learn(context(), account(), found)
    one_by_one = account()
    for one in shuffled:
        one_by_one = traits.learn(context(), one_by_one, [one])
    assert at_once.traits == one_by_one.traits
    assert at_once.timers == one_by_one.timers


@given(news)
def test_to_learn_the_same_again_changes_nothing(found: list[Trait]) -> None:
    once = traits.learn(context(), contact(), found).as_stored()
    assert traits.learn(context(), once, found) is once


@given(news, st.integers(0, 400))
def test_what_faded_is_neither_shown_nor_kept(found: list[Trait], days: int) -> None:
    known = traits.learn(context(), account(), found).as_stored()
    later = NOW + timedelta(days=days)
    shown = traits.standing(known, later)
    assert traits.fade(context(later), known).traits == shown
    assert all(t.expires is None or t.expires > later for t in shown)


def test_each_nature_lasts_as_long_as_it_does() -> None:
    kinds = ("descriptive", "behavioural", "external")
    known = traits.learn(context(), account(), [trait(nature=n) for n in kinds])
    lasts = {t.nature: t.expires and t.expires - NOW for t in known.traits}
    assert lasts == {
        "descriptive": None,
        "behavioural": timedelta(days=180),
        "external": timedelta(days=365),
    }
    assert known.timers == {traits.FADE: NOW + timedelta(days=180)}


def test_a_trait_may_say_itself_how_long_it_lasts() -> None:
    soon = NOW + timedelta(hours=1)
    known = traits.learn(context(), account(), [trait(nature="descriptive", expires=soon)])
    assert known.timers == {traits.FADE: soon}


def test_the_future_is_not_known_and_not_everything_is_kept() -> None:
    with pytest.raises(InvalidInput) as refusal:
        traits.learn(context(), account(), [trait(ago=-1)])
    assert refusal.value.errors[0].code == "in_the_future"
    with pytest.raises(InvalidInput) as refusal:
        traits.learn(context(), account(), [trait(name=f"t{n}") for n in range(101)])
    assert refusal.value.errors[0].code == "too_many"


def test_what_is_forgotten_was_known() -> None:
    known = traits.learn(context(), account(), [trait(), trait(source="app")])
    assert [t.source for t in traits.forget(context(), known, "visits", "app").traits] == ["shop"]
    with pytest.raises(NotFound):
        traits.forget(context(), known, "cart")
