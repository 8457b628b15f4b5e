"""A merge taken back: as if it had not been, except for what people did since."""

from datetime import timedelta
from typing import Any

import pytest

from shared.domain.access import Role
from shared.domain.customers.links import Affiliation, affiliation_id
from shared.domain.notes import Note
from shared.domain.opportunities.model import Opportunity
from shared.storage.consents import ledger_of
from tests.house import House
from tests.integration.duplicates.customers import (
    account,
    contact,
    merged,
    open_house,
    state_of,
    the_account,
    the_contact,
    undo,
)

PHONE = {"number": "13812340101", "primary": True}
BOOKS = {"version", "updated_at", "updated_by"}


@pytest.fixture(autouse=True)
def _queue_only(house: House) -> None:
    open_house(house)


def said(house: House, *accounts: str) -> list[dict[str, Any]]:
    return [the_account(house, a).model_dump(exclude=BOOKS) for a in accounts]


def full_account(house: House, name: str, number: str, **more: Any) -> str:
    return account(
        house,
        name,
        phones=[{"number": number, "primary": True}],
        identities=[{"channel": "wechat", "value": f"wx-{number}"}],
        tags=[name, "both"],
        custom={name: 1, "both": name},
        external_id=f"x-{number}",
        industry=name,
        **more,
    )


def test_both_records_are_as_they_were(house: House) -> None:
    a = full_account(house, "a", "13812340101")
    b = full_account(house, "b", "13812340102", website="https://b.example")
    before = said(house, a, b)
    guards = [i for i in house.items() if "#U#" in i["pk"]["S"] or "#M#" in i["pk"]["S"]]
    merge_id = merged(house, a, b, choices={"industry": "loser", "external_id": "loser"})
    assert said(house, a, b) != before
    state = undo(house, merge_id)
    assert (state["status"], state["conflicts"]) == ("reversed", [])
    assert said(house, a, b) == before
    after = [i for i in house.items() if "#U#" in i["pk"]["S"] or "#M#" in i["pk"]["S"]]
    assert after == guards
    assert house.call("GET", f"/v1/accounts/{b}").status == 200


def test_what_waits_for_a_time_waits_again(house: House) -> None:
    a, b = account(house, "A"), account(house, "B")
    for one, until in ((a, "2026-04-01T00:00:00Z"), (b, "2026-05-01T00:00:00Z")):
        grade = {"grade": "A", "reason": "x", "expires": until}
        answer = house.call("PUT", f"/v1/accounts/{one}/grade", grade)
        assert answer.status == 200, answer.text
    house.world.settle()
    before = said(house, a, b)
    assert before[1]["timers"]
    merge_id = merged(house, a, b)
    assert the_account(house, a).timers
    assert the_account(house, b).timers == {}
    undo(house, merge_id)
    assert said(house, a, b) == before


def test_an_identity_that_both_show_goes_back_to_its_first_holder(house: House) -> None:
    a, b = contact(house, phones=[PHONE]), contact(house, "王晓明", phones=[PHONE])
    for survivor, loser in ((b, a), (a, b)):
        undo(house, merged(house, survivor, loser))
        assert the_contact(house, a).contested == ()
        assert the_contact(house, b).contested == ("phone::+8613812340101",)


def test_children_go_back_and_those_added_since_stay(house: House) -> None:
    a, b = account(house, "A"), account(house, "B")
    child = account(house, "B China", parent=b)
    person = contact(house, account=b)
    own = contact(house, "李娜", account=a)
    deal = house.make(Opportunity, name="Deal", account=b)
    note = house.make(Note, about=b, concerning=(b,), text="n")
    house.world.settle()
    rows = timelines(house, a, b)
    merge_id = merged(house, a, b)
    newer = house.make(Opportunity, name="Newer", account=a)
    later = contact(house, "张三", account=a)
    house.world.settle()
    undo(house, merge_id)
    assert the_account(house, child).parent == b
    assert (the_contact(house, person).account, the_contact(house, person).accounts) == (b, (b,))
    assert house.store.load(Opportunity, deal.id).account == b
    assert house.store.load(Note, note.id).about == b
    assert house.store.load(Affiliation, affiliation_id(b, person)).contact == person
    assert house.store.find(Affiliation, affiliation_id(a, person)) is None
    assert house.store.load(Opportunity, newer.id).account == a
    assert the_contact(house, later).account == a
    assert the_contact(house, own).account == a
    now = timelines(house, a, b)
    assert rows[1] <= now[1]
    assert rows[0] <= now[0]


def timelines(house: House, *accounts: str) -> list[set[str]]:
    answers = [
        house.call("GET", f"/v1/accounts/{a}/timeline", query={"limit": "100"}) for a in accounts
    ]
    return [{entry["id"] for entry in answer.json["items"]} for answer in answers]


