"""The ledger's laws: order and repetition make no difference, and the stricter wins."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.access import Principal, Role
from shared.domain.consents.model import (
    EVERY_PURPOSE,
    ConsentLedger,
    GivenConsent,
    entry_of,
    ledger_id,
)
from shared.domain.consents.rules import (
    from_lead,
    may_contact,
    merge_entries,
    onto_lead,
    stricter,
)
from shared.domain.context import Context
from tests.world import START

SYSTEM = Principal("ten_A", "system", Role.SYSTEM, kind="system")
CONTEXT = Context(SYSTEM, START, lambda: b"0123456789")
MINUTE = timedelta(minutes=1)


def said(
    state: str = "granted", minute: int = 0, purpose: str = "marketing", **more: Any
) -> GivenConsent:
    fields = {"channel": "email", "evidence": "said so", **more}
    return GivenConsent.model_validate(
        {"purpose": purpose, "state": state, "at": START + minute * MINUTE, **fields}
    )


def ledger(*entries: GivenConsent, subject: str = "con_A") -> ConsentLedger:
    lines = [entry_of(CONTEXT, subject, entry) for entry in entries]
    return ConsentLedger.opened(CONTEXT, subject).with_entries(CONTEXT, lines)


given_consents = st.builds(
    said,
    state=st.sampled_from(["granted", "withdrawn"]),
    minute=st.integers(0, 5),
    purpose=st.sampled_from(["marketing", "service", EVERY_PURPOSE]),
    channel=st.sampled_from(["email", "sms"]),
)
histories = st.lists(given_consents, max_size=8)


@given(histories, st.randoms())
def test_the_order_of_entries_makes_no_difference(entries: list[GivenConsent], random: Any) -> None:
    mixed = entries.copy()
    random.shuffle(mixed)
    assert ledger(*entries).states == ledger(*mixed).states


@given(histories)
def test_a_repeated_entry_changes_nothing(entries: list[GivenConsent]) -> None:
    assert ledger(*entries, *entries).states == ledger(*entries).states
    for entry in entries:
        assert entry_of(CONTEXT, "con_A", entry).id == entry_of(CONTEXT, "con_A", entry).id


@given(histories, histories)
def test_a_merge_is_at_least_as_strict_as_both(
    mine: Sequence[GivenConsent], theirs: Sequence[GivenConsent]
) -> None:
    survivor, loser = ledger(*mine), ledger(*theirs, subject="con_B")
    later = START + 10 * MINUTE
    merged = ledger(*mine, *merge_entries(survivor, loser, later))
    for purpose in ("marketing", "service"):
        for channel in ("email", "sms"):
            one = survivor.state_of(purpose, channel)
            other = loser.state_of(purpose, channel)
            wanted = stricter(one, other)
            found = merged.state_of(purpose, channel)
            assert (found and found.state) == (wanted and wanted.state)
            if "withdrawn" in {s.state for s in (one, other) if s}:
                assert not may_contact(merged, purpose, channel, later)


@given(histories, histories)
def test_who_wins_does_not_depend_on_who_survives(
    mine: Sequence[GivenConsent], theirs: Sequence[GivenConsent]
) -> None:
    one, other = ledger(*mine), ledger(*theirs, subject="con_B")
    for state in one.states:
        against = other.state_of(*state.pair)
        found, back = stricter(state, against), stricter(against, state)
        assert found is not None
        assert back is not None
        assert (found.state, found.at) == (back.state, back.at)


def test_only_a_permission_for_exactly_this_counts() -> None:
    known = ledger(said())
    assert may_contact(known, "marketing", "email", START)
    assert not may_contact(known, "service", "email", START)
    assert not may_contact(known, "marketing", "sms", START)
    assert not may_contact(None, "marketing", "email", START)


def test_a_permission_does_not_reach_back() -> None:
    assert not may_contact(ledger(said(minute=1)), "marketing", "email", START)


def test_a_withdrawal_of_all_purposes_takes_back_what_was_granted_before() -> None:
    known = ledger(said(), said("withdrawn", 1, EVERY_PURPOSE))
    assert not may_contact(known, "marketing", "email", START + 5 * MINUTE)


def test_a_permission_after_it_counts_again() -> None:
    known = ledger(said("withdrawn", 1, EVERY_PURPOSE), said(minute=2))
    assert may_contact(known, "marketing", "email", START + 5 * MINUTE)


def test_a_grant_of_all_purposes_is_no_permission_for_one() -> None:
    assert not may_contact(ledger(said(purpose=EVERY_PURPOSE)), "marketing", "email", START)


def test_nobody_restricted_is_contacted() -> None:
    known = ledger(said()).evolve(CONTEXT, restricted=True)
    assert not may_contact(known, "marketing", "email", START)


def test_the_same_thing_said_of_two_subjects_is_two_entries() -> None:
    assert entry_of(CONTEXT, "con_A", said()).id != entry_of(CONTEXT, "con_B", said()).id
    assert ledger_id("con_A") != ledger_id("acc_A")


@given(histories)
def test_a_lead_carries_what_its_ledger_says_for_marketing(entries: list[GivenConsent]) -> None:
    carried = onto_lead((), entries)
    known = ledger(*entries)
    for channel in ("email", "sms"):
        state = known.state_of("marketing", channel)
        own = [consent for consent in carried if consent.channel == channel]
        assert [c.granted for c in own] == ([state.state == "granted"] if state else [])
    assert ledger(*entries, *from_lead(carried)).states == known.states
