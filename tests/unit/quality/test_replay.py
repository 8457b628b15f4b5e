"""The replay and the search index of the quality report measure what they say."""

from collections.abc import Sequence

from shared.domain.routing import Member
from tests.quality.routing import CAPS, STAYS_OPEN, by_policy, replay
from tests.quality.search_index import SuffixIndex, WordIndex

LEADS = [{"source": "web"}] * 70
TEXTS = {"lead_1": ("Ann Johnson",), "lead_2": ("John Smith",), "lead_3": ("华为技术有限公司",)}


def always_the_first(_: object, team: Sequence[Member]) -> tuple[str, int]:
    return team[0].user, 0


def test_an_unfair_choice_shows_in_the_spread() -> None:
    assert replay(LEADS, always_the_first).widest == len(LEADS)
    assert replay(LEADS, by_policy("round_robin")).widest == 1


def test_leads_above_a_cap_are_counted() -> None:
    cap = CAPS["member-1"]
    found = replay(LEADS, always_the_first, CAPS)
    assert found.over_cap == len(LEADS) - cap
    assert found.fullest == len(LEADS) / cap


def test_waiting_is_told_from_being_overlooked() -> None:
    def nobody(*_: object) -> None:
        return None

    assert replay(LEADS, nobody, CAPS).overlooked == len(LEADS)
    full = replay(LEADS, by_policy("least_load"), dict.fromkeys(CAPS, 5))
    assert (full.waited, full.overlooked, full.over_cap) == (35, 0, 0)


def test_old_leads_are_closed() -> None:
    assert replay(LEADS * 10, always_the_first, CAPS).fullest == STAYS_OPEN / CAPS["member-1"]


def test_a_part_of_a_word_is_found_by_suffixes_and_not_by_words() -> None:
    assert SuffixIndex(TEXTS).find("ohns").ids == ("lead_1",)
    assert WordIndex(TEXTS).find("ohns").ids == ()
    assert SuffixIndex(TEXTS).find("技术").ids == ("lead_3",)
    assert WordIndex(TEXTS).find("john").ids == ("lead_2", "lead_1")
    assert SuffixIndex(TEXTS).find("john s").ids == ("lead_2", "lead_1")
    assert SuffixIndex(TEXTS).find("john smi").ids == ("lead_2",)


def test_the_rows_and_requests_of_a_search_are_counted() -> None:
    found = SuffixIndex(TEXTS).find("john")
    assert (found.ids, found.rows, found.requests) == (("lead_2", "lead_1"), 2, 2)