def test_fields_edited_since_stay_and_are_named(house: House) -> None:
    a = full_account(house, "a", "13812340101")
    b = full_account(house, "b", "13812340102", website="https://b.example")
    merge_id = merged(house, a, b, choices={"industry": "loser"})
    edit = {"industry": "c", "tags": ["a", "both", "b", "since"], "custom": {"since": 1, "b": 2}}
    assert house.call("PATCH", f"/v1/accounts/{a}", edit).status == 200
    state = undo(house, merge_id)
    assert set(state["conflicts"]) == {"industry", "tags", "custom"}
    found = the_account(house, a)
    assert found.industry == "c"
    assert found.tags == ("a", "both", "since")
    assert found.custom == {"a": 1, "both": "a", "since": 1, "b": 2}
    assert found.website is None
    assert len(found.phones) == 1
    assert the_account(house, b).industry == "b"


def test_a_child_moved_on_by_somebody_stays_where_they_put_it(house: House) -> None:
    a, b, c = (account(house, name) for name in "ABC")
    deal = house.make(Opportunity, name="Deal", account=b)
    house.world.settle()
    merge_id = merged(house, a, b)
    house.change(house.store.load(Opportunity, deal.id), account=c)
    state = undo(house, merge_id)
    assert house.store.load(Opportunity, deal.id).account == c
    assert state["conflicts"] == [f"opportunity:{deal.id}"]


def test_a_merge_is_final_after_thirty_days(house: House) -> None:
    merge_id = merged(house, account(house, "A"), account(house, "B"))
    house.world.now += timedelta(days=30)
    answer = house.call("DELETE", f"/v1/merges/{merge_id}")
    assert (answer.status, answer.code) == (409, "merge_is_final")


def test_a_merge_is_undone_once(house: House) -> None:
    merge_id = merged(house, account(house, "A"), account(house, "B"))
    undo(house, merge_id)
    assert house.call("DELETE", f"/v1/merges/{merge_id}").code == "invalid_state"


def test_later_merges_are_undone_first(house: House) -> None:
    a, b, c = (account(house, name) for name in "ABC")
    person = contact(house, account=b)
    first, second = merged(house, a, b), merged(house, c, a)
    answer = house.call("DELETE", f"/v1/merges/{first}")
    assert (answer.status, answer.code) == (409, "merged_again")
    undo(house, second)
    assert the_contact(house, person).account == a
    undo(house, first)
    assert the_contact(house, person).account == b
    assert house.call("GET", f"/v1/accounts/{b}").status == 200


def test_undoing_needs_the_right(house: House) -> None:
    seller = house.by(house.user(role=Role.SALES))
    mine, other = (
        house.call("POST", "/v1/accounts", {"name": name}, by=seller).json["id"] for name in "AB"
    )
    made = house.call("POST", "/v1/merges", {"survivor": mine, "loser": other}, by=seller)
    assert made.status == 201, made.text
    assert house.call("DELETE", f"/v1/merges/{made.json['id']}", by=seller).status == 403
    assert state_of(house, made.json["id"])["owner"] == seller.actor


def test_a_restriction_comes_with_the_loser_and_goes_with_it(house: House) -> None:
    a, b = contact(house), contact(house, "王晓明")
    reason = {"reason": "asked for it"}
    assert house.call("PUT", f"/v1/contacts/{b}/restriction", reason).status == 200
    merge_id = merged(house, a, b)
    assert restrictions(house, a) == (True, True)
    undo(house, merge_id)
    assert restrictions(house, a) == (False, False)
    assert restrictions(house, b) == (True, True)


def restrictions(house: House, contact_id: str) -> tuple[bool, bool]:
    ledger = ledger_of(house.store, contact_id)
    return the_contact(house, contact_id).restricted, ledger is not None and ledger.restricted


def test_only_who_may_restrict_merges_what_is_restricted(house: House) -> None:
    manager = house.user(role=Role.SALES_MANAGER)
    house.team([manager])
    by = house.by(manager)
    a, b = (
        house.call("POST", "/v1/contacts", {"name": name}, by=by).json["id"] for name in ("x", "y")
    )
    house.call("PUT", f"/v1/contacts/{b}/restriction", {"reason": "asked for it"})
    answer = house.call("POST", "/v1/merges", {"survivor": a, "loser": b}, by=by)
    assert answer.status == 403


def test_with_a_purged_survivor_the_images_of_its_merges_go(house: House) -> None:
    a, b = contact(house), contact(house, "王晓明", phones=[PHONE])
    merge_id = merged(house, a, b)
    house.call("DELETE", f"/v1/contacts/{a}")
    answer = house.call("POST", f"/v1/contacts/{a}/purge")
    assert answer.status in (200, 202), answer.text
    house.world.settle()
    images = [i for i in house.items() if "merge-images" in i["pk"]["S"]]
    assert images == []
    assert house.call("DELETE", f"/v1/merges/{merge_id}").status == 410
