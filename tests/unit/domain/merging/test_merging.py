"""Laws of merging two customers: nothing lost, nothing twice, and an undo restores."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.customers.account import Account
from shared.domain.customers.contact import Contact
from shared.domain.customers.parts import Address, EmailEntry, Identity, Phone, Trait
from shared.domain.merging.fields import (
    MANY,
    Preference,
    Record,
    completeness,
    mergeable,
    merged_fields,
    suggested,
    views,
)
from shared.domain.merging.undo import restored
from shared.domain.phone import PhoneNumber

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = datetime(2026, 3, 3, 9, tzinfo=UTC)
STAMP = {"created_at": AT, "created_by": "usr_x", "updated_at": AT, "updated_by": "usr_x"}
WORDS = st.sampled_from(["a", "b", "c", "华为"])
MAYBE = st.none() | WORDS
FLAG = st.booleans()


def number(digit: str) -> PhoneNumber:
    return PhoneNumber(typed=digit, e164=f"+861381234010{digit}")


def few(values: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, max_size=most).map(tuple)


PHONES = st.lists(
    st.builds(Phone, number=st.sampled_from("123").map(number), primary=FLAG),
    max_size=3,
    unique_by=lambda phone: phone.number.e164,
).map(tuple)
EMAILS = st.lists(
    st.builds(EmailEntry, address=WORDS.map(lambda w: f"{ord(w[0])}@example.com"), primary=FLAG),
    max_size=3,
    unique_by=lambda email: email.address,
).map(tuple)
IDENTITIES = st.lists(
    st.builds(Identity, channel=st.sampled_from(["wechat", "erp"]), value=WORDS),
    max_size=3,
    unique_by=lambda identity: identity.claim,
).map(tuple)
TRAITS = st.lists(
    st.builds(Trait, name=st.sampled_from("xyz"), value=WORDS, source=WORDS, at=st.just(AT)),
    max_size=3,
    unique_by=lambda trait: (trait.name, trait.source),
).map(tuple)
COMMON: dict[str, st.SearchStrategy[Any]] = {
    "name": WORDS,
    "source": MAYBE,
    "phones": PHONES,
    "emails": EMAILS,
    "identities": IDENTITIES,
    "traits": TRAITS,
    "addresses": few(st.builds(Address, city=MAYBE, primary=FLAG), 2),
    "tags": few(WORDS).map(lambda tags: tuple(dict.fromkeys(tags))),
    "custom": st.dictionaries(st.sampled_from("pqr"), st.integers(0, 2), max_size=3),
    "birthday": st.none() | st.just(date(1990, 5, 17)),
    "external_id": MAYBE,
    "restricted": FLAG,
    "timers": st.dictionaries(st.sampled_from("tu"), st.sampled_from([AT, LATER]), max_size=2),
    "provenance": st.dictionaries(st.sampled_from(["source", "name"]), WORDS, max_size=2),
}


def accounts(letter: str) -> st.SearchStrategy[Account]:
    return st.builds(
        Account,
        id=st.just(f"acc_{letter * 26}"),
        version=st.just(3),
        industry=MAYBE,
        website=MAYBE,
        parent=st.sampled_from([None, "acc_" + "C" * 26, "acc_" + "A" * 26, "acc_" + "B" * 26]),
        lifecycle=st.sampled_from(["prospect", "customer", "key", "lost"]),
        aliases=few(WORDS, 2).map(lambda names: tuple(dict.fromkeys(names))),
        **COMMON,
        **{name: st.just(value) for name, value in STAMP.items()},
    )


def contacts(letter: str) -> st.SearchStrategy[Contact]:
    return st.builds(
        Contact,
        id=st.just(f"con_{letter * 26}"),
        version=st.just(3),
        account=st.none() | st.just("acc_" + "C" * 26),
        accounts=st.just(()) | st.just(("acc_" + "C" * 26,)),
        job_title=MAYBE,
        **COMMON,
        **{name: st.just(value) for name, value in STAMP.items()},
    )


PAIRS = st.tuples(accounts("A"), accounts("B")) | st.tuples(contacts("A"), contacts("B"))
PREFERENCES: tuple[Preference, ...] = ("survivor", "newest", "most_complete", "source")
PREFER = st.sampled_from(PREFERENCES)


@st.composite
def merges(draw: st.DrawFn) -> tuple[Record, Record, dict[str, Any]]:
    survivor, loser = draw(PAIRS)
    choices: dict[str, Any] = dict(suggested(survivor, loser, draw(PREFER), ("b", "a")))
    for name in draw(st.sets(st.sampled_from(mergeable(survivor)), max_size=4)):
        sides = ["survivor", "loser", "both"] if name in MANY else ["survivor", "loser"]
        choices[name] = draw(st.sampled_from(sides))
    return survivor, loser, choices


@given(merges())
def test_a_merge_that_is_undone_restores_every_field(
    case: tuple[Record, Record, dict[str, Any]],
) -> None:
    survivor, loser, choices = case
    after = survivor.model_copy(update=merged_fields(survivor, loser, choices))
    changed, kept = restored(survivor, after, after)
    assert after.model_copy(update=changed) == survivor
    assert kept == ()


@given(merges(), WORDS)
def test_what_people_added_since_stays_and_the_rest_goes(
    case: tuple[Record, Record, dict[str, Any]], word: str
) -> None:
    survivor, loser, choices = case
    after = survivor.model_copy(update=merged_fields(survivor, loser, choices))
    edited = {"tags": (*after.tags, f"{word}-new"), "custom": {**after.custom, "new": word}}
    now = after.model_copy(update=edited)
    changed, kept = restored(survivor, after, now)
    found = now.model_copy(update=changed)
    assert set(found.tags) == {*survivor.tags, f"{word}-new"}
    assert found.custom == {**survivor.custom, "new": word}
    assert set(kept) <= {"tags", "custom"}


@given(PAIRS)
def test_all_values_of_both_are_there_and_none_twice(pair: tuple[Record, Record]) -> None:
    survivor, loser = pair
    after = survivor.model_copy(update=merged_fields(survivor, loser, {}))
    numbers = [phone.number.e164 for phone in after.phones]
    assert len(numbers) == len(set(numbers))
    assert set(numbers) == {p.number.e164 for p in (*survivor.phones, *loser.phones)}
    assert set(after.tags) == {*survivor.tags, *loser.tags}
    assert after.custom.keys() == survivor.custom.keys() | loser.custom.keys()
    assert {i.claim for i in (*survivor.identities, *loser.identities)} <= {
        i.claim for i in after.identities
    }
    assert sum(p.primary for p in after.phones) <= max(1, sum(p.primary for p in survivor.phones))
    said = {after.external_id, *(i.value for i in after.identities)}
    assert {survivor.external_id, loser.external_id} - {None} <= said
    assert after.timers.keys() == survivor.timers.keys() | loser.timers.keys()
    assert after.restricted == (survivor.restricted or loser.restricted)


@given(merges())
def test_the_merged_record_is_valid_and_does_not_refer_to_itself(
    case: tuple[Record, Record, dict[str, Any]],
) -> None:
    survivor, loser, choices = case
    after = survivor.model_copy(update=merged_fields(survivor, loser, choices))
    assert type(after).model_validate(after.model_dump()) == after
    assert getattr(after, "parent", None) not in (survivor.id, loser.id)
    if isinstance(after, Contact) and after.account is not None:
        assert after.account in after.accounts


@given(PAIRS)
def test_merging_an_empty_record_changes_nothing_but_what_was_wrong(
    pair: tuple[Record, Record],
) -> None:
    survivor, loser = pair
    blank = type(loser)(id=loser.id, version=1, name=survivor.name, **STAMP)
    changed = merged_fields(survivor, blank, suggested(survivor, blank, "most_complete"))
    assert changed.keys() <= {"parent", "accounts", "lifecycle"}  # a prospect is not lost


@given(merges())
def test_the_preview_shows_what_the_merge_does(
    case: tuple[Record, Record, dict[str, Any]],
) -> None:
    survivor, loser, choices = case
    after = survivor.model_copy(update=merged_fields(survivor, loser, choices))
    document = after.model_dump(mode="json")
    for view in views(survivor, loser, choices):
        assert view.value == document[view.field]
        assert view.differs == (view.survivor != view.loser)


def test_the_fuller_record_is_preferred_where_both_say_something() -> None:
    thin = Account(id="acc_1", name="a", industry="x", **STAMP)
    full = Account(id="acc_2", name="b", industry="y", website="w", tags=("t",), **STAMP)
    assert completeness(full) > completeness(thin)
    assert suggested(thin, full, "most_complete")["industry"] == "loser"
    assert suggested(full, thin, "most_complete")["industry"] == "survivor"


@pytest.mark.parametrize(
    ("mine", "theirs", "kept"), [("lost", "key", "key"), ("customer", "prospect", "customer")]
)
def test_the_lifecycle_that_is_further_stays(mine: str, theirs: str, kept: str) -> None:
    one = Account.model_validate({"id": "acc_1", "name": "a", "lifecycle": mine, **STAMP})
    other = Account.model_validate({"id": "acc_2", "name": "b", "lifecycle": theirs, **STAMP})
    changed = merged_fields(one, other, suggested(one, other, "survivor"))
    assert one.model_copy(update=changed).lifecycle == kept
