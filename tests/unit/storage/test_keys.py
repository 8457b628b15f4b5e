"""Keys keep tenants apart and sort as time does."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.ids import make_id
from shared.storage import keys

MILLENNIUM = datetime(2000, 1, 1, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=36_500)).map(lambda t: MILLENNIUM + t)
WORDS = st.text(min_size=1, max_size=600)
TENANTS = st.binary(min_size=10, max_size=10).map(
    lambda entropy: make_id("ten", datetime(2026, 1, 1, tzinfo=UTC), entropy)
)


def every_key(tenant: str, word: str) -> list[str]:
    """The partition keys of all kinds of items, with the same words in every place."""
    return [
        keys.entity(tenant, word)[0],
        keys.history(tenant, word, 1)[0],
        keys.guard(tenant, "kind", "name", word)[0],
        keys.inbox(tenant, "consumer", word)[0],
        keys.idempotency(tenant, "actor", "route", word)[0],
        keys.counter(tenant, word)[0],
        keys.note(tenant, word)[0],
        keys.search(tenant, "kind", word, "id")[0],
        keys.collection(tenant, word),
        keys.collection(tenant, word, deleted=True),
        keys.in_state(tenant, "kind", word),
        keys.owned_by(tenant, "kind", word),
        keys.related_to(tenant, "kind", word),
    ]


@given(TENANTS, TENANTS, WORDS, WORDS)
def test_no_word_makes_a_key_of_another_tenant(
    one: str, other: str, word: str, another: str
) -> None:
    mine, theirs = every_key(one, word), every_key(other, another)
    assert all(key.startswith(one + "#") for key in mine)
    assert one == other or not set(mine) & set(theirs)


@given(TENANTS, WORDS)
def test_keys_stay_within_what_the_table_takes(tenant: str, word: str) -> None:
    bounded = (keys.guard(tenant, "k", "n", word), keys.idempotency(tenant, "a", "r", word))
    assert all(len(pk.encode()) <= 2048 for pk, _ in bounded)


@given(WORDS, WORDS)
def test_different_natural_keys_stay_different_when_shortened(one: str, other: str) -> None:
    same = keys.guard("t", "k", "n", one) == keys.guard("t", "k", "n", other)
    assert same == (one == other)


@given(MOMENTS, MOMENTS, st.integers(-14, 14))
def test_moments_sort_like_time_in_any_zone(one: datetime, other: datetime, hours: int) -> None:
    zone = timezone(timedelta(hours=hours))
    first, second = keys.moment(one), keys.moment(other.astimezone(zone))
    whole = one.replace(microsecond=one.microsecond // 1000 * 1000)
    other_whole = other.replace(microsecond=other.microsecond // 1000 * 1000)
    assert (first < second) == (whole < other_whole)
    assert datetime.fromisoformat(first) == whole


@given(MOMENTS, MOMENTS, st.text(st.characters(exclude_characters="#"), max_size=20))
def test_due_timers_sort_by_time_first(one: datetime, other: datetime, record: str) -> None:
    first = keys.due_sort(one, "ten_Z", "lead", record)
    assert first.split("#") == [keys.moment(one), "ten_Z", "lead", record]
    if keys.moment(one) < keys.moment(other):
        assert first < keys.due_sort(other, "ten_A", "a", "a")


def test_ids_are_spread_evenly_over_the_shards() -> None:
    made = [
        keys.due_shard(make_id("lead", datetime(2026, 1, 1, tzinfo=UTC), n.to_bytes(10, "big")))
        for n in range(4000)
    ]
    counts = [made.count(shard) for shard in range(keys.DUE_SHARDS)]
    assert min(counts) > 400
    assert max(counts) < 600
